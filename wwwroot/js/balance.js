import { share } from './format.js';

const WATCHED_SECONDS = 30;
// Fewer packets a second than this are no load worth spreading.
const WORTH_SPREADING = 100;
// A queue is too full where it takes twice its part, or nearly everything.
const UNEVEN = 2;
const NEARLY_ALL = 0.9;

/** Packets a second that each queue took over the last half minute, by the queue's key. */
export function loadsOf(series) {
  const moments = series.between(series.latest - WATCHED_SECONDS, series.latest);
  const loads = new Map();
  for (const { queues } of moments) {
    for (const [key, { packets }] of queues) loads.set(key, (loads.get(key) ?? 0) + (packets ?? 0) / moments.length);
  }
  return loads;
}

/** The part of all packets that each queue took, by its key; empty where there were none. */
export function sharesOf(loads) {
  const total = sum([...loads.values()]);
  return total > 0 ? new Map([...loads].map(([key, load]) => [key, load / total])) : new Map();
}

/** What is to be said of how packets spread over receive queues: `{ even, text }`. `rows` are `{ title, load }` of receive queues alone. */
export function balanceOf(rows) {
  if (rows.length < 2) return { even: true, text: rows.length ? 'All packets come by one queue.' : '' };
  const total = sum(rows.map(({ load }) => load));
  if (total < WORTH_SPREADING) return { even: true, text: 'Too few packets to say how they spread over the queues.' };
  const fullest = rows.reduce((most, row) => (row.load > most.load ? row : most));
  if (fullest.load / total < Math.min(UNEVEN / rows.length, NEARLY_ALL)) return { even: true, text: `Packets spread well over ${rows.length} queues.` };
  return {
    even: false,
    text: `Queue ${fullest.title} takes ${share(fullest.load, total)} of the received packets; spread evenly it would be ${share(1, rows.length)}.`,
  };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
