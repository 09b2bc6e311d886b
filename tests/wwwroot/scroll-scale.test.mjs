import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScrollScale } from '../../wwwroot/js/scroll-scale.js';

const small = new ScrollScale({ count: 1000, rowHeight: 24, visible: 480 });
const large = new ScrollScale({ count: 5_000_000, rowHeight: 24, visible: 490 });

describe('a list that browsers can lay out', () => {
  it('scrolls as it is', () => {
    assert.equal(small.scaled, false);
    assert.equal(small.height, 24_000);
    for (const top of [0, 13, 23_520]) assert.equal(small.topOf(small.scrollOf(top)), top);
    assert.equal(small.afterScroll(100, 100, 140), 140);
  });

  it('shows the rows that are seen, if only in part', () => {
    assert.deepEqual(small.range(0), { first: 0, last: 19, shift: 0 });
    assert.deepEqual(small.range(30), { first: 1, last: 21, shift: 6 });
    assert.deepEqual(small.range(small.end), { first: 980, last: 999, shift: 0 });
  });

  it('moves no further than is needed to show a row', () => {
    assert.equal(small.reveal(240, 15), 240);
    assert.equal(small.reveal(240, 5), 120);
    assert.equal(small.reveal(240, 40), 41 * 24 - 480);
    assert.equal(small.reveal(0, 500, true), 500 * 24 - 228);
    assert.equal(small.reveal(0, 999, true), small.end);
  });
});

describe('a list that is too long for browsers', () => {
  it('reaches every row', () => {
    assert.equal(large.scaled, true);
    assert.ok(large.height <= 15_000_000);
    assert.equal(large.range(large.topOf(0)).first, 0);
    assert.equal(large.range(large.topOf(large.scrollEnd)).last, 4_999_999);
    for (const index of [0, 1, 2_345_678, 4_999_998, 4_999_999]) {
      const { first, last } = large.range(large.reveal(0, index));
      assert.ok(first <= index && index <= last, `${index} in ${first}–${last}`);
    }
  });

  it('takes a finger\'s step for what it is and the bar\'s for a share', () => {
    const top = large.topOf(7_000_000);
    assert.equal(large.afterScroll(top, 7_000_000, 7_000_100), top + 100);
    assert.equal(large.afterScroll(top, 7_000_000, 7_100_000), large.topOf(7_100_000));
    assert.equal(large.afterScroll(top, 100, 0), 0);
    assert.equal(large.afterScroll(top, large.scrollEnd - 10, large.scrollEnd), large.end);
  });
});

describe('a list that is not', () => {
  it('has no rows and no way to scroll', () => {
    for (const scale of [new ScrollScale(), new ScrollScale({ count: 0, rowHeight: 24, visible: 480 }), new ScrollScale({ count: 2, rowHeight: 24, visible: 480 })]) {
      assert.equal(scale.end, 0);
      assert.equal(scale.topOf(50), 0);
      assert.equal(scale.range(0).last, scale.count - 1);
    }
  });
});
