import { createSleepWatch, TICK_MS } from './after-sleep.js';

const DELAYS = [0, 500, 1000, 2000, 5000];

/** How long to wait before the next try; a little chance keeps many pages from returning in one stroke. */
export function retryDelay(attempt, random = Math.random) {
  const delay = DELAYS[Math.min(attempt, DELAYS.length - 1)];
  return delay * (0.8 + 0.2 * random());
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The hub's connection by the vendored client, which is a classic script and so a global. */
export function hubConnection(url = 'hubs/live') {
  const { HubConnectionBuilder, LogLevel } = globalThis.signalR;
  const connection = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
  const watch = createSleepWatch(connection);
  setInterval(watch.tick, TICK_MS);
  addEventListener('online', watch.check);
  return connection;
}

/**
 * Keeps a hub connection for as long as the page lives. The first start and every later loss take the same way: try until
 * it works, watch again what was watched, then tell `connected`, who fetches what was missed.
 */
export function createLive(connection, handlers, { wait = sleep, delay = retryDelay, warn = console.warn } = {}) {
  const watched = new Set();
  let interfacesWatched = false;
  let live = false;

  connection.on('captureChanged', (capture) => handlers.captureChanged(capture));
  connection.on('captureDeleted', (id) => handlers.captureDeleted(id));
  connection.on('sample', (sample) => handlers.sample(sample));
  connection.on('interfaceRates', (rates) => handlers.interfaceRates?.(rates));
  connection.onclose(() => {
    live = false;
    handlers.state('reconnecting');
    connect(1);
  });

  async function connect(firstAttempt) {
    for (let attempt = firstAttempt; ; attempt++) {
      await wait(delay(attempt));
      try {
        await connection.start();
        break;
      } catch {
        handlers.state('reconnecting');
      }
    }
    live = true;
    handlers.state('live');
    for (const id of watched) call('WatchCapture', id);
    if (interfacesWatched) call('WatchInterfaces');
    handlers.connected();
  }

  async function call(method, ...about) {
    if (!live) return;
    try {
      await connection.invoke(method, ...about);
    } catch (error) {
      // A lost connection is repaired by connect(), and so is one by requests that do not get through (fetch's TypeError); anything
      // else is the server's refusal.
      if (live && !(error instanceof TypeError)) warn(`${[method, ...about].join(' ')}: ${error.message}`);
    }
  }

  return {
    start: () => connect(0),
    watch(id) {
      if (watched.has(id)) return;
      watched.add(id);
      call('WatchCapture', id);
    },
    unwatch(id) {
      if (watched.delete(id)) call('UnwatchCapture', id);
    },
    /** Whether the rates of the interfaces are wanted. */
    watchInterfaces(wanted) {
      if (wanted === interfacesWatched) return;
      interfacesWatched = wanted;
      call(wanted ? 'WatchInterfaces' : 'UnwatchInterfaces');
    },
  };
}
