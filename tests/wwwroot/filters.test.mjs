import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMON, keepRecent, readRecent, withRecent } from '../../wwwroot/js/filters.js';

function storage(kept = {}) {
  return { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; }, kept };
}

describe('recent filters', () => {
  it('are kept newest first, each once, and not for ever', () => {
    let recent = [];
    for (const filter of ['a', 'b', 'a', '', ...'cdefghi']) recent = withRecent(recent, filter);
    assert.deepEqual(recent, [...'ihgfedca']);
  });

  it('are there at the next visit', () => {
    const kept = storage();
    keepRecent(kept, ['tcp']);
    assert.deepEqual(readRecent(kept), ['tcp']);
  });

  for (const [what, text] of [['nothing', undefined], ['no JSON', '{'], ['no list', '"tcp"'], ['no texts', '[1, null, "", {"a":1}]']]) {
    it(`are none where the browser keeps ${what}`, () => assert.deepEqual(readRecent({ getItem: () => text }), []));
  }

  it('are none where the browser lets nothing be kept', () => {
    const closed = { getItem() { throw new Error('SecurityError'); }, setItem() { throw new Error('QuotaExceededError'); } };
    assert.deepEqual(readRecent(closed), []);
    assert.doesNotThrow(() => keepRecent(closed, ['tcp']));
  });
});

it('common filters are said in words, each once', () => {
  assert.ok(COMMON.every(({ filter, label }) => filter && label));
  assert.equal(new Set(COMMON.map(({ filter }) => filter)).size, COMMON.length);
});
