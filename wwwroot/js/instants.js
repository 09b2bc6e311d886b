/**
 * Moments to the nanosecond, which a Date does not hold: BigInt nanoseconds since 1970 inside, RFC 3339 outside.
 */

const RFC3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s?(Z|[+-]\d\d:\d\d)$/i;
const LOCAL = /^(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** Nanoseconds since 1970, or null where the text is no RFC 3339 time. */
export function toNanoseconds(text) {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  const milliseconds = match ? Date.parse(`${match[1]}T${match[2]}${match[4].toUpperCase()}`) : NaN;
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

const two = (value) => String(value).padStart(2, '0');

/** Time of day in the reader's zone with `digits` of a second's fraction. */
export function exactTimeOfDay(text, digits = 9) {
  const moment = toNanoseconds(text);
  if (moment === null) return '';
  const { milliseconds, digits: all } = parts(moment);
  const at = new Date(milliseconds);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return digits ? `${clock}.${all.slice(0, digits)}` : clock;
}

/** Date and time of day in the reader's zone. */
export function exactLocalTime(text, digits = 9) {
  const moment = toNanoseconds(text);
  if (moment === null) return '';
  const at = new Date(parts(moment).milliseconds);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${exactTimeOfDay(text, digits)}`;
}

/**
 * What somebody means who types a time into a capture that began at `start`: RFC 3339, a local date and time, a time of
 * day (the first one not before the start), or seconds since the start as "+1.5" or "1.5 s". Null where it is none.
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
  const of = new Date(parts(begin).milliseconds);
  const date = year ? [Number(year), Number(month) - 1, Number(day)] : [of.getFullYear(), of.getMonth(), of.getDate()];
  const at = new Date(...date, Number(hours), Number(minutes), Number(seconds)).getTime();
  if (Number.isNaN(at)) return null;
  const moment = BigInt(at) * 1_000_000n + fraction(digits);
  const wholeSecond = begin - (begin % SECOND);
  return fromNanoseconds(!year && moment < wholeSecond ? moment + DAY : moment);
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
