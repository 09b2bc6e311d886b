import { fieldsOf, isAmbiguous, offsetText, two } from './zone.js';

export const NONE = '–';

const NBSP = '\u00a0';
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

/** Three significant digits, where rounding itself may use up a digit: 9.996 is "10.0", not "10.00". */
function threeDigits(value) {
  for (const digits of [2, 1]) {
    const text = value.toFixed(digits);
    if (Number(text) < 10 ** (3 - digits)) return text;
  }
  return value.toFixed(0);
}

/** Picks the prefix after rounding, so that 999.5 becomes "1.00 k" and never "1000". */
function scaled(value, base, prefixes) {
  let rest = value;
  for (let step = 0; step < prefixes.length - 1; step++) {
    const text = step === 0 ? plain(rest) : threeDigits(rest);
    if (Number(text) < base) return { text, prefix: prefixes[step] };
    rest /= base;
  }
  const text = rest < 1000 ? threeDigits(rest) : grouped.format(rest);
  return { text, prefix: prefixes.at(-1) };
}

function plain(value) {
  if (value >= 100) return value.toFixed(0);
  return String(Number(value.toFixed(1)));
}

function withUnit(value, unit, base, prefixes) {
  if (!isNumber(value)) return NONE;
  const { text, prefix } = scaled(Math.abs(value), base, prefixes);
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  const tail = prefix + unit;
  return tail ? `${sign}${text}${NBSP}${tail}` : sign + text;
}

/** A whole number with separators: 1234567 is "1,234,567". */
export const count = (value) => (isNumber(value) ? grouped.format(value).replace('-0', '0') : NONE);

/** A figure to three digits with a decimal prefix: si(1234, 'pps') is "1.23 kpps". */
export const si = (value, unit = '') => withUnit(value, unit, 1000, DECIMAL);

export const bitRate = (value) => si(value, 'bit/s');

export const bytes = (value) => withUnit(value, 'B', 1024, BINARY);

/** What an interface's driver says of its speed; the kernel gives −1 or nothing where there is none. */
export function linkSpeed(mbps) {
  if (!isNumber(mbps) || mbps <= 0) return NONE;
  return mbps >= 1000 ? `${mbps / 1000}${NBSP}Gbit/s` : `${mbps}${NBSP}Mbit/s`;
}

/** A label on an axis: no digits that say nothing. */
export const tick = (value) => si(value).replace(/(\.\d*?)0+(?=\u00a0|$)/, '$1').replace(/\.(?=\u00a0|$)/, '');

/** A level from 0 to 1 in whole percent; what is not empty or not full does not read so. */
export function percent(level) {
  if (!isNumber(level)) return NONE;
  if (level <= 0 || level >= 1) return `${level <= 0 ? 0 : 100}${NBSP}%`;
  return `${Math.min(Math.max(Math.round(level * 100), 1), 99)}${NBSP}%`;
}

/** Part of a whole in percent. A loss never rounds away to 0, and nearly all is never 100. */
export function share(part, whole) {
  if (!isNumber(part) || !isNumber(whole) || whole <= 0) return NONE;
  const percent = Math.min(Math.max((part / whole) * 100, 0), 100);
  if (percent === 0 || percent === 100) return `${percent}${NBSP}%`;
  if (percent < 0.01) return `<0.01${NBSP}%`;
  if (percent > 99.9) return `>99.9${NBSP}%`;
  return `${percent < 10 ? percent.toFixed(2) : percent.toFixed(1)}${NBSP}%`;
}

function split(seconds) {
  const whole = Math.floor(seconds);
  return {
    days: Math.floor(whole / 86400),
    hours: Math.floor(whole / 3600) % 24,
    minutes: Math.floor(whole / 60) % 60,
    seconds: whole % 60,
  };
}

/** A running clock: 0:07, 12:05, 1:02:05, 3 d 04:05:06. */
export function clock(seconds) {
  if (!isNumber(seconds)) return NONE;
  const part = split(Math.max(seconds, 0));
  if (part.days) return `${part.days}${NBSP}d ${two(part.hours)}:${two(part.minutes)}:${two(part.seconds)}`;
  if (part.hours) return `${part.hours}:${two(part.minutes)}:${two(part.seconds)}`;
  return `${part.minutes}:${two(part.seconds)}`;
}

/** A length of time in its two largest units. */
export function duration(seconds) {
  if (!isNumber(seconds) || seconds < 0) return NONE;
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10}${NBSP}s`;
  const part = split(seconds);
  if (part.days) return `${part.days}${NBSP}d ${part.hours}${NBSP}h`;
  if (part.hours) return `${part.hours}${NBSP}h ${part.minutes}${NBSP}min`;
  if (part.minutes) return `${part.minutes}${NBSP}min ${part.seconds}${NBSP}s`;
  return `${part.seconds}${NBSP}s`;
}

/** A short length of time, to three or four digits: 1.234 s, 12.3 ms, 55.8 µs. */
export function shortTime(seconds) {
  if (!isNumber(seconds) || seconds < 0) return NONE;
  for (const [unit, size] of [['s', 1], ['ms', 1e-3], ['µs', 1e-6]]) if (seconds >= size) return `${Number((seconds / size).toPrecision(4))}${NBSP}${unit}`;
  return `${Number((seconds / 1e-9).toPrecision(4))}${NBSP}ns`;
}

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

function instant(text) {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (!match) return null;
  const milliseconds = Date.parse(match[1] + match[3]);
  return Number.isNaN(milliseconds) ? null : { milliseconds, nanoseconds: Number((match[2] ?? '').padEnd(9, '0')) };
}

/** Milliseconds since 1970, or NaN. More digits than Date.parse promises to read are no obstacle. */
export function parseTime(text) {
  const at = instant(text);
  return at ? at.milliseconds + Math.floor(at.nanoseconds / 1e6) : NaN;
}

/** Orders by time to the nanosecond; what has no time comes first. */
export function compareTimes(a, b) {
  const x = instant(a);
  const y = instant(b);
  if (!x || !y) return (x ? 1 : 0) - (y ? 1 : 0);
  return x.milliseconds - y.milliseconds || x.nanoseconds - y.nanoseconds;
}

export const secondsBetween = (from, to) => (parseTime(to) - parseTime(from)) / 1000;

/** Time of day in the shown zone, from milliseconds since 1970; with its offset where a clock shows it twice. */
export function timeOfDay(milliseconds) {
  if (!Number.isFinite(milliseconds)) return NONE;
  const [, , , ...clock] = fieldsOf(milliseconds);
  return clock.map(two).join(':') + (isAmbiguous(milliseconds) ? offsetText(milliseconds) : '');
}

/** Date in the shown zone: 2026-01-31. */
export function date(text) {
  const milliseconds = parseTime(text);
  if (Number.isNaN(milliseconds)) return NONE;
  const [year, month, day] = fieldsOf(milliseconds);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Date and time in the shown zone, with its offset: 2026-01-31 17:18:03+01:00, which a display filter takes, too. */
export function dateTime(text) {
  const milliseconds = parseTime(text);
  if (Number.isNaN(milliseconds)) return NONE;
  const [, , , ...clock] = fieldsOf(milliseconds);
  return `${date(text)} ${clock.map(two).join(':')}${offsetText(milliseconds)}`;
}
