import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as format from '../../wwwroot/js/format.js';
import { chooseZone } from '../../wwwroot/js/zone.js';

process.env.TZ = 'Europe/Berlin';
const plain = (text) => text.replaceAll('\u00a0', ' ');
const table = (name, subject, rows) =>
  describe(name, () => {
    for (const [input, expected] of rows) it(`${JSON.stringify(input) ?? input} → ${expected}`, () => assert.equal(plain(subject(input)), expected));
  });

const nothing = [undefined, null, NaN, Infinity, -Infinity, '12'].map((input) => [input, '–']);

table('si', format.si, [
  ...nothing,
  [0, '0'], [-0, '0'], [0.04, '0'], [0.5, '0.5'], [1, '1'], [9.96, '10'], [12.34, '12.3'], [99.96, '100'], [999, '999'],
  [999.4, '999'], [999.5, '1.00 k'], [1000, '1.00 k'], [1234, '1.23 k'], [9994, '9.99 k'], [9996, '10.0 k'],
  [99_949, '99.9 k'], [99_960, '100 k'], [999_499, '999 k'], [999_500, '1.00 M'], [14_880_952, '14.9 M'],
  [148_809_523, '149 M'], [9.996e9, '10.0 G'], [Number.MAX_SAFE_INTEGER, '9.01 P'], [1e21, '1,000 E'], [-1500, '−1.50 k'],
]);
table('bitRate', format.bitRate, [[0, '0 bit/s'], [999.5, '1.00 kbit/s'], [9_870_000_000, '9.87 Gbit/s'], [NaN, '–']]);
table('tick', format.tick, [
  [0, '0'], [100, '100'], [1000, '1 k'], [1250, '1.25 k'], [2500, '2.5 k'], [15_000, '15 k'], [7.5e9, '7.5 G'], [100_000, '100 k'], [NaN, '–'],
]);
table('percent', format.percent, [[NaN, '–'], [null, '–'], [-1, '0 %'], [0, '0 %'], [0.001, '1 %'], [0.5, '50 %'], [0.999, '99 %'], [1, '100 %'], [1.2, '100 %']]);
table('bytes', format.bytes, [
  ...nothing,
  [0, '0 B'], [1, '1 B'], [1023, '1023 B'], [1023.6, '1.00 KiB'], [1024, '1.00 KiB'], [1536, '1.50 KiB'],
  [1023 * 1024, '1023 KiB'], [1024 ** 2 - 1, '1.00 MiB'], [10 * 1024 ** 2 - 1, '10.0 MiB'], [1024 ** 4, '1.00 TiB'],
  [2 ** 53, '8.00 PiB'],
]);
table('count', format.count, [
  ...nothing,
  [0, '0'], [-0, '0'], [-0.2, '0'], [999, '999'], [1000, '1,000'], [1234567, '1,234,567'], [-1000, '-1,000'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
]);
table('linkSpeed', format.linkSpeed, [
  [null, '–'], [-1, '–'], [0, '–'], [10, '10 Mbit/s'], [100, '100 Mbit/s'], [1000, '1 Gbit/s'], [2500, '2.5 Gbit/s'], [400_000, '400 Gbit/s'],
]);
table('clock', format.clock, [
  [NaN, '–'], [undefined, '–'], [-3, '0:00'], [0, '0:00'], [59.99, '0:59'], [60, '1:00'], [725, '12:05'], [3599.9, '59:59'],
  [3725, '1:02:05'], [86_399, '23:59:59'], [3 * 86_400 + 14_706, '3 d 04:05:06'],
]);
table('duration', format.duration, [
  [NaN, '–'], [-1, '–'], [0, '0 s'], [0.04, '0 s'], [0.49, '0.4 s'], [9.99, '9.9 s'], [10, '10 s'], [59.99, '59 s'], [60, '1 min 0 s'],
  [3599, '59 min 59 s'], [3600, '1 h 0 min'], [86_400, '1 d 0 h'], [400 * 86_400, '400 d 0 h'],
]);
table('share', ([part, whole]) => format.share(part, whole), [
  [[0, 0], '–'], [[1, NaN], '–'], [[0, 10], '0 %'], [[1, 1e9], '<0.01 %'], [[1, 1000], '0.10 %'], [[1, 8], '12.5 %'],
  [[999_999, 1e6], '>99.9 %'], [[10, 10], '100 %'], [[11, 10], '100 %'],
]);

describe('times', () => {
  it('reads up to nine fraction digits and either kind of zone', () => {
    const base = Date.UTC(2026, 0, 31, 16, 18, 3);
    assert.equal(format.parseTime('2026-01-31T16:18:03Z'), base);
    assert.equal(format.parseTime('2026-01-31T16:18:03.5Z'), base + 500);
    assert.equal(format.parseTime('2026-01-31T16:18:03.123456789Z'), base + 123);
    assert.equal(format.parseTime('2026-01-31T17:18:03.999999999+01:00'), base + 999);
  });

  it('takes what is no time for none', () => {
    for (const text of [null, undefined, '', 'now', '2026-13-40T99:00:00Z', 12, {}]) {
      assert.ok(Number.isNaN(format.parseTime(text)), String(text));
      assert.equal(format.dateTime(text), '–');
      assert.equal(format.date(text), '–');
    }
    assert.equal(format.timeOfDay(NaN), '–');
  });

  it('shows the zone that was chosen, summer and winter, and says which', () => {
    assert.equal(format.dateTime('2026-01-31T16:18:03.9Z'), '2026-01-31 17:18:03+01:00');
    assert.equal(format.dateTime('2026-07-01T22:30:00Z'), '2026-07-02 00:30:00+02:00');
    assert.equal(format.date('2026-07-01T22:30:00Z'), '2026-07-02');
    assert.equal(format.timeOfDay(Date.UTC(2026, 6, 1, 22, 30)), '00:30:00');
    assert.deepEqual([0, 1].map((hour) => format.timeOfDay(Date.UTC(2026, 9, 25, hour, 30))), ['02:30:00+02:00', '02:30:00+01:00']);
    chooseZone('UTC');
    assert.equal(format.dateTime('2026-07-01T22:30:00Z'), '2026-07-01 22:30:00Z');
    assert.equal(format.timeOfDay(Date.UTC(2026, 9, 25, 0, 30)), '00:30:00');
    chooseZone('Europe/Berlin');
  });

  it('orders to the nanosecond, whatever the number of digits', () => {
    const times = ['2026-01-01T00:00:00.1Z', null, '2026-01-01T00:00:00.100000001Z', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59.9Z'];
    assert.deepEqual(times.sort(format.compareTimes), [
      null, '2025-12-31T23:59:59.9Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100000001Z',
    ]);
  });

  it('gives no length of time where an end is missing', () => {
    assert.equal(format.secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:00:02.5Z'), 2.5);
    assert.equal(plain(format.duration(format.secondsBetween('2026-01-01T00:00:00Z', null))), '–');
  });
});
