import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureStore, explanationOf, idIn, reasonOf, titleOf } from '../../wwwroot/js/captures.js';
import * as figures from '../../wwwroot/js/figures.js';

const capture = (id, state, second = 0, more = {}) => ({ id, state, interface: 'eth0', startedAt: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, ...more });
const ids = (captures) => captures.map(({ id }) => id);

describe('CaptureStore', () => {
  it('parts running from finished, each newest first', () => {
    const store = new CaptureStore();
    for (const [i, state] of ['stopped', 'running', 'failed', 'starting', 'recovered', 'stopping'].entries()) store.put(capture(`c${i}`, state, i));
    assert.deepEqual(ids(store.running), ['c5', 'c3', 'c1']);
    assert.deepEqual(ids(store.finished), ['c4', 'c2', 'c0']);
  });

  it('never takes a state back', () => {
    const store = new CaptureStore();
    store.put(capture('a', 'stopped'));
    assert.equal(store.put(capture('a', 'running')), false);
    assert.equal(store.finished.length, 1);
  });

  it('does not let a deleted capture return', () => {
    const store = new CaptureStore();
    store.put(capture('a', 'stopped'));
    store.remove('a');
    store.put(capture('a', 'stopped'));
    store.endRefresh({ open: [], ended: [capture('a', 'stopped')] });
    assert.deepEqual(store.finished, []);
  });

  it('after a reconnect drops what the server no longer names and takes what it missed', () => {
    const store = new CaptureStore();
    store.put(capture('gone', 'stopped'));
    store.put(capture('was-running', 'running'));
    store.beginRefresh();
    store.endRefresh({ open: [capture('new', 'running', 5)], ended: [capture('was-running', 'stopped')] });
    assert.deepEqual(ids(store.running), ['new']);
    assert.deepEqual(ids(store.finished), ['was-running']);
  });

  it('keeps what the hub said while the list was being fetched', () => {
    const store = new CaptureStore();
    store.put(capture('a', 'running'));
    store.beginRefresh();
    store.put(capture('a', 'stopped', 0, { name: 'by hub' }));
    store.put(capture('b', 'running', 3));
    store.endRefresh({ open: [capture('a', 'running')], ended: [] });
    assert.deepEqual(ids(store.running), ['b']);
    assert.equal(store.finished[0].name, 'by hub');
  });

  it('takes a fetched state that is further than the hub\'s', () => {
    const store = new CaptureStore();
    store.beginRefresh();
    store.put(capture('a', 'stopping'));
    store.endRefresh({ open: [], ended: [capture('a', 'stopped')] });
    assert.deepEqual(ids(store.finished), ['a']);
  });

  it('lists only the beginning of a longer list, and counts the whole', () => {
    const store = new CaptureStore();
    store.beginRefresh();
    store.endRefresh({ open: [capture('r', 'running', 1), capture('s', 'running', 9)], ended: [capture('c', 'stopped', 8), capture('b', 'stopped', 5)], whole: false, total: 40 });
    store.put(capture('r', 'stopped', 1));
    assert.deepEqual([ids(store.finished), store.total], [['c', 'b'], 41]);
    store.put(capture('s', 'stopped', 9));
    assert.deepEqual([ids(store.finished), store.total], [['s', 'c', 'b'], 42]);
    store.append([capture('a', 'stopped', 2), capture('r', 'stopped', 1)], true);
    assert.deepEqual([ids(store.finished), store.total], [['s', 'c', 'b', 'a', 'r'], 42]);
    store.remove('b');
    assert.deepEqual([ids(store.finished), store.total], [['s', 'c', 'a', 'r'], 41]);
  });

  it('lists of what ends only what a search finds, and leaves what is listed where it is', () => {
    const store = new CaptureStore();
    store.beginRefresh();
    store.endRefresh({ open: [], ended: [capture('a', 'stopped', 1, { name: 'web' })], total: 1, finds: ({ name }) => name === 'web' });
    store.put(capture('b', 'stopped', 2));
    store.put(capture('a', 'stopped', 1, { name: 'renamed' }));
    assert.deepEqual(store.finished.map(({ name }) => name), ['renamed']);
  });

  it('orders by nanoseconds, and captures of one moment by their ids as the console does', () => {
    const store = new CaptureStore();
    for (const [id, digits] of [['b', '2'], ['a', '2'], ['c', '1'], ['d', '3']]) store.put({ id, state: 'stopped', startedAt: `2026-01-01T00:00:00.00000000${digits}Z` });
    assert.deepEqual(ids(store.finished), ['d', 'b', 'a', 'c']);
  });

  it('takes no longer for a change of ten thousand than of ten', () => {
    const filled = (size) => {
      const store = new CaptureStore();
      for (let n = 0; n < size; n++) store.put({ id: `c${n}`, state: 'stopped', startedAt: new Date(Date.UTC(2026, 0, 1) - n * 1000).toISOString() });
      return store;
    };
    const time = (store) => {
      const start = performance.now();
      for (let n = 0; n < 2000; n++) store.put({ id: 'c5', state: 'stopped', startedAt: new Date(Date.UTC(2026, 0, 1) - 5000).toISOString() });
      return performance.now() - start;
    };
    const [few, many] = [filled(10), filled(10_000)];
    time(few);
    assert.ok(Math.min(time(many), time(many), time(many)) < 20 * Math.max(time(few), time(few), time(few)));
  });
});

