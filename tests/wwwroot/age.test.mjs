import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { age } from '../../wwwroot/js/age.js';

const now = Date.UTC(2026, 5, 15, 12);
const ago = (seconds) => age(new Date(now - seconds * 1000).toISOString(), now).replaceAll('\u00a0', ' ');

describe('age', () => {
  for (const [seconds, words] of [
    [0, 'just now'], [9.9, 'just now'], [10, '10 s ago'], [59.9, '59 s ago'], [60, '1 min ago'], [3599, '59 min ago'],
    [3600, '1 h ago'], [47 * 3600, '47 h ago'], [48 * 3600, '2 d ago'], [59 * 86_400, '59 d ago'],
  ]) it(`of ${seconds} s is "${words}"`, () => assert.equal(ago(seconds), words));

  it('of long ago is a date', () => assert.match(ago(100 * 86_400), /^2026-03-0\d$/));

  it('is not before now where two clocks differ', () => assert.equal(ago(-30), 'just now'));

  it('of no time is none', () => assert.equal(age('yesterday', now), '–'));
});
