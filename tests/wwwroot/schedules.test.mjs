import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameOf, stateOf, whatOf, whenOf } from '../../wwwroot/js/schedules.js';

describe('a schedule', () => {
  it('is called by its name, or by what it captures', () => {
    assert.equal(nameOf({ name: 'nights', capture: { interface: 'eth0' } }), 'nights');
    assert.equal(nameOf({ name: '', capture: { interfaces: ['eth0', 'eth1'] } }), 'eth0, eth1');
  });

  it('says when', () => {
    assert.equal(whenOf({ start: '0 8 * * *', stop: null, zone: 'UTC' }), 'Starts at 0 8 * * * (UTC)');
    assert.equal(whenOf({ start: '0 8 * * *', stop: '0 18 * * *', zone: 'Europe/Berlin' }), 'Starts at 0 8 * * *, stops at 0 18 * * * (Europe/Berlin)');
  });

  it('says what', () => {
    assert.equal(whatOf({ capture: { interface: 'eth0' } }), 'eth0 · no filter');
    assert.equal(
      whatOf({ capture: { interface: 'eth0', kind: 'recorder', mode: 'drop', filter: 'udp', rotate: { packets: 1 }, stop: { seconds: 60 } } }),
      'eth0 · flight recorder · drop · filter udp · several files · for 1\u00a0min 0\u00a0s',
    );
  });

  it('has a state', () => {
    assert.equal(stateOf({ paused: false, running: null }), 'waiting');
    assert.equal(stateOf({ paused: true, running: null }), 'paused');
    assert.equal(stateOf({ paused: true, running: 'x' }), 'running');
  });
});
