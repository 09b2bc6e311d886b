import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as instants from '../../wwwroot/js/instants.js';
import { chooseZone } from '../../wwwroot/js/zone.js';

process.env.TZ = 'Europe/Berlin';

const START = '2026-01-31T16:18:03.000000900Z';

describe('moments to the nanosecond', () => {
  it('survive being read and written', () => {
    for (const text of ['2026-01-31T16:18:03.123456789Z', '1969-12-31T23:59:59.999999999Z', '1970-01-01T00:00:00.000000000Z']) {
      assert.equal(instants.fromNanoseconds(instants.toNanoseconds(text)), text);
    }
    assert.equal(instants.fromNanoseconds(instants.toNanoseconds('2026-01-31T17:18:03.5+01:00')), '2026-01-31T16:18:03.500000000Z');
    for (const text of [null, '', 'now', '2026-13-40T00:00:00Z', '2026-01-31T16:18:03']) assert.equal(instants.toNanoseconds(text), null);
  });

  it('are moved by decimal seconds without rounding', () => {
    assert.equal(instants.plusSeconds(START, '0.000000099'), '2026-01-31T16:18:03.000000999Z');
    assert.equal(instants.plusSeconds(START, '100000.000000001'), '2026-02-01T20:04:43.000000901Z');
    assert.equal(instants.plusSeconds(START, -0.0000009), '2026-01-31T16:18:03.000000000Z');
    assert.equal(instants.plusSeconds('never', 1), null);
  });

  it('are apart by seconds, as a number and as text', () => {
    assert.equal(instants.secondsFrom(START, '2026-01-31T16:18:04.0000009Z'), 1);
    assert.ok(Number.isNaN(instants.secondsFrom(START, null)));
    assert.equal(instants.elapsed(START, '2026-01-31T16:20:03.000000901Z'), '120.000000001');
    assert.equal(instants.elapsed(START, '2026-01-31T16:18:03.000000899Z'), '−0.000000001');
    assert.equal(instants.elapsed(START, 'x'), '');
  });

  it('are shown in the zone that was chosen, and say so', () => {
    assert.equal(instants.exactTimeOfDay('2026-07-01T22:30:00.000000042Z'), '00:30:00.000000042');
    assert.equal(instants.exactDateTime('2026-07-01T22:30:00.123456789Z', 3), '2026-07-02 00:30:00.123+02:00');
    assert.equal(instants.exactDateTime('2026-01-01T22:30:00.9Z', 0), '2026-01-01 23:30:00+01:00');
    assert.equal(instants.editableTime('2026-07-01T22:30:00.123456789Z'), '2026-07-02 00:30:00.123456789');
    assert.equal(instants.exactDateTime(''), '');
    chooseZone('UTC');
    assert.equal(instants.exactDateTime('2026-07-01T22:30:00.123456789Z', 3), '2026-07-01 22:30:00.123Z');
    assert.equal(instants.exactTimeOfDay('2026-10-25T00:30:00Z', 0), '00:30:00');
    assert.equal(instants.momentOf('2026-07-01 22:30', START), '2026-07-01T22:30:00.000000000Z');
    chooseZone('Europe/Berlin');
    assert.equal(instants.exactTimeOfDay('2026-07-01T22:30:00Z', 0), '00:30:00');
  });

  it('carry their offset in the hour that a clock shows twice, and are read back as they were', () => {
    for (const [moment, text] of [
      ['2026-10-24T23:59:59.999999999Z', '2026-10-25 01:59:59.999999999'],
      ['2026-10-25T00:00:00.000000000Z', '2026-10-25 02:00:00.000000000+02:00'],
      ['2026-10-25T00:59:59.000000001Z', '2026-10-25 02:59:59.000000001+02:00'],
      ['2026-10-25T01:00:00.000000000Z', '2026-10-25 02:00:00.000000000+01:00'],
      ['2026-10-25T01:30:00.000000000Z', '2026-10-25 02:30:00.000000000+01:00'],
      ['2026-10-25T02:00:00.000000000Z', '2026-10-25 03:00:00.000000000'],
      ['2026-03-29T00:59:59.500000000Z', '2026-03-29 01:59:59.500000000'],
      ['2026-03-29T01:00:00.000000000Z', '2026-03-29 03:00:00.000000000'],
    ]) {
      assert.equal(instants.editableTime(moment), text);
      assert.equal(instants.momentOf(text, START), moment);
    }
    assert.equal(instants.exactTimeOfDay('2026-10-25T01:30:00.25Z', 2), '02:30:00.25+01:00');
    assert.ok(instants.isShownTwice('2026-10-25T00:30:00Z') && !instants.isShownTwice('2026-10-25T02:30:00Z') && !instants.isShownTwice(''));
  });

  it('of every hour of the days when clocks change are read back as they were', () => {
    for (const day of ['2026-10-24', '2026-10-25', '2026-03-28', '2026-03-29']) {
      for (let minute = 0; minute < 24 * 60; minute += 15) {
        const moment = instants.fromNanoseconds(instants.toNanoseconds(`${day}T00:00:00Z`) + BigInt(minute) * 60_000_000_000n);
        assert.equal(instants.momentOf(instants.editableTime(moment), START), moment);
        assert.equal(instants.momentOf(instants.exactDateTime(moment), START), moment);
      }
    }
  });
});

