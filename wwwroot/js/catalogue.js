import { EVERYTHING, finds, toQuery } from './capture-search.js';
import { CaptureStore } from './captures.js';

const PAGE = 100;
const LARGEST_PAGE = 500;
const RETRY_MS = 3000;

/**
 * The captures the page knows, and how it came to know them: refresh() fetches those that run, however old, and as many
 * ended ones as were listed; more() fetches one page further, search() begins another list. Every change is told to `onChange`.
 */
export function createCatalogue(api, onChange, { retry = RETRY_MS } = {}) {
  const store = new CaptureStore();
  let wanted = EVERYTHING;
  let shown = EVERYTHING;
  let cursor = null;
  let known = false;
  let problem = '';
  let refreshing = null;
  let again = false;
  let timer;
  let fetchingMore = false;

  async function fetchEnded(search, length) {
    const captures = [];
    let next = null;
    let total = null;
    do {
      const limit = Math.min(length - captures.length, LARGEST_PAGE);
      const answer = await api.captures({ ...toQuery(search), limit, cursor: next });
      captures.push(...answer.captures);
      next = answer.nextCursor;
      total ??= answer.total;
    } while (next && captures.length < length);
    return { captures, next, total };
  }

  async function fetchAll() {
    const search = wanted;
    const length = search === shown ? Math.max(store.finished.length, PAGE) : PAGE;
    store.beginRefresh();
    const [open, ended] = await Promise.all([api.captures({ state: 'open', limit: LARGEST_PAGE }), fetchEnded(search, length)]);
    store.endRefresh({
      open: open.captures,
      ended: ended.captures,
      whole: !ended.next,
      total: ended.total,
      finds: (capture) => finds(search, capture),
    });
    cursor = ended.next;
    shown = search;
    known = true;
  }

  async function repeat() {
    do {
      again = false;
      try {
        await fetchAll();
        problem = '';
      } catch (error) {
        problem = `The captures could not be read: ${error.message}`;
        clearTimeout(timer);
        timer = setTimeout(refresh, retry);
      }
      onChange();
    } while (again);
    refreshing = null;
  }

  function refresh() {
    if (refreshing) again = true;
    else refreshing = repeat();
    return refreshing;
  }

  return {
    refresh,
    search(next) {
      wanted = next;
      return refresh();
    },
    async more() {
      if (fetchingMore || refreshing || !cursor) return;
      fetchingMore = true;
      const from = cursor;
      try {
        const answer = await api.captures({ ...toQuery(shown), limit: PAGE, cursor: from });
        // A refresh that was faster has begun another list.
        if (cursor === from) {
          store.append(answer.captures, !answer.nextCursor);
          cursor = answer.nextCursor;
        }
        problem = '';
      } catch (error) {
        problem = `More captures could not be read: ${error.message}`;
      } finally {
        fetchingMore = false;
      }
      onChange();
    },
    put(capture) {
      if (store.put(capture)) onChange();
    },
    remove(id) {
      if (store.remove(id)) onChange();
    },
    state: () => ({ running: store.running, finished: store.finished, total: store.total, search: shown, known, more: Boolean(cursor), problem }),
  };
}
