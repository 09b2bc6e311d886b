import { offered } from './figures.js';
import { count, share } from './format.js';

/** Where on its way a packet can be lost, in the order of the way, as the API names it. */
export const STAGES = ['nic', 'ring', 'writer'];

/**
 * When a capture lost packets. The console tells of each event again while it goes on: the newest word on it, the one with most
 * packets, counts.
 */
export class LossLedger {
  #events = new Map();

  /** Takes events as samples or the catch-up bring them; false when nothing was new. */
  take(events) {
    let changed = false;
    for (const event of events ?? []) {
      const key = `${event.stage} ${event.fromSeconds}`;
      const known = this.#events.get(key);
      if (known && known.packets >= event.packets) continue;
      this.#events.set(key, event);
      changed = true;
    }
    return changed;
  }

  /** Takes the whole list for the truth: what is not in it has become part of another event. What began after it stays. */
  replace(events, asOfSeconds) {
    const later = [...this.#events.values()].filter((event) => event.toSeconds > asOfSeconds);
    this.#events.clear();
    this.take(events);
    this.take(later);
  }

  /** Events, the newest first. */
  get events() {
    return [...this.#events.values()].sort((a, b) => b.toSeconds - a.toSeconds || STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
  }

  /** The last event of a stage, or undefined. */
  last(stage) {
    return this.events.find((event) => event.stage === stage);
  }
}

/**
 * What is said of the kernel's rx_dropped, which is no loss; empty where it is 0. Packets that no protocol wanted are counted there
 * after they were captured.
 */
export const unwantedText = ({ rxDropped }) =>
  rxDropped > 0
    ? `Not counted as lost: the interface’s counter rx_dropped grew by ${count(rxDropped)}. These are packets that nobody on this host wanted, or that the driver threw away; most of them are in the capture.`
    : '';

/** One line for each stage: how many packets were lost there, of how many, and since when nothing was. */
export function ledgerRows(figures, ledger) {
  return STAGES.map((stage) => {
    const packets = figures.dropped[stage];
    return { stage, packets, share: packets > 0 ? share(packets, offered(figures)) : '', last: ledger.last(stage) };
  });
}