describe('a capture in words', () => {
  it('is called by its name, else its interface', () => {
    assert.equal(titleOf({ name: 'web', interface: 'eth0' }), 'web');
    assert.equal(titleOf({ name: '', interface: 'eth0' }), 'eth0');
    assert.equal(titleOf({ name: '', interface: '' }), 'Unnamed');
  });

  it('shows a reason this page does not know as it came', () => {
    assert.equal(reasonOf({ stopReason: 'interface_down' }), 'interface went away');
    assert.equal(reasonOf({ state: 'recovered', stopReason: 'error' }), 'console died');
    assert.equal(reasonOf({ stopReason: 'eclipse' }), 'eclipse');
    assert.equal(reasonOf({ stopReason: null }), '');
    assert.match(explanationOf({ stopReason: 'storage_full', error: 'no room to write to /var/lib/x' }), /^The disk was full\./);
    assert.equal(explanationOf({ stopReason: 'error', error: 'ring failed' }), 'ring failed');
    assert.equal(explanationOf({ stopReason: 'user', error: null }), '');
  });
});

describe('figures', () => {
  const statistics = { received: 10, captured: 8, dropped: { nic: 1, ring: 2, writer: 0 }, packetsPerSecond: 5, bitsPerSecond: 40, queues: [{ queue: 0 }] };

  it('are the same from a capture and from a sample', () => {
    const fromCapture = figures.fromCapture({ files: [{ bytes: 60 }, { bytes: 40 }], statistics });
    assert.deepEqual(fromCapture, figures.fromSample({ ...statistics, fileBytes: 100 }));
    assert.equal(figures.totalLost(fromCapture.dropped), 3);
    assert.equal(figures.offered(fromCapture), 11);
  });

  it('are zero where the server gives none', () => {
    const empty = figures.fromCapture({});
    assert.equal(empty.captured, 0);
    assert.equal(figures.totalLost(empty.dropped), 0);
    assert.deepEqual(empty.queues, []);
  });

  it('do not go back when an older answer arrives late', () => {
    const now = { received: 20 };
    assert.equal(figures.later(now, { received: 10 }), now);
    assert.deepEqual(figures.later(now, { received: 20, packetsPerSecond: 0 }), { received: 20, packetsPerSecond: 0 });
    assert.deepEqual(figures.later(null, { received: 0 }), { received: 0 });
  });
});

describe('the id in an address', () => {
  const id = '019a0000-abcd-7000-8000-00000000000f';
  for (const [search, expected] of [
    [`?id=${id}`, id], [`?x=1&id=${id.toUpperCase()}`, id], [`?id=%20${id.replaceAll('-', '')}`, id], [`?id={${id}}`, id],
    ['', ''], ['?id=', ''], ['?id=%20', ''], ['?id=..', null], ['?id=.', null], ['?id=x', null], [`?id=${id}0`, null], [`?id=${id}/live`, null],
  ]) it(`"${search}" is ${expected === null ? 'none that can be' : `"${expected}"`}`, () => assert.equal(idIn(search), expected));
});
