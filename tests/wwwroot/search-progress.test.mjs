import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressOf } from '../../wwwroot/js/search-progress.js';

const state = (search, rest = {}) => ({
  total: 44,
  filtered: true,
  count: 0,
  search: { state: 'done', shown: true, matches: 0, scannedTo: 44, notSearched: 0, ...search },
  ...rest,
});

describe('the progress of a search', () => {
  it('says where there are how many matches', () => {
    assert.equal(progressOf(state({ matches: 1 })), '1 match in 44 packets');
    assert.equal(progressOf(state({ matches: 3, scannedTo: 20, state: 'searching' })), '3 matches, scanned to 20 of 44');
  });

  it('counts what could not be searched apart, and never as packets without a match', () => {
    assert.equal(progressOf(state({ notSearched: 44 })), '44 packets could not be searched');
    assert.equal(progressOf(state({ notSearched: 4, matches: 2 })), '2 matches in 40 packets; 4 packets could not be searched');
  });

  it('is about the list where no search is shown', () => {
    assert.equal(progressOf(state({ state: 'searching', shown: false })), 'Searching…');
    assert.equal(progressOf(state({ state: 'failed', shown: false }, { filtered: false })), '44 packets');
    assert.equal(progressOf(state({ state: 'failed', shown: false }, { count: 7 })), '7 matches');
    assert.equal(progressOf({ search: null, total: null, filtered: false, count: 0 }), 'Reading…');
  });
});
