import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSleepWatch, TICK_MS } from '../../wwwroot/js/after-sleep.js';

function setUp({ invoke = async () => {}, state = 'Connected' } = {}) {
  const log = [];
  const clock = { now: 1000 };
  const connection = {
    state,
    invoke(...call) {
      log.push(call.join(' ').trim());
      return invoke();
    },
    async stop() {
      log.push('stopped');
    },
  };
  const watch = createSleepWatch(connection, { now: () => clock.now, wait: () => new Promise(setImmediate) });
  return { watch, log, clock };
}

const dead = () => new Promise(() => {});

describe('createSleepWatch', () => {
  it('asks nothing while ticks come in time', async () => {
    const { watch, log, clock } = setUp({ invoke: dead });
    for (let i = 0; i < 10; i++) {
      clock.now += TICK_MS;
      await watch.tick();
    }
    assert.deepEqual(log, []);
  });

  it('stops a connection that does not answer after sleep', async () => {
    const { watch, log, clock } = setUp({ invoke: dead });
    clock.now += 3_600_000;
    await watch.tick();
    assert.deepEqual(log, ['UnwatchCapture', 'stopped']);
  });

  for (const [what, invoke] of [['an answer', async () => {}], ['a refusal', () => Promise.reject(new Error('no'))]]) {
    it(`leaves it alone after ${what}`, async () => {
      const { watch, log, clock } = setUp({ invoke });
      clock.now += 60_000;
      await watch.tick();
      clock.now += TICK_MS;
      await watch.tick();
      assert.deepEqual(log, ['UnwatchCapture']);
    });
  }

  it('asks once at a time', async () => {
    const { watch, log } = setUp({ invoke: dead });
    await Promise.all([watch.check(), watch.check()]);
    assert.deepEqual(log, ['UnwatchCapture', 'stopped']);
  });

  it('has nothing to ask of a connection that is being made anyway', async () => {
    const { watch, log } = setUp({ state: 'Disconnected' });
    await watch.check();
    assert.deepEqual(log, []);
  });
});
