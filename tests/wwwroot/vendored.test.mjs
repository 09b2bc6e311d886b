import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

describe('the vendored chart', () => {
  const script = readFileSync(new URL('../../wwwroot/lib/uplot/uPlot.esm.js', import.meta.url), 'utf8');

  it('is a module, minified, and still says whose it is', () => {
    assert.match(script, /^\/\*! https:\/\/github\.com\/leeoniya\/uPlot \(v1\.6\.32\) \*\/\n/);
    assert.match(script, /\nexport default uPlot;\n$/);
    assert.ok(script.length < 60_000);
  });
});
