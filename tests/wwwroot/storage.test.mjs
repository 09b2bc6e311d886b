import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStorage } from '../../wwwroot/js/storage.js';

const blocked = () => {
  throw new Error('Access is denied for this document.');
};

describe('storage', () => {
  it('is the browser\'s where it can be had', () => {
    const own = { getItem: () => null };
    assert.equal(openStorage(() => own), own);
  });

  for (const [what, open] of [['looking at it fails', blocked], ['there is none', () => undefined], ['reading fails', () => ({ getItem: blocked })]]) {
    it(`is the page's own where ${what}`, () => {
      const storage = openStorage(open);
      assert.equal(storage.getItem('a'), null);
      storage.setItem('a', 1);
      assert.equal(storage.getItem('a'), '1');
    });
  }
});
