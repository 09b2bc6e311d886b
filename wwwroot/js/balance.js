import { share } from './format.js';

const WATCHED_SECONDS = 30;
// Fewer packets a second than this are no load worth spreading.
const WORTH_SPREADING = 100;
// A queue is too full where it takes twice its part, or nearly everything.
const UNEVEN = 2;
const NEARLY_ALL = 0.9;

/** The part of all packets that each queue took over the last half minute, by the queue's key; empty where there were none. */
export function sharesOf(series) {
  const moments = series.between(series.latest - WATCHED_SECONDS, series.latest);
  const sums = new Map();
  for (const { queues } of moments) {
    for (const [key, { packets }] of queues) sums.set(key, (sums.get(key) ?? 0) + (packets ?? 0));
  }
  const total = [...sums.values()].reduce((sum, packets) => sum + packets, 0);
  return total > 0 ? new Map([...sums].map(([key, packets]) => [key, packets / total])) : new Map();
}

/**
 * What is to be said of how packets spread over receive queues: `{ even, text }`. `rows` are `{ title, share }` of receive queues
 * alone, `packetsPerSecond` is their sum.
 */
export function balanceOf(rows, packetsPerSecond) {
  if (rows.length < 2) return { even: true, text: rows.length ? 'All packets come by one queue.' : '' };
  const total = rows.reduce((sum, row) => sum + row.share, 0);
  if (!(total > 0) || packetsPerSecond < WORTH_SPREADING) return { even: true, text: 'Too few packets to say how they spread over the queues.' };
  const fullest = rows.reduce((most, row) => (row.share > most.share ? row : most));
  if (fullest.share / total < Math.min(UNEVEN / rows.length, NEARLY_ALL)) return { even: true, text: `Packets spread well over ${rows.length} queues.` };
  return {
    even: false,
    text: `Queue ${fullest.title} takes ${share(fullest.share, total)} of the received packets; spread evenly it would be ${share(1, rows.length)}.`,
  };
}
