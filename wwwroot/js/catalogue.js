import { CaptureStore } from './captures.js';

const PAGE = 50;
const RETRY_MS = 3000;

/**
 * The captures the page knows, and how it came to know them: refresh() fetches as many pages as were being shown, and the
 * running ones however old; more() fetches one page further. Every change is told to `onChange`.
 */
export function createCatalogue(api, onChange, { retry = RETRY_MS } = {}) {
  const store = new CaptureStore();
  let pages = 1;
  let cursor = null;
  let known = false;
  let problem = '';
  let refreshing = null;
  let again = false;
  let timer;
  let fetchingMore = false;

  async function fetchAll() {
    store.beginRefresh();
    const [running, first] = await Promise.all([api.captures({ state: 'running', limit: PAGE }), api.captures({ limit: PAGE })]);
    const captures = [...running.captures, ...first.captures];
    let next = first.nextCursor;
    for (let page = 1; page < pages && next; page++) {
      const answer = await api.captures({ limit: PAGE, cursor: next });
      captures.push(...answer.captures);
      next = answer.nextCursor;
    }
    store.endRefresh(captures);
    cursor = next;
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
    async more() {
      if (fetchingMore || !cursor) return;
      fetchingMore = true;
      try {
        const answer = await api.captures({ limit: PAGE, cursor });
        for (const capture of answer.captures) store.put(capture);
        cursor = answer.nextCursor;
        pages++;
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
    state: () => ({ running: store.running, finished: store.finished, known, more: Boolean(cursor), problem }),
  };
}
