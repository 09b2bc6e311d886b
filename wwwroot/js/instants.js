import { fieldsOf, isAmbiguous, momentsAt, offsetText, two } from './zone.js';

/**
 * Moments to the nanosecond, which a Date does not hold: BigInt nanoseconds since 1970 inside, RFC 3339 outside.
 */

const RFC3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s?(Z|UTC|[+-]\d\d:\d\d)$/i;
const LOCAL = /^(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;
const SECOND = 1_000_000_000n;

/** Nanoseconds since 1970, or null where the text is no RFC 3339 time. */
export function toNanoseconds(text) {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  const milliseconds = match ? Date.parse(`${match[1]}T${match[2]}${/^[ZU]/i.test(match[4]) ? 'Z' : match[4]}`) : NaN;
  return Number.isNaN(milliseconds) ? null : BigInt(milliseconds) * 1_000_000n + fraction(match[3]);
}

const fraction = (digits) => BigInt((digits ?? '').padEnd(9, '0'));

function parts(nanoseconds) {
  const rest = ((nanoseconds % SECOND) + SECOND) % SECOND;
  return { milliseconds: Number((nanoseconds - rest) / 1_000_000n), digits: String(rest).padStart(9, '0') };
}

/** RFC 3339 in UTC, with nine digits. */
export function fromNanoseconds(nanoseconds) {
  const { milliseconds, digits } = parts(nanoseconds);
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, `.${digits}Z`);
}

/** The moment so many seconds later; `seconds` is a number or decimal text, of which nine digits count. */
export function plusSeconds(text, seconds) {
  const from = toNanoseconds(text);
  return from === null ? null : fromNanoseconds(from + decimalSeconds(seconds));
}

function decimalSeconds(seconds) {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(typeof seconds === 'number' ? seconds.toFixed(9) : seconds.trim());
  const size = BigInt(match[2] || '0') * SECOND + fraction((match[3] ?? '').slice(0, 9));
  return match[1] === '-' ? -size : size;
}

/** Seconds from one moment to another, as a number: whole nanoseconds within a day, fewer digits beyond. */
export function secondsFrom(start, text) {
  const [from, to] = [toNanoseconds(start), toNanoseconds(text)];
  return from === null || to === null ? NaN : Number(to - from) / 1e9;
}

/** Seconds since `start` with nine digits, as a column shows them. */
export function elapsed(start, text) {
  const [from, to] = [toNanoseconds(start), toNanoseconds(text)];
  if (from === null || to === null) return '';
  const size = to < from ? from - to : to - from;
  return `${to < from ? '−' : ''}${size / SECOND}.${String(size % SECOND).padStart(9, '0')}`;
}

function clockOf(milliseconds, all, digits) {
  const [, , , ...clock] = fieldsOf(milliseconds);
  return clock.map(two).join(':') + (digits ? `.${all.slice(0, digits)}` : '');
}

/** Time of day in the shown zone with `digits` of a second's fraction; with its offset where a clock shows it twice. */
export function exactTimeOfDay(text, digits = 9) {
  const moment = toNanoseconds(text);
  if (moment === null) return '';
  const { milliseconds, digits: all } = parts(moment);
  return clockOf(milliseconds, all, digits) + (isAmbiguous(milliseconds) ? offsetText(milliseconds) : '');
}

function exact(text, digits, offset) {
  const moment = toNanoseconds(text);
  if (moment === null) return '';
  const { milliseconds, digits: all } = parts(moment);
  const [year, month, day] = fieldsOf(milliseconds);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clockOf(milliseconds, all, digits)}${offset(milliseconds) ? offsetText(milliseconds) : ''}`;
}

/** Date and time of day in the shown zone, with its offset: a display filter takes it as it is. */
export const exactDateTime = (text, digits = 9) => exact(text, digits, () => true);

/** The same for a field whose label names the zone: with an offset only where a clock shows it twice. momentOf() reads it. */
export const editableTime = (text, digits = 9) => exact(text, digits, isAmbiguous);

/** Whether a clock in the shown zone shows this moment's time twice. */
export const isShownTwice = (text) => {
  const moment = toNanoseconds(text);
  return moment !== null && isAmbiguous(parts(moment).milliseconds);
};

/**
 * What somebody means who types a time into a capture that began at `start`: RFC 3339, a date and time or a time
 * of day in the shown zone (of a time that a clock shows twice, and of every day's, the first one not before the start), or seconds
 * since the start as "+1.5" or "1.5 s". Null where it is none.
 */
export function momentOf(text, start) {
  const trimmed = text.trim();
  if (toNanoseconds(trimmed) !== null) return fromNanoseconds(toNanoseconds(trimmed));
  const seconds = /^\+\s*(\d+(?:\.\d*)?|\.\d+)\s*s?$|^(\d+(?:\.\d*)?|\.\d+)\s*s$|^(\d+\.\d*)$/i.exec(trimmed);
  if (seconds) return plusSeconds(start, seconds[1] ?? seconds[2] ?? seconds[3]);
  const local = LOCAL.exec(trimmed);
  return local ? localMoment(local, start) : null;
}

function localMoment([, year, month, day, hours, minutes, seconds = '0', digits], start) {
  const begin = toNanoseconds(start);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59 || begin === null) return null;
  const clock = [hours, minutes, seconds].map(Number);
  const [ofYear, ofMonth, ofDay] = year ? [year, month, day].map(Number) : fieldsOf(parts(begin).milliseconds);
  // Of a clock's time there may be two on its day, and without a date it may be the next day's.
  const days = year ? [0] : [0, 1];
  const moments = days.flatMap((later) => momentsAt(ofYear, ofMonth, ofDay + later, ...clock)).map((at) => BigInt(at) * 1_000_000n + fraction(digits));
  const wholeSecond = parts(begin).milliseconds;
  const found = moments.find((moment) => parts(moment).milliseconds >= wholeSecond) ?? moments.at(-1);
  return found === undefined ? null : fromNanoseconds(found);
}

/** Where to go in a list of packets: `{ number }`, `{ at }`, or `{ error }` that says what can be written. */
export function destinationOf(text, start) {
  const plain = text.trim().replace(/^#\s*/, '');
  if (/^\d{1,3}([,\u202f\u00a0 ]\d{3})+$|^\d+$/.test(plain)) {
    const number = Number(plain.replace(/\D/g, ''));
    return number >= 1 ? { number } : { error: 'Packets are numbered from 1.' };
  }
  const at = momentOf(plain, start);
  return at ? { at } : { error: 'Write a packet’s number (1234), a time of day (12:30:05.25), or seconds since the start (+1.5).' };
}
