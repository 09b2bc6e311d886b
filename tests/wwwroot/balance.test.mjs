import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { balanceOf, sharesOf } from '../../wwwroot/js/balance.js';
import { SampleSeries } from '../../wwwroot/js/samples.js';

const at = (elapsed) => new Date(Date.UTC(2026, 0, 1) + elapsed * 1000).toISOString();
const rows = (...shares) => shares.map((share, i) => ({ title: `rx${i}`, share }));

describe('sharesOf', () => {
  it('is each queue’s part of the last half minute', () => {
    const series = new SampleSeries();
    const queues = (first, second) => [{ queue: 0, name: 'rx0', packetsPerSecond: first }, { queue: 1, name: 'rx1', packetsPerSecond: second }];
    for (let elapsed = 1; elapsed <= 100; elapsed++) {
      series.add({ at: at(elapsed), elapsedSeconds: elapsed, queues: elapsed < 60 ? queues(1e6, 0) : queues(10, 30) });
    }
    assert.deepEqual([...sharesOf(series)], [['0 rx0', 0.25], ['1 rx1', 0.75]]);
  });

  it('is empty where nothing came', () => assert.equal(sharesOf(new SampleSeries()).size, 0));
});

describe('balanceOf', () => {
  for (const [shares, rate, even, words] of [
    [[0.25, 0.25, 0.3, 0.2], 1000, true, 'Packets spread well over 4 queues.'],
    [[0.7, 0.1, 0.1, 0.1], 1000, false, 'Queue rx0 takes 70.0\u00a0% of the received packets; spread evenly it would be 25.0\u00a0%.'],
    [[0.7, 0.3], 1000, true, 'Packets spread well over 2 queues.'],
    [[0.05, 0.95], 1000, false, 'Queue rx1 takes 95.0\u00a0% of the received packets; spread evenly it would be 50.0\u00a0%.'],
    [[0.2, 0, 0, 0], 1000, false, 'Queue rx0 takes 100\u00a0% of the received packets; spread evenly it would be 25.0\u00a0%.'],
    [[1, 0, 0, 0], 50, true, 'Too few packets to say how they spread over the queues.'],
    [[0, 0], 1000, true, 'Too few packets to say how they spread over the queues.'],
    [[1], 1000, true, 'All packets come by one queue.'],
    [[], 1000, true, ''],
  ]) {
    it(`says of ${shares} at ${rate} a second: ${words || 'nothing'}`, () => assert.deepEqual(balanceOf(rows(...shares), rate), { even, text: words }));
  }
});
