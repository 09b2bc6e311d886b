import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catchingText, createLiveCapture } from '../../wwwroot/js/live-capture.js';

const START = Date.UTC(2026, 0, 1);
const sample = (elapsed, { losses = [], ring = 0 } = {}) => ({
  at: new Date(START + elapsed * 1000).toISOString(), elapsedSeconds: elapsed, packetsPerSecond: 1, bitsPerSecond: 8,
  received: elapsed * 10, captured: elapsed * 10, dropped: { nic: 0, ring, writer: 0 }, fileBytes: elapsed, losses, queues: [],
});
const every = (from, to) => Array.from({ length: Math.round((to - from) * 2) + 1 }, (_, i) => from + i / 2);
const settled = () => new Promise(setImmediate);

/** A console that has sampled up to some age; it answers with what came after `since`. */
function capture({ age, losses = [] }) {
  const console = { age, losses, asked: [], fails: false };
  const clock = { now: 0 };
  const known = createLiveCapture({
    now: () => clock.now,
    changed() {},
    async fetchSamples(since) {
      console.asked.push(since ?? 'all');
      if (console.fails) throw new Error('unreachable');
      return { samples: every(0.5, console.age).map((at) => sample(at)).filter(({ at }) => !since || at > since), losses: console.losses };
    },
  });
  const hear = (...ages) => {
    for (const at of ages) known.sample(sample(at));
  };
  return { console, clock, known, hear };
}

describe('createLiveCapture', () => {
  it('asks for all there is when the first sample comes in the middle', async () => {
    const { console, known, hear } = capture({ age: 100 });
    hear(100.5);
    await settled();
    assert.deepEqual(console.asked, ['all']);
    assert.equal(known.series.length, 201);
    assert.equal(known.series.gaps(600), 0);
    assert.equal(catchingText(known.catching), '');
  });

  it('asks for what it missed after the connection was gone, not for what it had', async () => {
    const { console, clock, known, hear } = capture({ age: 1 });
    hear(1);
    await settled();
    hear(1.5, 2);
    known.disconnected();
    console.age = 30;
    hear(30.5, 31);
    await settled();
    assert.deepEqual(console.asked, ['all', sample(2).at]);
    assert.equal(known.series.gaps(600), 0);
    assert.equal(catchingText(known.catching), 'Caught up: 28\u00a0s were missing and have been fetched.');
    clock.now += 11_000;
    assert.equal(catchingText(known.catching), '');
    hear(31.5);
    await settled();
    assert.equal(console.asked.length, 2);
  });

  it('notices that samples are missing though the connection never broke', async () => {
    const { console, hear } = capture({ age: 5 });
    hear(5);
    await settled();
    hear(5.5, 6);
    console.age = 60;
    hear(60);
    await settled();
    assert.deepEqual(console.asked, ['all', sample(6).at]);
  });

  it('tries again after a failure, but not at every sample', async () => {
    const { console, clock, known, hear } = capture({ age: 5 });
    console.fails = true;
    hear(5);
    await settled();
    assert.match(catchingText(known.catching), /could not be fetched/);
    hear(5.5);
    assert.equal(console.asked.length, 1);
    console.fails = false;
    clock.now = 6000;
    hear(6);
    await settled();
    assert.deepEqual(console.asked, ['all', 'all']);
    assert.equal(known.series.gaps(600), 0);
  });

  it('adds losses that are heard to those that are fetched, each once', async () => {
    const fetched = { stage: 'ring', fromSeconds: 3, toSeconds: 4, packets: 5 };
    const { known, hear } = capture({ age: 10, losses: [fetched] });
    hear(10.5);
    await settled();
    known.sample(sample(11, { losses: [{ stage: 'ring', fromSeconds: 10.5, toSeconds: 11, packets: 7 }] }));
    known.sample(sample(11.5, { losses: [{ stage: 'ring', fromSeconds: 10.5, toSeconds: 11.5, packets: 9 }] }));
    assert.deepEqual(known.ledger.events.map(({ packets }) => packets), [9, 5]);
  });

  it('counts on between samples', () => {
    const { clock, known, hear } = capture({ age: 5 });
    assert.ok(Number.isNaN(known.elapsedSeconds));
    hear(5);
    clock.now = 1500;
    assert.equal(known.elapsedSeconds, 6.5);
  });
});

describe('catchingText', () => {
  it('is silent where next to nothing was missing', () => {
    assert.equal(catchingText({ state: 'done', seconds: 0.5 }), '');
    assert.equal(catchingText({ state: 'ended', seconds: 0 }), '');
  });
});