describe('a typed moment', () => {
  const moments = [
    ['2026-01-31T16:18:04.25Z', '2026-01-31T16:18:04.250000000Z'],
    ['2026-01-31 17:18:04.25', '2026-01-31T16:18:04.250000000Z'],
    ['17:18:04.000000001', '2026-01-31T16:18:04.000000001Z'],
    ['17:18', '2026-02-01T16:18:00.000000000Z'],
    ['00:10', '2026-01-31T23:10:00.000000000Z'],
    ['+1.5', '2026-01-31T16:18:04.500000900Z'],
    ['90 s', '2026-01-31T16:19:33.000000900Z'],
    ['.5', null],
    ['0.5', '2026-01-31T16:18:03.500000900Z'],
    ['25:00', null],
    ['12:61', null],
    ['12', null],
    ['noon', null],
    ['', null],
  ];
  for (const [text, moment] of moments) {
    it(`"${text}" is ${moment}`, () => assert.equal(instants.momentOf(text, START), moment));
  }

  it('that a clock shows twice is the first one not before the start', () => {
    assert.equal(instants.momentOf('02:30', '2026-10-25T00:10:00Z'), '2026-10-25T00:30:00.000000000Z');
    assert.equal(instants.momentOf('02:30', '2026-10-25T00:40:00Z'), '2026-10-25T01:30:00.000000000Z');
    assert.equal(instants.momentOf('2026-10-25 02:30', '2026-10-25T00:40:00Z'), '2026-10-25T01:30:00.000000000Z');
    assert.equal(instants.momentOf('2026-10-25 02:30', '2026-10-20T00:00:00Z'), '2026-10-25T00:30:00.000000000Z');
    assert.equal(instants.momentOf('01:00', '2026-10-24T10:00:00Z'), '2026-10-24T23:00:00.000000000Z');
    assert.equal(instants.momentOf('04:00', '2026-10-25T00:40:00Z'), '2026-10-25T03:00:00.000000000Z');
    // Clocks go from 02:00 to 03:00.
    assert.equal(instants.momentOf('2026-03-29 02:30', START), '2026-03-29T01:30:00.000000000Z');
  });

  it('may name UTC or an offset', () => {
    for (const text of ['2026-01-31 17:18:04 UTC', '2026-01-31 17:18:04Z', '2026-01-31 12:18:04-05:00']) assert.equal(instants.momentOf(text, START), '2026-01-31T17:18:04.000000000Z');
  });

  it('in the second of the start is on the day of the start', () => {
    assert.equal(instants.momentOf('17:18:03', START), '2026-01-31T16:18:03.000000000Z');
  });

  it('without a known start still can be whole', () => {
    assert.equal(instants.momentOf('12:00', ''), null);
    assert.equal(instants.momentOf('2026-01-31T16:18:04Z', ''), '2026-01-31T16:18:04.000000000Z');
  });
});

describe('where to go', () => {
  it('is a number with or without separators', () => {
    for (const text of ['1234567', '1,234,567', ' #1234567 ', '1 234 567']) assert.deepEqual(instants.destinationOf(text, START), { number: 1_234_567 });
    assert.match(instants.destinationOf('0', START).error, /from 1/);
  });

  it('is a time, or says what can be written', () => {
    assert.deepEqual(instants.destinationOf('+0.5', START), { at: '2026-01-31T16:18:03.500000900Z' });
    assert.match(instants.destinationOf('12,34', START).error, /number/);
  });
});
