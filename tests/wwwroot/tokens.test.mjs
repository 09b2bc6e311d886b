import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const css = readFileSync(new URL('../../wwwroot/css/tokens.css', import.meta.url), 'utf8');
const colours = (text) => Object.fromEntries(Array.from(text.matchAll(/--([\w-]+):\s*(#[\da-f]{6});/g), ([, name, value]) => [name, value]));
const [light, dark] = css.split('@media screen and (prefers-color-scheme: dark)').map(colours);

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, contrast ratio. */
function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

for (const [scheme, tokens] of Object.entries({ light, dark: { ...light, ...dark } })) {
  describe(`colours, ${scheme}`, () => {
    const grounds = Object.keys(tokens).filter((name) => name.startsWith('tint-') || ['surface', 'raised', 'ground', 'accent-soft'].includes(name));
    it('let text be read on every ground', () => {
      assert.ok(grounds.length >= 10);
      for (const ground of grounds) {
        for (const text of ['text', 'muted']) {
          const ratio = contrast(tokens[text], tokens[ground]);
          assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
        }
      }
    });
  });
}
