import { isPassing } from './api.js';
import { toNanoseconds } from './instants.js';
import { PacketPages } from './packet-pages.js';
import { zoneQuery } from './zone.js';

const AT_ONCE = 2;
const RETRY_MS = 2000;
const MATCHES_AT_ONCE = 500;
const MATCHES_BEFORE_ASKING = 20_000;

/**
 * The rows of one capture as a list shows them: all packets, fetched where the list is looking, or the matches of a display
 * filter, searched from the first packet on for as long as the reader wants. Every change is told to `onChange`.
 */
export function createPacketSource(api, id, onChange, { pageSize = 100, retry = RETRY_MS, pause = MATCHES_BEFORE_ASKING } = {}) {
  const pages = new PacketPages({ size: pageSize });
  const flying = new Map();
  let wanted = { first: 0, last: 0 };
  let total = null;
  let dissector = null;
  let problem = '';
  let timer;
  // What was refused is asked for again when the reader looks elsewhere, or time has passed: not for every change that is told.
  let held = false;
  /** The search that was asked for last, and the one whose matches are shown; null where none is. */
  let search = null;
  let list = null;

  const wantedPages = () => (total === null ? [0] : pages.missing(wanted.first, wanted.last, total));

  function pump() {
    if (held) return;
    const missing = wantedPages();
    for (const [page, request] of flying) if (!missing.includes(page)) request.abort();
    for (const page of missing) if (flying.size < AT_ONCE && !flying.has(page)) fetchPage(page);
  }

  function pumpAgain() {
    held = false;
    pump();
  }

  async function fetchPage(page) {
    const request = new AbortController();
    flying.set(page, request);
    clearTimeout(timer);
    try {
      const answer = await api.packets(id, { offset: page * pages.size, limit: pages.size }, request.signal);
      learn(answer);
      pages.put(page, answer.rows, total);
      problem = '';
    } catch (error) {
      if (!request.signal.aborted) {
        problem = `The packets could not be read: ${error.message}`;
        held = true;
        // What the console refuses it would refuse again; what it could not do now it may do later.
        if (isPassing(error)) timer = setTimeout(pumpAgain, retry);
      }
    }
    flying.delete(page);
    onChange();
    if (!problem) pump();
  }

  function learn(answer) {
    if (answer.total != null) total = answer.total;
    dissector = answer.dissector;
  }

  /** Asks for the first matches, with times in the zone that is shown now; the list stays as it is until they, or what is wrong with the filter, are here. */
  function start(display) {
    search?.request?.abort();
    search = { display, zone: zoneQuery(), rows: [], cursor: null, scannedTo: 0, notSearched: 0, state: 'searching', problem: '', request: null, limit: pause };
    const going = run(search);
    onChange();
    return going;
  }

  async function run(mine) {
    mine.state = 'searching';
    while (mine === search && mine.state === 'searching') {
      mine.request = new AbortController();
      try {
        const query = { display: mine.display, limit: MATCHES_AT_ONCE, cursor: mine.cursor, ...mine.zone };
        const answer = await api.packets(id, query, mine.request.signal);
        if (mine !== search) return;
        take(mine, answer);
      } catch (error) {
        if (mine !== search || error.name === 'AbortError') return;
        mine.state = 'failed';
        mine.problem = error.message;
      }
      onChange();
    }
  }

  function take(mine, answer) {
    for (const row of answer.rows) mine.rows.push(row);
    learn(answer);
    list = mine;
    mine.notSearched += answer.notSearched ?? 0;
    mine.cursor = answer.next;
    mine.scannedTo = answer.scannedTo;
    if (!answer.next) mine.state = 'done';
    else if (mine.state === 'searching' && mine.rows.length >= mine.limit) mine.state = 'paused';
  }

  return {
    /** Says which rows the list shows, both ends included. */
    look(first, last) {
      if (first !== wanted.first || last !== wanted.last) held = false;
      wanted = { first, last };
      if (!list) pump();
    },

    search: start,

    clear() {
      search?.request?.abort();
      search = null;
      list = null;
      onChange();
      pumpAgain();
    },

    stop() {
      if (search?.state !== 'searching') return;
      search.state = 'paused';
      search.request?.abort();
      onChange();
    },

    resume() {
      if (search?.state !== 'paused' && search?.state !== 'failed') return;
      search.limit = search.rows.length + pause;
      search.problem = '';
      const going = run(search);
      onChange();
      return going;
    },

    /** A capture that runs has more packets now: known rows stay, the list grows, and a search that was done looks at them, too. */
    async grow() {
      const answer = await api.packets(id, { offset: 0, limit: 1 });
      learn(answer);
      onChange();
      pumpAgain();
      if (search?.state !== 'done' || search.scannedTo >= total) return;
      search.cursor = String(search.scannedTo);
      run(search);
    },

    /** A capture that keeps its newest files has other packets now: numbers have moved, and nothing of what is known holds. */
    restart() {
      for (const [, request] of flying) request.abort();
      pages.clear();
      total = null;
      if (search) return start(search.display);
      onChange();
      pumpAgain();
    },

    row: (index) => (list ? list.rows[index] : pages.row(index)),

    numberAt: (index) => (list ? list.rows[index]?.number : index + 1),

    /** Where this packet is in the list: its place, or where it would be among the matches. */
    place(number) {
      if (!list) return { index: number - 1, exact: number >= 1 && number <= (total ?? 0) };
      return find(list.rows, (row) => row.number - number);
    },

    /** The place of the first packet not before a moment. */
    async placeAt(moment) {
      if (list) {
        const at = toNanoseconds(moment);
        return find(list.rows, (row) => (toNanoseconds(row.time) < at ? -1 : 1)).index;
      }
      return (await api.packets(id, { at: moment, limit: 1 })).offset;
    },

    state() {
      return {
        count: list ? list.rows.length : total ?? 0,
        known: list !== null || total !== null,
        total,
        dissector,
        problem: list ? '' : problem,
        filtered: list !== null,
        search: search && {
          display: search.display,
          state: search.state,
          shown: search === list,
          matches: search.rows.length,
          scannedTo: search.scannedTo,
          notSearched: search.notSearched,
          problem: search.problem,
        },
      };
    },
  };
}

/** The first row for which `order` is not negative; `order` grows along the rows. */
function find(rows, order) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(rows[middle]) < 0) low = middle + 1;
    else high = middle;
  }
  return { index: low, exact: low < rows.length && order(rows[low]) === 0 };
}
