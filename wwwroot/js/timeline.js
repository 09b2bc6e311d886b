import { bitRate, count, shortTime, si } from './format.js';
import { plusSeconds, secondsFrom } from './instants.js';

// What is at least this long has steps of a second or more.
const RATES_FROM_SECONDS = 20;

/** How many steps to ask for, of at most `most`: in a part of this many seconds they are no shorter than a second, unless all of it is short. */
export const stepsFor = (seconds, most) => (seconds >= RATES_FROM_SECONDS ? Math.min(most, Math.floor(seconds)) : most);

/**
 * Fetches a timeline of at most `most` steps: `fetch` gets how many. `known` is the part that it is of, as far as its ends are known:
 * where they were not, how long it is shows only then.
 */
export async function fetchTimeline(fetch, known, most) {
  const wanted = ({ from, to }) => stepsFor(secondsFrom(from, to), most);
  const found = await fetch(wanted(known));
  return wanted(found) < wanted(known) ? fetch(wanted(found)) : found;
}

/** Whether a timeline's steps are long enough to say what came per second; shorter ones only tell how much came in each. */
export const hasRates = ({ stepSeconds }) => stepSeconds >= 1;

/**
 * What a chart reads of the console's timeline: columns of seconds since `answer.from`, packets and bits, per second or, where steps
 * are shorter than that, in each step. Each value holds from its time to the next; steps in which nothing came are zero, also where
 * they are left out.
 */
export function timelineColumns(answer) {
  const step = answer.stepSeconds;
  const span = secondsFrom(answer.from, answer.to);
  if (!answer.points.length || !(step > 0) || !(span >= 0)) return [[], [], []];
  const steps = Math.max(Math.ceil(span / step - 1e-6), 1);
  const packets = new Array(steps).fill(0);
  const bits = new Array(steps).fill(0);
  const per = hasRates(answer) ? step : 1;
  for (const point of answer.points) {
    const at = Math.min(Math.max(Math.floor(secondsFrom(answer.from, point.at) / step + 1e-6), 0), steps - 1);
    packets[at] += point.packets / per;
    bits[at] += (point.wireBytes * 8) / per;
  }
  const times = packets.map((_, at) => at * step);
  // The last value needs an end to hold to.
  return [[...times, steps * step], [...packets, packets.at(-1)], [...bits, bits.at(-1)]];
}

/** What the values of a timeline are of: ` per second` in words, short, and a line for a step's packets and bits. */
export function timelineUnits(answer) {
  if (hasRates(answer)) return { per: '/s', inWords: ' per second', readout: (packets, bits) => `${si(packets, 'pps')}   ${bitRate(bits)}` };
  const step = shortTime(answer.stepSeconds);
  const some = (packets) => `${count(packets)} ${packets === 1 ? 'packet' : 'packets'}`;
  return { per: ` per ${step}`, inWords: ` per ${step}`, readout: (packets, bits) => `${some(packets)}   ${si(bits, 'bit')} in ${step}` };
}

/** About how many packets came between two moments: steps that are cut count by their share. */
export function packetsWithin(answer, range) {
  const [from, to] = [secondsFrom(answer.from, range.from), secondsFrom(answer.from, range.to)];
  let sum = 0;
  for (const point of answer.points) {
    const begin = secondsFrom(answer.from, point.at);
    const shared = Math.min(to, begin + answer.stepSeconds) - Math.max(from, begin);
    if (shared > 0) sum += (point.packets * shared) / answer.stepSeconds;
  }
  return Math.round(sum);
}

/**
 * Losses that a chart of `view` shows, a part of the timeline `whole`, in seconds since the view's start. A capture may have lost
 * packets before the first that it kept and after the last: those are shown at its ends.
 */
export function lossesOn(view, whole, losses, startedAt) {
  const begin = secondsFrom(whole.from, startedAt);
  const [length, shift] = [secondsFrom(whole.from, whole.to), secondsFrom(view.from, whole.from)];
  const place = (elapsed) => Math.min(Math.max(begin + elapsed, 0), length) + shift;
  return losses
    .map((loss) => ({ ...loss, fromSeconds: place(loss.fromSeconds), toSeconds: place(loss.toSeconds) }))
    .filter(({ fromSeconds, toSeconds }) => toSeconds >= 0 && fromSeconds <= secondsFrom(view.from, view.to));
}

/** The moments of two places on a chart of `answer`, in order, as RFC 3339. */
export function rangeBetween(answer, one, other) {
  const end = secondsFrom(answer.from, answer.to);
  const moment = (seconds) => (seconds <= 0 ? answer.from : seconds >= end ? answer.to : plusSeconds(answer.from, seconds));
  return { from: moment(Math.min(one, other)), to: moment(Math.max(one, other)) };
}

/** Labels since the start along an axis whose marks are `step` seconds apart: 0.25 s, 1:30, 2:00:00. */
export function sinceStart(seconds, step) {
  if (step < 1) return `${seconds.toFixed(Math.min(Math.ceil(-Math.log10(step) - 1e-9), 9))}\u00a0s`;
  const whole = Math.round(seconds);
  const two = (value) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Distances between marks that people read with ease, in seconds. */
export const TIME_STEPS = [
  ...[-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];
