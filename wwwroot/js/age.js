import { date, NONE, parseTime } from './format.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NBSP = '\u00a0';

/** How long ago something was, in words that stay true for a while; beyond two months its date says more. */
export function age(text, now = Date.now()) {
  const at = parseTime(text);
  if (Number.isNaN(at)) return NONE;
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < MINUTE) return `${seconds}${NBSP}s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}${NBSP}min ago`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}${NBSP}h ago`;
  if (seconds < 60 * DAY) return `${Math.floor(seconds / DAY)}${NBSP}d ago`;
  return date(text);
}
