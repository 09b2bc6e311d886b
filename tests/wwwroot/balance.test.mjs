import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { balanceOf, loadsOf, sharesOf } from '../../wwwroot/js/balance.js';
import { SampleSeries } from '../../wwwroot/js/samples.js';

const at = (elapsed) => new Date(Date.UTC(2026, 0, 1) + elapsed * 1000).toISOString();
const rows = (...loads) => loads.map((load, i) => ({ title: `rx${i}`, load }));

describe('loadsOf and sharesOf', () => {
  it('are each queue’s rate, and part of all, over the last half minute', () => {
    const series = new SampleSeries();
    const queues = (first, second) => [{ queue: 0, name: 'rx0', packetsPerSecond: first }, { queue: 1, name: 'rx1', packetsPerSecond: second }];
    for (let elapsed = 1; elapsed <= 100; elapsed++) {
      series.add({ at: at(elapsed), elapsedSeconds: elapsed, queues: elapsed < 60 ? queues(1e6, 0) : queues(10, 30) });
    }
    const loads = loadsOf(series);
    assert.deepEqual([...loads].map(([key, load]) => [key, Math.round(load)]), [['0 rx0', 10], ['1 rx1', 30]]);
    assert.deepEqual([...sharesOf(loads)].map(([, part]) => part.toFixed(6)), ['0.250000', '0.750000']);
  });

  it('are empty where nothing came', () => assert.equal(sharesOf(loadsOf(new SampleSeries())).size, 0));
});

describe('balanceOf', () => {
  for (const [loads, even, words] of [
    [[250, 250, 300, 200], true, 'Packets spread well over 4 queues.'],
    [[700, 100, 100, 100], false, 'Queue rx0 takes 70.0\u00a0% of the received packets; spread evenly it would be 25.0\u00a0%.'],
    [[700, 300], true, 'Packets spread well over 2 queues.'],
    [[50, 950], false, 'Queue rx1 takes 95.0\u00a0% of the received packets; spread evenly it would be 50.0\u00a0%.'],
    [[200, 0, 0, 0], false, 'Queue rx0 takes 100\u00a0% of the received packets; spread evenly it would be 25.0\u00a0%.'],
    [[50, 0, 0, 0], true, 'Too few packets to say how they spread over the queues.'],
    [[0, 0], true, 'Too few packets to say how they spread over the queues.'],
    [[1000], true, 'All packets come by one queue.'],
    [[], true, ''],
  ]) {
    it(`says of ${loads}: ${words || 'nothing'}`, () => assert.deepEqual(balanceOf(rows(...loads)), { even, text: words }));
  }
});
