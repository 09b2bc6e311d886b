import { createList, fromTemplate, setText } from '../dom.js';
import { count, percent, si } from '../format.js';

/** Rows by receive queue; a queue is known by its number and name, so that "tx" and a nameless one stay apart. */
export function createQueueTable(body) {
  const update = createList(body, { key: (queue) => `${queue.queue} ${queue.name ?? ''}`, create: createRow });
  return { update };
}

function createRow() {
  const { root, ...parts } = fromTemplate('queue-row');
  return {
    root,
    update(queue) {
      const fill = Math.min(Math.max(queue.ringFill || 0, 0), 1);
      setText(parts.name, queue.name || (queue.queue >= 0 ? String(queue.queue) : 'all'));
      setText(parts.received, count(queue.received));
      setText(parts.captured, count(queue.captured));
      setText(parts.dropped, count(queue.dropped));
      parts.dropped.classList.toggle('bad', queue.dropped > 0);
      setText(parts.pps, si(queue.packetsPerSecond));
      parts.meter.value = fill;
      parts.meter.setAttribute('aria-label', 'Ring fill');
      setText(parts.fill, percent(fill));
    },
  };
}
