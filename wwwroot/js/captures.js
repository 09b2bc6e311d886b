import { compareTimes } from './format.js';

const ORDER = { starting: 0, running: 1, stopping: 2 };
const FINISHED = 3;

const progress = (capture) => ORDER[capture.state] ?? FINISHED;

export const isFinished = (capture) => progress(capture) === FINISHED;

/** What people call a capture that may have no name; one that was found by its file may not even know its interface. */
export const titleOf = (capture) => capture.name || capture.interface || 'Unnamed';

/** Where a capture can be read. */
export const pageOf = (id) => `capture.html?${new URLSearchParams({ id })}`;

const REASONS = {
  user: 'by hand',
  packets: 'packet limit',
  bytes: 'size limit',
  seconds: 'time limit',
  interface_down: 'interface went down',
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

/**
 * Every capture the page knows, fed by REST answers and hub messages, which overtake one another: a state is never taken
 * back, and a deleted capture does not return.
 */
export class CaptureStore {
  #captures = new Map();
  #deleted = new Set();
  #touched = null;

  /** False when nothing changed, because the news was old. */
  put(capture) {
    const known = this.#captures.get(capture.id);
    if (this.#deleted.has(capture.id)) return false;
    if (known && progress(known) > progress(capture)) return false;
    this.#captures.set(capture.id, capture);
    this.#touched?.add(capture.id);
    return true;
  }

  remove(id) {
    this.#deleted.add(id);
    return this.#captures.delete(id);
  }

  /** From here on, what the hub reports counts as newer than the list being fetched. */
  beginRefresh() {
    this.#touched = new Set();
  }

  /** Takes the fetched list for the truth: what it does not name is gone, unless the hub spoke of it meanwhile. */
  endRefresh(captures) {
    const touched = this.#touched ?? new Set();
    this.#touched = null;
    const named = new Set(captures.map((capture) => capture.id));
    for (const id of this.#captures.keys()) if (!named.has(id) && !touched.has(id)) this.#captures.delete(id);
    for (const capture of captures) {
      const known = this.#captures.get(capture.id);
      if (known && touched.has(capture.id) && progress(known) >= progress(capture)) continue;
      this.put(capture);
    }
  }

  get running() {
    return this.#newestFirst((capture) => !isFinished(capture));
  }

  get finished() {
    return this.#newestFirst(isFinished);
  }

  #newestFirst(wanted) {
    const later = (a, b) => compareTimes(b.startedAt, a.startedAt) || (a.id < b.id ? -1 : 1);
    return [...this.#captures.values()].filter(wanted).sort(later);
  }
}
