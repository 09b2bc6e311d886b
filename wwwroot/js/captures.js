import { compareTimes } from './format.js';

const ORDER = { starting: 0, running: 1, armed: 1, stopping: 2 };
const FINISHED = 3;

const progress = (capture) => ORDER[capture.state] ?? FINISHED;

export const isFinished = (capture) => progress(capture) === FINISHED;

/** What people call a capture that may have no name; one that was found by its file may not even know its interface. */
export const titleOf = (capture) => capture.name || capture.interface || 'Unnamed';

/** Where a capture can be read. */
export const pageOf = (id) => `capture.html?${new URLSearchParams({ id })}`;

/** The id that a page's address asks for, as the console writes ids; empty where it asks for none, and null where it can't be one. */
export function idIn(search) {
  const asked = (new URLSearchParams(search).get('id') ?? '').trim();
  const digits = /^\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/i.exec(asked);
  return digits ? digits.slice(1).join('-').toLowerCase() : asked && null;
}

const REASONS = {
  user: 'manually',
  packets: 'packet limit',
  bytes: 'size limit',
  seconds: 'time limit',
  interface_down: 'interface went away',
  storage_full: 'storage full',
  shutdown: 'console shut down',
  error: 'error',
};

export function reasonOf({ state, stopReason }) {
  if (state === 'recovered') return 'console died';
  return REASONS[stopReason] ?? stopReason ?? '';
}

/** What there is to say of a capture that did not end as it was meant to; empty where nothing is. */
export function explanationOf({ stopReason, error }) {
  if (stopReason === 'storage_full') return 'The disk was full. What had been written until then is whole.';
  return error ?? '';
}

const newestFirst = (a, b) => compareTimes(b.startedAt, a.startedAt) || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);

/**
 * Captures as REST answers and hub messages tell of them, which overtake one another: a state is never taken back, and a
 * deleted capture does not return. Those that have ended are a list, newest first, of which the page may know only the
 * beginning and which may be only what a search finds; nothing here takes longer for a long list.
 */
export class CaptureStore {
  #captures = new Map();
  #list = [];
  #whole = true;
  #finds = () => true;
  #deleted = new Set();
  #touched = null;

  /** How many ended captures there are, listed or not; null where nobody said. */
  total = null;

  /** False when nothing changed, because the news was old. */
  put(capture) {
    const known = this.#captures.get(capture.id);
    if (this.#deleted.has(capture.id)) return false;
    if (known && progress(known) > progress(capture)) return false;
    this.#captures.set(capture.id, capture);
    this.#touched?.add(capture.id);
    if (isFinished(capture)) this.#enlist(capture, Boolean(known) && !isFinished(known));
    return true;
  }

  remove(id) {
    const capture = this.#captures.get(id);
    this.#deleted.add(id);
    this.#captures.delete(id);
    if (!capture || !isFinished(capture)) return Boolean(capture);
    const place = this.#placeOf(capture);
    if (this.#list[place]?.id !== id) return true;
    this.#list.splice(place, 1);
    if (this.total !== null) this.total--;
    return true;
  }

  /** From here on, what the hub reports counts as newer than the lists being fetched. */
  beginRefresh() {
    this.#touched = new Set();
  }

  /**
   * Takes what was fetched for the truth: a capture that it does not name is gone, unless the hub spoke of it meanwhile.
   * `whole` says whether the list of ended ones is at its end, `finds` what was searched for.
   */
  endRefresh({ open, ended, whole = true, total = null, finds = () => true }) {
    const touched = this.#touched ?? new Set();
    const before = this.#captures;
    this.#touched = null;
    this.#captures = new Map();
    this.#list = [];
    this.total = total;
    this.#take([...ended, ...open].map((capture) => {
      const known = before.get(capture.id);
      return known && touched.has(capture.id) && progress(known) >= progress(capture) ? known : capture;
    }), whole, finds);
    for (const id of touched) if (before.has(id)) this.put(before.get(id));
  }

  /** Takes the next page of the list. */
  append(captures, whole) {
    this.#take(captures, whole, this.#finds);
  }

  /** What the console has found is listed, however this page would have judged. */
  #take(captures, whole, finds) {
    this.#whole = true;
    this.#finds = () => true;
    for (const capture of captures) this.put(capture);
    this.#whole = whole;
    this.#finds = finds;
  }

  #enlist(capture, justEnded) {
    const place = this.#placeOf(capture);
    if (this.#list[place]?.id === capture.id) {
      this.#list[place] = capture;
      return;
    }
    if (!this.#finds(capture)) return;
    if (justEnded && this.total !== null) this.total++;
    // What is older than the last one listed comes with its page.
    if (this.#whole || place < this.#list.length) this.#list.splice(place, 0, capture);
  }

  /** Where in the list a capture is, or would be. */
  #placeOf(capture) {
    let [low, high] = [0, this.#list.length];
    if (high && newestFirst(this.#list[high - 1], capture) < 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (newestFirst(this.#list[middle], capture) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get running() {
    return [...this.#captures.values()].filter((capture) => !isFinished(capture)).sort(newestFirst);
  }

  /** The list itself: it changes with what is put. */
  get finished() {
    return this.#list;
  }
}
