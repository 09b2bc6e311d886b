import { openStorage } from './storage.js';

/** The time zone that every time on a page is shown in, and that times without a zone are read in: the browser's, or UTC. */

const KEY = 'mgcap.zone';
const UTC = 'UTC';
const ALSO_UTC = /^((Etc\/)?(UTC|UCT|Universal|Zulu|Greenwich|GMT|GMT[+-]?0)|[+-]00:00)$/i;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// Clocks are not changed twice within so many hours, and not by more than that.
const CHANGE_MS = 6 * 3_600_000;

const storage = openStorage();
const listeners = new Set();
let utc = storage.getItem(KEY) === UTC;

/** The browser's zone by its name in the IANA's list; UTC where it is that, whatever it is called. */
export function localZone() {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !name || ALSO_UTC.test(name) ? UTC : name;
}

/** The zones that can be chosen. */
export const zones = () => [...new Set([localZone(), UTC])];

/** The zone that is shown, by its name. */
export const zoneName = () => (utc ? UTC : localZone());

/** What a request says of the zone that times without one mean: nothing with UTC, which the console takes for granted. */
export const zoneQuery = () => (zoneName() === UTC ? {} : { zone: zoneName() });

/** Shows another zone from now on; it is remembered where the browser keeps anything. */
export function chooseZone(name) {
  utc = name === UTC;
  try {
    storage.setItem(KEY, utc ? UTC : 'local');
  } catch {
    // It is then chosen for as long as the page is open.
  }
  for (const listener of listeners) listener();
}

/** Calls back after another zone was chosen. Answers what ends that. */
export function onZoneChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Minutes that the shown zone is ahead of UTC, then. */
const offsetAt = (milliseconds) => (utc ? 0 : -new Date(milliseconds).getTimezoneOffset());

/** Year, month from 1, day, hours, minutes and seconds of a moment in the shown zone. */
export function fieldsOf(milliseconds) {
  const at = new Date(milliseconds + offsetAt(milliseconds) * MINUTE_MS);
  return [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
}

/**
 * The moments, in milliseconds since 1970, at which clocks in the shown zone show this: one, or two in the hour that a clock repeats.
 * A time that a clock skips is taken for as much later as it skips.
 */
export function momentsAt(year, month, day, hours, minutes, seconds) {
  const shown = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  if (Number.isNaN(shown)) return [];
  const offsets = [...new Set([shown - DAY_MS, shown, shown + DAY_MS].map(offsetAt))];
  const moments = offsets.map((offset) => shown - offset * MINUTE_MS);
  const right = moments.filter((moment, i) => offsetAt(moment) === offsets[i]).sort((a, b) => a - b);
  return right.length ? right : [Math.max(...moments)];
}

/** Whether clocks in the shown zone show this moment's time a second time, an hour earlier or later. */
export function isAmbiguous(milliseconds) {
  if (utc || offsetAt(milliseconds - CHANGE_MS) === offsetAt(milliseconds + CHANGE_MS)) return false;
  return momentsAt(...fieldsOf(milliseconds)).length > 1;
}

/** How RFC 3339 writes the shown zone's offset at a moment: Z, -05:00. */
export function offsetText(milliseconds) {
  if (zoneName() === UTC) return 'Z';
  const offset = offsetAt(milliseconds);
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export const two = (value) => String(value).padStart(2, '0');
