import { createList, fromTemplate, setText } from '../dom.js';
import { count, NONE, percent, share, si } from '../format.js';
import { queueRows } from '../queues.js';
import { keyOf } from '../samples.js';

/**
 * Rows by receive queue; a queue is known by its number and name, so that "tx" and a nameless one stay apart. `shares`, by the
 * queue's key, is what each takes of all packets, where the table has a column for it.
 */
export function createQueueTable(body) {
  const update = createList(body, { key: (row) => `${row.queue.queue} ${row.title}`, create: createRow });
  return { update: (queues, shares = new Map()) => update(queueRows(queues).map((row) => ({ ...row, part: shares.get(keyOf(row.queue)) }))) };
}

function createRow() {
  const { root, ...parts } = fromTemplate('queue-row');
  return {
    root,
    update({ queue, title, part }) {
      const fill = Math.min(Math.max(queue.ringFill || 0, 0), 1);
      setText(parts.name, title);
      setText(parts.received, count(queue.received));
      setText(parts.captured, count(queue.captured));
      setText(parts.dropped, count(queue.dropped));
      parts.dropped.classList.toggle('bad', queue.dropped > 0);
      setText(parts.pps, si(queue.packetsPerSecond));
      if (parts.share) setText(parts.share, part === undefined ? NONE : share(part, 1));
      if (parts.gauge.getAttribute('aria-valuenow') !== String(Math.round(fill * 100))) showFill(fill);
    },
  };

  function showFill(fill) {
    parts.gauge.style.setProperty('--level', `${fill * 100}%`);
    parts.gauge.dataset.state = fill > 0.8 ? 'full' : fill > 0.5 ? 'high' : 'low';
    parts.gauge.setAttribute('aria-valuenow', String(Math.round(fill * 100)));
    setText(parts.fill, percent(fill));
  }
}
