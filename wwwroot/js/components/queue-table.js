import { createList, fromTemplate, setText } from '../dom.js';
import { count, percent, si } from '../format.js';
import { queueRows } from '../queues.js';

/** Rows by receive queue; a queue is known by its number and name, so that "tx" and a nameless one stay apart. */
export function createQueueTable(body) {
  const update = createList(body, { key: (row) => `${row.queue.queue} ${row.title}`, create: createRow });
  return { update: (queues) => update(queueRows(queues)) };
}

function createRow() {
  const { root, ...parts } = fromTemplate('queue-row');
  return {
    root,
    update({ queue, title }) {
      const fill = Math.min(Math.max(queue.ringFill || 0, 0), 1);
      setText(parts.name, title);
      setText(parts.received, count(queue.received));
      setText(parts.captured, count(queue.captured));
      setText(parts.dropped, count(queue.dropped));
      parts.dropped.classList.toggle('bad', queue.dropped > 0);
      setText(parts.pps, si(queue.packetsPerSecond));
      parts.gauge.style.setProperty('--level', `${fill * 100}%`);
      parts.gauge.dataset.state = fill > 0.8 ? 'full' : fill > 0.5 ? 'high' : 'low';
      parts.gauge.setAttribute('aria-valuenow', String(Math.round(fill * 100)));
      setText(parts.fill, percent(fill));
    },
  };
}
