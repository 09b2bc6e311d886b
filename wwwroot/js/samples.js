import { parseTime } from './format.js';

const KEEP_SECONDS = 600;
const CAPACITY = 6000;
const SAME_SECONDS = 1e-6;
// Shorter than this nothing is a gap: a busy server or a page in the background is late now and then.
const MIN_GAP_SECONDS = 2.5;

/**
 * The rates of one capture over the last ten minutes, in total and by queue. Samples may come in any order and twice: live, and
 * once more when a page catches up. Times come from the capture's own elapsed seconds, which a clock that is set does not disturb.
 */
export class SampleSeries {
  #moments = [];
  #start = null;
  #keepSeconds;
  #capacity;

  constructor({ keepSeconds = KEEP_SECONDS, capacity = CAPACITY } = {}) {
    this.#keepSeconds = keepSeconds;
    this.#capacity = capacity;
  }

  get length() {
    return this.#moments.length;
  }

  /** Takes a sample; false for one that is known, too old to be kept, or without a time. */
  add(sample) {
    return this.merge([sample]) === 1;
  }

  /** Takes many samples; answers how many were new. */
  merge(samples) {
    let added = 0;
    for (const sample of samples) {
      const moment = this.#momentOf(sample);
      if (moment && this.#insert(moment)) added++;
    }
    if (added) this.#forget(this.latest - this.#keepSeconds);
    return added;
  }

  /** Seconds since 1970 at which the capture was so many seconds old; NaN before the first sample. */
  timeOf(elapsedSeconds) {
    return this.#start === null ? NaN : this.#start + elapsedSeconds;
  }

  /** Time of the newest sample, or NaN before the first. */
  get latest() {
    return this.#moments.at(-1)?.time ?? NaN;
  }

  get earliest() {
    return this.#moments[0]?.time ?? NaN;
  }

  /** Seconds since 1970, packets per second and bits per second, in columns as a chart reads them; see `columns`. */
  window(seconds) {
    return columns(this.between(this.latest - seconds, this.latest), ratesOf, 2);
  }

  /** The moments from `from` to `to`, with one more at either side so that a line reaches the edges. */
  between(from, to) {
    const first = Math.max(this.#firstAt(from) - 1, 0);
    let end = this.#firstAt(to);
    while (end < this.#moments.length && this.#moments[end].time <= to) end++;
    return this.#moments.slice(first, end + 1);
  }

  /** How many times in these seconds samples are missing: the page, or the line to it, was away. */
  gaps(seconds) {
    const moments = this.between(this.latest - seconds, this.latest);
    const longest = longestStep(moments);
    return moments.filter((moment, i) => i > 0 && moment.time - moments[i - 1].time > longest).length;
  }

  /** Whether samples are missing right before the newest one. */
  get lagged() {
    const moments = this.#moments.slice(-8);
    return moments.length > 1 && moments.at(-1).time - moments.at(-2).time > longestStep(moments);
  }

  #momentOf(sample) {
    const elapsed = sample.elapsedSeconds;
    if (!Number.isFinite(elapsed)) return null;
    if (this.#start === null) {
      const at = parseTime(sample.at) / 1000;
      if (!Number.isFinite(at)) return null;
      this.#start = at - elapsed;
    }
    return {
      time: this.#start + elapsed,
      packets: rate(sample.packetsPerSecond),
      bits: rate(sample.bitsPerSecond),
      growth: rate(sample.diskBytesPerSecond),
      queues: new Map((sample.queues ?? []).map((queue) => [keyOf(queue), { packets: rate(queue.packetsPerSecond), bits: rate(queue.bitsPerSecond) }])),
    };
  }

  #insert(moment) {
    const place = this.#firstAt(moment.time - SAME_SECONDS);
    if (this.#moments[place]?.time <= moment.time + SAME_SECONDS) return false;
    if (moment.time < this.latest - this.#keepSeconds) return false;
    this.#moments.splice(place, 0, moment);
    return true;
  }

  /** Index of the first moment at or after a time. */
  #firstAt(time) {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moments[middle].time < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #forget(before) {
    const drop = Math.max(this.#firstAt(before), this.#moments.length - this.#capacity);
    // Shifting in batches keeps the cost of one sample flat.
    if (drop >= 64 || this.#moments.length > this.#capacity) this.#moments.splice(0, drop);
  }
}

/** Tells the queues of a sample apart: "tx" and a nameless one have the same number. */
export const keyOf = (queue) => `${queue.queue} ${queue.name ?? ''}`;

const rate = (value) => (Number.isFinite(value) && value >= 0 ? value : null);

/** Steps between samples differ from capture to capture; what is much longer than the usual one is a gap. */
function longestStep(moments) {
  const steps = moments.slice(1).map((moment, i) => moment.time - moments[i].time).sort((a, b) => a - b);
  return Math.max(MIN_GAP_SECONDS, 4 * (steps[steps.length >> 1] ?? 0));
}

/** Times and columns: `read` gives the `count` values of a moment. There are nulls where samples are missing: no line is drawn across. */
export function columns(moments, read, count) {
  const longest = longestStep(moments);
  const times = [];
  const values = Array.from({ length: count }, () => []);
  moments.forEach((moment, i) => {
    const step = i > 0 ? moment.time - moments[i - 1].time : 0;
    if (step > longest) {
      times.push(moments[i - 1].time + Math.min(0.5, step / 2));
      for (const column of values) column.push(null);
    }
    times.push(moment.time);
    for (const [k, value] of read(moment).entries()) values[k].push(value);
  });
  return [times, ...values];
}

/** Packets and bits per second of a moment. */
export const ratesOf = (moment) => [moment.packets, moment.bits];

/**
 * No more moments than about `most`: of those that fall together the one with most packets, so that no peak is lost. What falls
 * together depends on the time alone: a chart that moves on does not shimmer.
 */
export function thinned(moments, most) {
  if (moments.length <= most) return moments;
  const step = (moments.at(-1).time - moments[0].time) / most;
  const rounded = 2 ** Math.ceil(Math.log2(step));
  const kept = [];
  let slot = NaN;
  for (const moment of moments) {
    const own = Math.floor(moment.time / rounded);
    if (own !== slot) kept.push(moment);
    else if (moment.packets > kept.at(-1).packets) kept[kept.length - 1] = moment;
    slot = own;
  }
  return kept;
}

/** The keys of every queue that these moments tell of, in the order in which they first appear. */
export const queueKeys = (moments) => [...new Set(moments.flatMap((moment) => [...moment.queues.keys()]))];

/**
 * One column for each queue, each standing on the ones before it, the highest last. `measure` is "packets" or "bits". A queue
 * that a moment does not tell of had nothing then.
 */
export function stackedColumns(moments, keys, measure) {
  const stack = (moment) => {
    let sum = 0;
    return keys.map((key) => (sum += moment.queues.get(key)?.[measure] ?? 0));
  };
  return columns(moments, stack, keys.length);
}

/** Upper end of a chart's scale: a round figure above the largest, so that it changes seldom and its quarters are round. */
export function scaleTop(largest) {
  if (!Number.isFinite(largest) || largest <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(largest));
  for (const step of [1, 2, 4, 6, 8]) if (largest <= step * power) return step * power;
  return 10 * power;
}
