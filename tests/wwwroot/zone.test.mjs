import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

// A page's storage, as a browser has it.
const kept = new Map();
globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
process.env.TZ = 'America/New_York';
const zone = await import('../../wwwroot/js/zone.js');

const inZone = (name, test) => {
  process.env.TZ = name;
  try {
    test();
  } finally {
    process.env.TZ = 'America/New_York';
  }
};

describe('the zone of a page', () => {
  it('is the browser\'s by its name, until UTC is chosen, and is remembered', () => {
    const heard = [];
    const end = zone.onZoneChange(() => heard.push(zone.zoneName()));
    assert.deepEqual(zone.zones(), ['America/New_York', 'UTC']);
    assert.equal(zone.zoneName(), 'America/New_York');
    assert.deepEqual(zone.zoneQuery(), { zone: 'America/New_York' });
    zone.chooseZone('UTC');
    assert.equal(kept.get('mgcap.zone'), 'UTC');
    assert.deepEqual(zone.zoneQuery(), {});
    assert.equal(zone.offsetText(0), 'Z');
    zone.chooseZone('America/New_York');
    end();
    zone.chooseZone('America/New_York');
    assert.deepEqual(heard, ['UTC', 'America/New_York']);
  });

  it('is UTC alone where the browser\'s is that', () => {
    for (const name of ['UTC', 'Etc/UTC', 'GMT', 'Zulu']) inZone(name, () => assert.deepEqual(zone.zones(), ['UTC']));
    inZone('Europe/London', () => assert.deepEqual(zone.zones(), ['Europe/London', 'UTC']));
  });

  it('has offsets that are no whole hours', () => {
    inZone('Asia/Kathmandu', () => {
      assert.equal(zone.offsetText(0), '+05:30');
      assert.equal(zone.offsetText(Date.UTC(2026, 0, 1)), '+05:45');
      assert.deepEqual(zone.fieldsOf(Date.UTC(2026, 0, 1, 20)), [2026, 1, 2, 1, 45, 0]);
    });
    // Half an hour twice a year.
    inZone('Australia/Lord_Howe', () => {
      const change = Date.UTC(2026, 3, 4, 15);
      assert.ok(zone.isAmbiguous(change) && zone.isAmbiguous(change - 1) && zone.isAmbiguous(change + 29 * 60_000));
      assert.ok(!zone.isAmbiguous(change + 30 * 60_000) && !zone.isAmbiguous(change - 30 * 60_000 - 1));
    });
  });

  it('has moments of a clock that shows them once, twice or never', () => {
    assert.deepEqual(zone.momentsAt(2026, 11, 1, 0, 59, 59), [Date.UTC(2026, 10, 1, 4, 59, 59)]);
    assert.deepEqual(zone.momentsAt(2026, 11, 1, 1, 30, 0), [Date.UTC(2026, 10, 1, 5, 30), Date.UTC(2026, 10, 1, 6, 30)]);
    assert.deepEqual(zone.momentsAt(2026, 11, 1, 2, 0, 0), [Date.UTC(2026, 10, 1, 7)]);
    assert.deepEqual(zone.momentsAt(2026, 3, 8, 2, 30, 0), [Date.UTC(2026, 2, 8, 7, 30)]);
    assert.deepEqual(zone.momentsAt(NaN, 1, 1, 0, 0, 0), []);
  });
});
