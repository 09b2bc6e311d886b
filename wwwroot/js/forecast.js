import { duration, NONE } from './format.js';

const WATCHED_SECONDS = 30;
const MAX_SECONDS = 365 * 86400;
// A file that grows more slowly has a block of statistics written now and then, no more.
const SLOWEST_BYTES_PER_SECOND = 100;

/** Bytes per second by which all captures together grew over the last half minute. */
export function growthOf(series) {
  const rates = series.between(series.latest - WATCHED_SECONDS, series.latest).map(({ growth }) => growth).filter(Number.isFinite);
  return rates.length ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : NaN;
}

/** Seconds until the disk counts as full at this rate; Infinity where hardly anything is written, NaN where it is not known. */
export function secondsUntilFull(roomBytes, bytesPerSecond) {
  if (!Number.isFinite(roomBytes) || !Number.isFinite(bytesPerSecond)) return NaN;
  if (roomBytes <= 0) return 0;
  return bytesPerSecond < SLOWEST_BYTES_PER_SECOND ? Infinity : roomBytes / bytesPerSecond;
}

/** The same in words. */
export function untilFull(seconds) {
  if (Number.isNaN(seconds)) return NONE;
  if (seconds <= 0) return 'now';
  return seconds > MAX_SECONDS ? 'over a year' : duration(seconds);
}
