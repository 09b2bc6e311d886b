import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasRates, lossesOn, packetsWithin, rangeBetween, sinceStart, stepsFor, timelineColumns, timelineUnits } from '../../wwwroot/js/timeline.js';

const answer = {
  from: '2026-01-01T00:00:00.000000500Z',
  to: '2026-01-01T00:00:04.000000500Z',
  stepSeconds: 1,
  points: [
    { at: '2026-01-01T00:00:00.000000500Z', packets: 10, wireBytes: 1000 },
    { at: '2026-01-01T00:00:02.000000500Z', packets: 30, wireBytes: 2000 },
  ],
};
const nothing = { from: answer.from, to: answer.from, stepSeconds: 0, points: [] };

describe('the time line', () => {
  it('is made of rates that hold for a step, zero where nothing came', () => {
    assert.deepEqual(timelineColumns(answer), [[0, 1, 2, 3, 4], [10, 0, 30, 0, 0], [8000, 0, 16_000, 0, 0]]);
    assert.deepEqual(timelineColumns({ ...answer, stepSeconds: 2 })[1], [5, 15, 15]);
  });

  it('of a capture without packets is empty, and of one packet is one step', () => {
    assert.deepEqual(timelineColumns(nothing), [[], [], []]);
    const one = { ...answer, to: answer.from, stepSeconds: 0.001, points: [{ at: answer.from, packets: 1, wireBytes: 60 }] };
    assert.deepEqual(timelineColumns(one), [[0, 0.001], [1, 1], [480, 480]]);
  });

  it('has no rates where its steps are shorter than a second: a ping is two packets, not a million per second', () => {
    const ping = { ...answer, to: '2026-01-01T00:00:00.000056300Z', stepSeconds: 1e-7, points: [{ at: answer.from, packets: 1, wireBytes: 98 }, { at: '2026-01-01T00:00:00.000056200Z', packets: 1, wireBytes: 98 }] };
    assert.equal(Math.max(...timelineColumns(ping)[1]), 1);
    assert.equal(Math.max(...timelineColumns(ping)[2]), 784);
    const plain = (text) => text.replaceAll('\u00a0', ' ');
    assert.deepEqual([timelineUnits(ping).per, timelineUnits(answer).per].map(plain), [' per 100 ns', '/s']);
    assert.equal(plain(timelineUnits(ping).readout(1, 784)), '1 packet   784 bit in 100 ns');
    assert.equal(plain(timelineUnits(answer).readout(10, 8000)), '10 pps   8.00 kbit/s');
    assert.ok(hasRates(answer) && !hasRates(ping));
  });

  it('is asked for in steps of a second or more, where there is room for them', () => {
    assert.deepEqual([NaN, 0, 5, 19.9, 20, 20.9, 299, 301, 86_400].map((seconds) => stepsFor(seconds, 300)), [300, 300, 300, 300, 20, 20, 299, 300, 300]);
  });

  it('counts packets of a range, cut steps by their share', () => {
    assert.equal(packetsWithin(answer, { from: answer.from, to: answer.to }), 40);
    assert.equal(packetsWithin(answer, rangeBetween(answer, 0.5, 2.5)), 20);
    assert.equal(packetsWithin(answer, rangeBetween(answer, 1, 2)), 0);
  });

  it('gives ranges in order and within it', () => {
    assert.deepEqual(rangeBetween(answer, 2.25, 1), { from: '2026-01-01T00:00:01.000000500Z', to: '2026-01-01T00:00:02.250000500Z' });
    assert.deepEqual(rangeBetween(answer, -5, 9), { from: answer.from, to: answer.to });
  });

  it('has losses where they were, or at its ends, and those of a part only in that part', () => {
    const startedAt = '2025-12-31T23:59:59.000000500Z';
    const losses = [[0, 0.5], [2, 2.5], [4.5, 9]].map(([fromSeconds, toSeconds]) => ({ stage: 'ring', fromSeconds, toSeconds, packets: 1 }));
    const seen = (view) => lossesOn(view, answer, losses, startedAt).map(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]);
    assert.deepEqual(seen(answer), [[0, 0], [1, 1.5], [3.5, 4]]);
    assert.deepEqual(seen({ ...answer, from: '2026-01-01T00:00:01.250000500Z', to: '2026-01-01T00:00:02.000000500Z' }), [[-0.25, 0.25]]);
  });

  it('has labels as exact as its marks are close', () => {
    const plain = (text) => text.replace('\u00a0', ' ');
    assert.deepEqual([[0.25, 0.05], [0.000002, 0.000001], [90, 30], [7260, 60], [12, 2]].map(([at, step]) => plain(sinceStart(at, step))), ['0.25 s', '0.000002 s', '1:30', '2:01:00', '0:12']);
  });
});
