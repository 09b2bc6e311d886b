import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeIn, goToSignIn, mayDo, placeBefore } from '../../wwwroot/js/account.js';

const visit = (path) => {
  const { pathname, search, hash } = new URL(path, 'http://console.example/mgcap/');
  const went = [];
  goToSignIn({ pathname, search, hash, replace: (url) => went.push(url) });
  return went;
};

describe('signing in', () => {
  for (const path of ['', 'index.html', 'capture.html?id=1#packets', 'schedules.html', '?repeat=1']) {
    it(`comes back to "${path}"`, () => {
      const [target] = visit(path);
      assert.match(target, /^sign-in\.html\?to=/);
      assert.equal(placeBefore(target.slice('sign-in.html'.length)), path || './');
    });
  }

  it('stays where it signs in', () => assert.deepEqual(visit('sign-in.html?to=x.html'), []));

  for (const to of ['http://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '\\\\evil.example', 'a/b.html', 'sign-in.html', ' //x']) {
    it(`does not lead to ${to}`, () => assert.equal(placeBefore(`?to=${encodeURIComponent(to)}`), './'));
  }

  it('reads the code of a link', () => {
    assert.equal(codeIn('#code=a-b_c'), 'a-b_c');
    assert.equal(codeIn(''), null);
  });

  it('knows which role may do what another may', () => {
    assert.ok(mayDo('admin', 'operator'));
    assert.ok(mayDo('viewer', 'viewer'));
    assert.ok(!mayDo('viewer', 'operator'));
    assert.ok(!mayDo(undefined, 'viewer'));
  });
});
