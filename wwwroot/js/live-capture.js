import { createCatchUp } from './catch-up.js';
import { fromCapture, fromSample, later } from './figures.js';
import { duration, parseTime } from './format.js';
import { LossLedger } from './loss-ledger.js';
import { SampleSeries } from './samples.js';

// A page that missed less than this was hardly away.
const WORTH_TELLING_SECONDS = 3;
const TOLD_SECONDS = 10;
const RETRY_SECONDS = 5;

/**
 * What a page knows of a running capture: its newest figures, its rates over time and its losses, fed by the capture as REST and
 * the hub's changes give it, by live samples, and by catching up. `changed` is called after whatever happens by itself.
 */
export function createLiveCapture({ fetchSamples, changed, now = () => performance.now() }) {
  const series = new SampleSeries();
  const ledger = new LossLedger();
  let figures = null;
  let newest = null;
  // The sample up to which nothing is missing; it stays the same while the page is behind.
  let complete = null;
  let behind = true;
  let catching = { state: 'idle', seconds: 0, at: 0 };
  let clockBase = null;

  const catchUp = createCatchUp({
    fetch: fetchSamples,
    since: () => complete?.at,
    take,
    state(state, told) {
      if (state === 'done') {
        behind = false;
        complete = newest;
      }
      catching = { state, seconds: state === 'done' ? told : 0, at: now() };
      changed();
    },
  });

  const secondsSince = (at) => (now() - at) / 1000;

  /** Answers how many seconds of samples were missing; a page that has just been opened has missed nothing. */
  function take({ samples, losses }) {
    const from = complete?.elapsedSeconds ?? samples.at(-1)?.elapsedSeconds;
    series.merge(samples);
    ledger.replace(losses, samples.at(-1)?.elapsedSeconds ?? -Infinity);
    if (samples.length === 0) return 0;
    accept(samples.at(-1));
    return samples.at(-1).elapsedSeconds - from;
  }

  function accept(sample) {
    if (newest && sample.elapsedSeconds <= newest.elapsedSeconds) return;
    newest = sample;
    figures = later(figures, fromSample(sample));
    clockBase = { seconds: sample.elapsedSeconds, at: now() };
  }

  return {
    series,
    ledger,
    get figures() {
      return figures;
    },
    /** The newest sample, or null. */
    get newest() {
      return newest;
    },
    /** Where catching up stands; that it is done is told for some seconds. */
    get catching() {
      return catching.state === 'done' && secondsSince(catching.at) > TOLD_SECONDS ? { ...catching, state: 'idle' } : catching;
    },
    /** Seconds since the capture started, by the page's own clock since the last that was heard. */
    get elapsedSeconds() {
      return clockBase ? clockBase.seconds + secondsSince(clockBase.at) : NaN;
    },
    put(capture) {
      figures = later(figures, fromCapture(capture));
      clockBase ??= { seconds: Math.max((Date.now() - parseTime(capture.startedAt)) / 1000 || 0, 0), at: now() };
    },
    /** Takes a live sample; false for one that is known already. */
    sample(sample) {
      if (!series.add(sample)) return false;
      ledger.take(sample.losses);
      accept(sample);
      if (!behind && series.lagged) behind = true;
      if (!behind) complete = newest;
      else if (catching.state !== 'fetching' && (catching.state !== 'failed' || secondsSince(catching.at) > RETRY_SECONDS)) catchUp();
      return true;
    },
    /** From here on samples are missing, and are fetched when the next one has come: only a capture that runs has any. */
    disconnected() {
      behind = true;
    },
  };
}

/** What is to be said of catching up; empty where there is nothing to say. */
export function catchingText({ state, seconds }) {
  if (state === 'fetching') return 'Catching up: what this page has missed is being fetched…';
  if (state === 'failed') return 'What this page has missed could not be fetched; it is tried again.';
  return state === 'done' && seconds >= WORTH_TELLING_SECONDS ? `Caught up: ${duration(seconds)} were missing and have been fetched.` : '';
}
