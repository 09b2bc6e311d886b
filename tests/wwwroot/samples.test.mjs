import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyOf, queueKeys, SampleSeries, scaleTop, stackedColumns, thinned } from '../../wwwroot/js/samples.js';

const START = Date.UTC(2026, 0, 1) / 1000;
const at = (elapsed) => new Date((START + elapsed) * 1000).toISOString();
const sample = (elapsed, pps = 1000, bps = 8000) => ({ at: at(elapsed), elapsedSeconds: elapsed, packetsPerSecond: pps, bitsPerSecond: bps });
const filled = (times, options) => {
  const series = new SampleSeries(options);
  for (const time of times) series.add(sample(time));
  return series;
};
const every = (step, from, to) => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
const elapsed = ([times]) => times.map((time) => Math.round((time - START) * 1000) / 1000);

describe('SampleSeries', () => {
  it('is empty and harmless before the first sample', () => {
    const series = new SampleSeries();
    assert.deepEqual(series.window(120), [[], [], []]);
    assert.ok(Number.isNaN(series.latest));
  });

  it('keeps samples in columns', () => {
    const series = new SampleSeries();
    assert.ok(series.add(sample(0.5, 10, 80)));
    assert.ok(series.add(sample(1, 20, 160)));
    assert.deepEqual(series.window(120), [[START + 0.5, START + 1], [10, 20], [80, 160]]);
  });

  it('drops a sample seen before, and one that is overtaken', () => {
    const series = filled([1, 1.5, 2]);
    assert.equal(series.add(sample(2)), false);
    assert.equal(series.add(sample(1.5)), false);
    assert.equal(series.length, 3);
  });

  it('follows elapsed time when the clock of the machine is set', () => {
    const series = filled([1, 1.5]);
    assert.ok(series.add({ ...sample(2), at: at(-3600) }));
    assert.deepEqual(elapsed(series.window(120)), [1, 1.5, 2]);
  });

  it('refuses a sample without a time', () => {
    const series = new SampleSeries();
    assert.equal(series.add({ ...sample(1), at: 'never' }), false);
    assert.equal(series.add({ ...sample(1), elapsedSeconds: NaN }), false);
    assert.equal(series.add({ packetsPerSecond: 1 }), false);
    assert.equal(series.length, 0);
  });

  it('breaks the line where a rate is no number', () => {
    const series = new SampleSeries();
    series.add(sample(1, NaN, NaN));
    series.add(sample(1.5, -1, null));
    assert.deepEqual(series.window(10).slice(1), [[null, null], [null, null]]);
  });

  it('marks the gap of a lost connection, once', () => {
    const series = filled([...every(0.5, 0.5, 5), ...every(0.5, 35, 37)]);
    const [times, packets] = series.window(120);
    assert.equal(packets.filter((value) => value === null).length, 1);
    assert.equal(Math.round((times[packets.indexOf(null)] - START) * 10) / 10, 5.5);
    assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]));
  });

  it('does not take late samples for a gap', () => {
    const series = filled([0.5, 1, 1.5, 3.5, 4]);
    assert.ok(!series.window(10)[1].includes(null));
  });

  it('takes the usual step of slow samples for no gap', () => {
    const series = filled(every(10, 10, 100));
    assert.ok(!series.window(600)[1].includes(null));
    assert.equal(series.gaps(600), 0);
  });

  it('closes a gap when what was missing is merged', () => {
    const series = filled([...every(0.5, 0.5, 5), ...every(0.5, 35, 37)]);
    assert.equal(series.gaps(120), 1);
    assert.equal(series.merge(every(0.5, 4, 36).map((time) => sample(time))), 59);
    assert.equal(series.gaps(120), 0);
    assert.deepEqual(elapsed(series.window(600)), every(0.5, 0.5, 37));
  });

  it('knows when the newest sample came after a gap', () => {
    const series = filled(every(0.5, 0.5, 5));
    assert.equal(series.lagged, false);
    series.add(sample(20));
    assert.equal(series.lagged, true);
    series.add(sample(20.5));
    assert.equal(series.lagged, false);
  });

  it('tells time by the capture’s age', () => {
    assert.equal(filled([1]).timeOf(7), START + 7);
    assert.ok(Number.isNaN(new SampleSeries().timeOf(7)));
  });

  it('gives a stretch and one moment at either side', () => {
    const moments = filled(every(1, 1, 20)).between(START + 5, START + 7);
    assert.deepEqual(moments.map(({ time }) => time - START), [4, 5, 6, 7, 8]);
  });

  it('goes on after a catch-up that repeats what was shown', () => {
    const series = filled(every(0.5, 0.5, 10));
    for (const time of every(0.5, 8, 12)) series.add(sample(time));
    assert.deepEqual(elapsed(series.window(600)), every(0.5, 0.5, 12));
  });

  it('gives the last seconds and one sample before them', () => {
    const series = filled(every(1, 1, 300));
    const times = elapsed(series.window(120));
    assert.equal(times[0], 179);
    assert.equal(times.at(-1), 300);
  });

  it('forgets what is older than it keeps', () => {
    const series = filled(every(0.5, 0.5, 3600));
    assert.ok(elapsed(series.window(Infinity))[0] >= 3600 - 600 - 64);
    assert.ok(series.length < 1400);
  });

  it('holds at most its capacity however fast samples come', () => {
    const series = filled(every(0.01, 0.01, 20), { capacity: 500 });
    assert.equal(series.length, 500);
    assert.equal(elapsed(series.window(600)).at(-1), 20);
  });
});

