import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { growthOf, secondsUntilFull, untilFull } from '../../wwwroot/js/forecast.js';
import { SampleSeries } from '../../wwwroot/js/samples.js';

const at = (elapsed) => new Date(Date.UTC(2026, 0, 1) + elapsed * 1000).toISOString();

describe('growthOf', () => {
  it('is the mean of the last half minute', () => {
    const series = new SampleSeries();
    for (let elapsed = 1; elapsed <= 120; elapsed++) {
      series.add({ at: at(elapsed), elapsedSeconds: elapsed, diskBytesPerSecond: elapsed < 60 ? 1e9 : elapsed % 2 ? 100 : 300 });
    }
    assert.ok(Math.abs(growthOf(series) - 200) < 10);
  });

  it('is not known without samples, or of a console that does not tell', () => {
    const series = new SampleSeries();
    assert.ok(Number.isNaN(growthOf(series)));
    series.add({ at: at(1), elapsedSeconds: 1 });
    assert.ok(Number.isNaN(growthOf(series)));
  });
});

describe('the disk', () => {
  for (const [room, rate, seconds, words] of [
    [1e9, 1e6, 1000, '16\u00a0min 40\u00a0s'],
    [1e9, 0, Infinity, 'over a year'],
    [1e9, 20, Infinity, 'over a year'],
    [1e15, 1000, 1e12, 'over a year'],
    [0, 1e6, 0, 'now'],
    [0, 0, 0, 'now'],
    [-5, 1e6, 0, 'now'],
    [1e9, NaN, NaN, '–'],
    [undefined, 1e6, NaN, '–'],
  ]) {
    it(`with ${room} bytes left at ${rate} bytes a second is full in ${seconds} s`, () => {
      assert.equal(secondsUntilFull(room, rate), seconds);
      assert.equal(untilFull(seconds), words);
    });
  }
});
