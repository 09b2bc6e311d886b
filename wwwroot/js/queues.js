/**
 * What the queue table shows. Packets that came without a queue's number are in a nameless account: where it is the only
 * one of received packets it is all of them; beside others it is shown when there is something in it.
 */
export function queueRows(queues) {
  const numbered = queues.some((queue) => queue.queue >= 0);
  return queues
    .filter((queue) => !numbered || isNamed(queue) || queue.received > 0)
    .map((queue) => ({ queue, title: titleOf(queue, numbered) }));
}

/** What a queue is called. `numbered`: there are others, which have numbers. */
export const titleOf = (queue, numbered = false) => queue.name || (queue.queue >= 0 ? String(queue.queue) : numbered ? 'unknown' : 'all');

const isNamed = (queue) => queue.queue >= 0 || Boolean(queue.name);