describe('stackedColumns', () => {
  const queue = (number, name, packets) => ({ queue: number, name, packetsPerSecond: packets, bitsPerSecond: packets * 10 });
  const series = new SampleSeries();
  series.add({ ...sample(1), queues: [queue(0, 'rx0', 5), queue(-1, 'tx', 1)] });
  series.add({ ...sample(2), queues: [queue(0, 'rx0', 7), queue(1, 'rx1', 2), queue(-1, 'tx', 1)] });
  series.add({ ...sample(12), queues: [queue(0, 'rx0', 1)] });
  const moments = series.between(-Infinity, Infinity);

  it('knows every queue that was told of', () => {
    assert.deepEqual(queueKeys(moments), ['0 rx0', '-1 tx', '1 rx1']);
    assert.notEqual(keyOf({ queue: -1, name: 'tx' }), keyOf({ queue: -1, name: '' }));
  });

  it('stands each queue on the ones before it', () => {
    const [times, ...stack] = stackedColumns(moments, queueKeys(moments), 'packets');
    assert.deepEqual(times.map((time) => time - START), [1, 2, 12]);
    assert.deepEqual(stack, [[5, 7, 1], [6, 8, 1], [6, 10, 1]]);
    assert.deepEqual(stackedColumns(moments, ['1 rx1'], 'bits')[1], [0, 20, 0]);
  });
});

describe('thinned', () => {
  const moments = filled(every(0.5, 0.5, 600)).between(-Infinity, Infinity).map((moment, i) => ({ ...moment, packets: i === 777 ? 9999 : 1 }));

  it('leaves few moments as they are', () => assert.equal(thinned(moments.slice(0, 100), 600).length, 100));

  it('keeps the peak', () => {
    const kept = thinned(moments, 600);
    assert.ok(kept.length >= 300 && kept.length <= 601, `${kept.length}`);
    assert.equal(Math.max(...kept.map(({ packets }) => packets)), 9999);
    assert.ok(kept.every(({ time }, i) => i === 0 || time > kept[i - 1].time));
  });

  it('keeps the same ones when time moves on', () => {
    const [before, after] = [thinned(moments.slice(0, 1100), 500), thinned(moments.slice(50, 1150), 500)];
    const from = after[1].time;
    const to = before.at(-2).time;
    const inside = (kept) => kept.map(({ time }) => time).filter((time) => time >= from && time <= to);
    assert.deepEqual(inside(before), inside(after));
  });
});

describe('scaleTop', () => {
  for (const [largest, top] of [[NaN, 4], [null, 4], [0, 4], [-5, 4], [0.3, 4], [4, 4], [4.1, 6], [7, 8], [8.5, 10], [999, 1000], [1000, 1000], [1001, 2000], [7e9, 8e9]]) {
    it(`${largest} → ${top}`, () => assert.equal(scaleTop(largest), top));
  }
});
