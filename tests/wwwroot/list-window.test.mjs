import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ListWindow } from '../../wwwroot/js/list-window.js';

const keys = Array.from({ length: 10_000 }, (_, n) => n);

function even(margin = 100) {
  const list = new ListWindow(margin);
  list.measured(0, 50);
  return list;
}

describe('the rows of a long list that are shown', () => {
  it('are those seen and some around them', () => {
    const { first, end, above, below } = even().range(keys, 5000, 500);
    assert.deepEqual([first, end], [98, 112]);
    assert.deepEqual([above, below], [98 * 50, (10_000 - 112) * 50]);
  });

  it('keep the length of the whole, wherever one looks', () => {
    const list = even();
    for (const key of keys.slice(0, 200)) list.measured(key, 40 + (key % 3) * 30);
    const whole = (top) => {
      const { first, end, above, below } = list.range(keys, top, 700);
      return above + below + keys.slice(first, end).reduce((sum, key) => sum + (key < 200 ? 40 + (key % 3) * 30 : mean), 0);
    };
    const mean = keys.slice(0, 200).reduce((sum, key) => sum + 40 + (key % 3) * 30, 0) / 200;
    for (const top of [-2000, 0, 3000, 9000, 100_000, 1e7]) assert.ok(Math.abs(whole(top) - whole(0)) < 1e-3, `at ${top}`);
  });

  it('are few however many there are', () => {
    const { first, end } = even(800).range(keys, 250_000, 900);
    assert.ok(end - first < 60);
  });

  it('are none of an empty list, and none beside one that is out of sight', () => {
    assert.deepEqual(even().range([], 0, 500), { first: 0, end: 0, above: 0, below: 0 });
    const below = even().range(keys.slice(0, 10), -5000, 500);
    assert.deepEqual([below.first, below.end, below.below], [0, 0, 500]);
    const passed = even().range(keys.slice(0, 10), 5000, 500);
    assert.deepEqual([passed.end - passed.first, passed.above + passed.below], [0, 500]);
  });

  it('are guessed again once forgotten', () => {
    const list = even();
    list.reset();
    list.measured(3, 200);
    assert.equal(list.range(keys, 0, 500).end, 3);
  });
});
