import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLive, retryDelay } from '../../wwwroot/js/live.js';

function setUp({ failures = 0 } = {}) {
  const log = [];
  const handlers = {};
  let close;
  const connection = {
    on: (name, handler) => { handlers[name] = handler; },
    onclose: (handler) => { close = handler; },
    async start() {
      if (failures-- > 0) throw new Error('refused');
      log.push('started');
    },
    async invoke(...call) { log.push(call.join(' ')); },
  };
  const delays = [];
  const live = createLive(
    connection,
    {
      state: (state) => log.push(state),
      connected: () => log.push('fetch'),
      sample: (sample) => log.push(`sample ${sample.captureId}`),
      captureChanged: (capture) => log.push(`changed ${capture.id}`),
      interfaceRates: (rates) => log.push(`rates of ${rates.interfaces.length}`),
      captureDeleted: (id) => log.push(`deleted ${id}`),
    },
    { wait: async () => {}, delay: (attempt) => delays.push(attempt), warn: (text) => log.push(`warn ${text}`) },
  );
  return { live, log, delays, handlers, connection, close: () => close(), fail: (times) => { failures = times; } };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('the live connection', () => {
  it('never gives up its very first start', async () => {
    const { live, log, delays } = setUp({ failures: 50 });
    await live.start();
    assert.deepEqual([...new Set(log)], ['reconnecting', 'started', 'live', 'fetch']);
    assert.equal(delays.length, 51);
  });

  it('watches what was asked for before it was there', async () => {
    const { live, log } = setUp();
    live.watch('a');
    await live.start();
    assert.deepEqual(log, ['started', 'live', 'WatchCapture a', 'fetch']);
  });

  it('comes back after a loss, watches again and fetches what it missed', async () => {
    const { live, log, close, fail } = setUp();
    await live.start();
    live.watch('a');
    live.watch('b');
    live.unwatch('b');
    log.length = 0;
    fail(3);
    close();
    await settle();
    assert.deepEqual([...new Set(log)], ['reconnecting', 'started', 'live', 'WatchCapture a', 'fetch']);
  });

  it('asks to watch only once', async () => {
    const { live, log } = setUp();
    await live.start();
    live.watch('a');
    live.watch('a');
    live.unwatch('a');
    live.unwatch('a');
    assert.deepEqual(log.slice(3), ['WatchCapture a', 'UnwatchCapture a']);
  });

  it('watches the interfaces while that is wanted, also after a loss', async () => {
    const { live, log, close, handlers } = setUp();
    live.watchInterfaces(true);
    await live.start();
    live.watchInterfaces(true);
    close();
    await settle();
    live.watchInterfaces(false);
    handlers.interfaceRates({ interfaces: [{}] });
    assert.deepEqual(log.filter((line) => /nterface|rates/.test(line)), ['WatchInterfaces', 'WatchInterfaces', 'UnwatchInterfaces', 'rates of 1']);
  });

  it('says why the server would not let it watch', async () => {
    const { live, log, connection } = setUp();
    await live.start();
    connection.invoke = async () => { throw new Error('no such capture'); };
    live.watch('x');
    await settle();
    assert.equal(log.at(-1), 'warn WatchCapture x: no such capture');
  });

  it('hands on what the server sends', async () => {
    const { handlers, log } = setUp();
    handlers.captureChanged({ id: 'a' });
    handlers.captureDeleted('b');
    handlers.sample({ captureId: 'c' });
    assert.deepEqual(log, ['changed a', 'deleted b', 'sample c']);
  });
});

describe('retryDelay', () => {
  it('starts at once, grows, and stays within five seconds for ever', () => {
    assert.equal(retryDelay(0), 0);
    let before = -1;
    for (let attempt = 0; attempt < 100; attempt++) {
      const delay = retryDelay(attempt, () => 1);
      assert.ok(delay >= before && delay <= 5000);
      before = delay;
    }
    assert.ok(retryDelay(1e6, () => 0) >= 4000);
  });
});
