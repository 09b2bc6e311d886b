const PATIENCE_MS = 3000;
const SLEPT_MS = 8000;

/** How often tick() is to be called. */
export const TICK_MS = 2000;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * After a machine has slept, or its network was away, a connection can look whole for half a minute though nobody is at its other
 * end. When the time between two ticks tells of sleep the server is asked something; without an answer the connection is stopped,
 * and its owner makes a new one. A page whose ticks the browser only delays loses nothing: it gets its answer.
 */
export function createSleepWatch(connection, { now = Date.now, wait = sleep } = {}) {
  let last = now();
  let asking = false;

  async function check() {
    if (asking || connection.state !== 'Connected') return;
    asking = true;
    // Nobody watches a capture without a name: the server has nothing to do but to answer. Its refusal would be an answer, too.
    const answer = connection.invoke('UnwatchCapture', '').catch(() => {}).then(() => true);
    const alive = await Promise.race([answer, wait(PATIENCE_MS).then(() => false)]);
    asking = false;
    if (!alive) await connection.stop();
  }

  return {
    check,
    tick() {
      const at = now();
      const slept = at - last > SLEPT_MS;
      last = at;
      return slept ? check() : undefined;
    },
  };
}
