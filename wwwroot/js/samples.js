import { parseTime } from './format.js';

const KEEP_SECONDS = 600;
const CAPACITY = 6000;

/**
 * The rates of one capture over the last ten minutes, in columns as a chart reads them: seconds since 1970, packets per
 * second, bits per second. Times come from the capture's own elapsed seconds, which a clock that is set does not disturb.
 */
export class SampleSeries {
  #times = [];
  #packets = [];
  #bits = [];
  #start = null;
  #spacing = null;
  #keepSeconds;
  #capacity;

  constructor({ keepSeconds = KEEP_SECONDS, capacity = CAPACITY } = {}) {
    this.#keepSeconds = keepSeconds;
    this.#capacity = capacity;
  }

  get length() {
    return this.#times.length;
  }

  /** Takes a sample that is later than all before; false for one seen already, out of order or without a time. */
  add(sample) {
    const elapsed = sample.elapsedSeconds;
    if (!Number.isFinite(elapsed)) return false;
    if (this.#start === null) {
      const at = parseTime(sample.at) / 1000;
      if (!Number.isFinite(at)) return false;
      this.#start = at - elapsed;
    }

    const time = this.#start + elapsed;
    const last = this.#times.at(-1);
    if (last !== undefined) {
      const spacing = time - last;
      if (spacing <= 1e-6) return false;
      if (this.#isGap(spacing)) this.#push(last + Math.min(this.#spacing ?? 0.5, spacing / 2), null, null);
      else this.#spacing = spacing;
      if (this.#spacing === null) this.#spacing = spacing;
    }

    this.#push(time, rate(sample.packetsPerSecond), rate(sample.bitsPerSecond));
    this.#forget(time - this.#keepSeconds);
    return true;
  }

  /** Columns of the last so many seconds, with one sample before them so that a line reaches the edge. */
  window(seconds) {
    const from = this.latest - seconds;
    let first = this.#times.findIndex((time) => time >= from);
    first = Math.max(first - 1, 0);
    return [this.#times.slice(first), this.#packets.slice(first), this.#bits.slice(first)];
  }

  /** Time of the newest sample, or NaN before the first. */
  get latest() {
    return this.#times.at(-1) ?? NaN;
  }

  get earliest() {
    return this.#times[0] ?? NaN;
  }

  #isGap(spacing) {
    return spacing > Math.max(2.5, 4 * (this.#spacing ?? 0));
  }

  #push(time, packets, bits) {
    this.#times.push(time);
    this.#packets.push(packets);
    this.#bits.push(bits);
  }

  #forget(before) {
    let drop = Math.max(this.#times.length - this.#capacity, 0);
    while (this.#times[drop] < before) drop++;
    // Shifting in batches keeps the cost of one sample flat.
    if (drop < 64 && this.#times.length <= this.#capacity) return;
    for (const column of [this.#times, this.#packets, this.#bits]) column.splice(0, drop);
  }
}

const rate = (value) => (Number.isFinite(value) && value >= 0 ? value : null);

/** Upper end of a chart's scale: a round figure above the largest, so that it changes seldom and its quarters are round. */
export function scaleTop(largest) {
  if (!Number.isFinite(largest) || largest <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(largest));
  for (const step of [1, 2, 4, 6, 8]) if (largest <= step * power) return step * power;
  return 10 * power;
}
