import { goToSignIn } from './account.js';

/** A request that did not succeed. `code` is the server's stable one, or "unreachable" where no answer came. */
export class ApiError extends Error {
  constructor({ status, code, title, detail, errors = {} }) {
    super(detail || title);
    this.name = 'ApiError';
    Object.assign(this, { status, code, title, detail, errors });
  }
}

const PASSING = new Set([0, 429, 503]);

/** Whether the same request may succeed a little later: no answer came, or the console had too much to do. */
export const isPassing = (error) => PASSING.has(error.status);

// An answer that has not come by then was lost with its connection.
const MAX_MS = 30_000;

const UNREACHABLE = {
  status: 0,
  code: 'unreachable',
  title: 'No connection',
  detail: 'The console cannot be reached. Try again when the connection is back.',
};

async function problemOf(response) {
  const bare = { status: response.status, code: 'unexpected', title: `HTTP ${response.status} ${response.statusText}`.trim() };
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return new ApiError(bare);
  try {
    return new ApiError({ ...bare, ...(await response.json()), status: response.status });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    return new ApiError(bare);
  }
}

/** `signIn` is called where the console asks who is there. */
export function createApi(base = 'api', fetcher = (...request) => fetch(...request), signIn = goToSignIn) {
  async function send(method, path, { body, signal, headers } = {}) {
    let response;
    try {
      response = await fetcher(`${base}/${path}`, {
        method,
        signal,
        headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
        cache: 'no-store',
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(UNREACHABLE);
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.code === 'unauthorized' && path !== 'session') signIn();
    throw problem;
  }

  const json = async (...request) => (await send(...request)).json();
  const one = (id) => `captures/${encodeURIComponent(id)}`;
  const search = (query) => {
    const given = Object.entries(query).filter(([, value]) => value != null && value !== '');
    return given.length ? `?${new URLSearchParams(given)}` : '';
  };

  return {
    system: () => json('GET', 'system'),
    disk: () => json('GET', 'system/disk'),
    interfaces: () => json('GET', 'interfaces').then((answer) => answer.interfaces ?? answer),
    setHwtstamp: (name, enabled) => json('PUT', `interfaces/${encodeURIComponent(name)}/hwtstamp`, { body: { enabled } }),
    validateFilter: (filter, linkType, signal) =>
      json('POST', 'filters/validate', { body: { filter, ...(linkType && { linkType }) }, signal }),
    captures: (query = {}) => json('GET', `captures${search(query)}`),
    capture: (id) => json('GET', one(id)),
    change: (id, body) => json('PATCH', one(id), { body }),
    start: (body) => json('POST', 'captures', { body }),
    samples: (id, since) => json('GET', `${one(id)}/samples${search({ since })}`, { signal: AbortSignal.timeout(MAX_MS) }),
    files: (id) => json('GET', `${one(id)}/files`),
    losses: (id) => json('GET', `${one(id)}/losses`),
    save: (id, body) => json('POST', `${one(id)}/save`, { body }),
    stop: (id) => json('POST', `${one(id)}/stop`),
    setMode: (id, mode, force) => json('PUT', `${one(id)}/mode`, { body: { mode, ...(force && { force }) } }),
    remove: (id) => send('DELETE', one(id)),
    packets: (id, query, signal) => json('GET', `${one(id)}/packets${search(query)}`, { signal }),
    packet: (id, number, query, signal) => json('GET', `${one(id)}/packets/${number}${search(query)}`, { signal }),
    timeline: (id, query, signal) => json('GET', `${one(id)}/timeline${search(query)}`, { signal }),
    summary: (id, signal) => json('GET', `${one(id)}/summary`, { signal }),

    me: () => json('GET', 'me'),
    signIn: (body) => json('POST', 'session', { body }),
    signOut: () => send('DELETE', 'session'),
    tokens: () => json('GET', 'tokens').then((answer) => answer.tokens),
    addToken: (body) => json('POST', 'tokens', { body }),
    revokeToken: (id) => send('DELETE', `tokens/${encodeURIComponent(id)}`),

    schedules: () => json('GET', 'schedules').then((answer) => answer.schedules),
    addSchedule: (body) => json('POST', 'schedules', { body }),
    changeSchedule: (id, body) => json('PATCH', `schedules/${encodeURIComponent(id)}`, { body }),
    removeSchedule: (id) => send('DELETE', `schedules/${encodeURIComponent(id)}`),

    fileUrl: (id, name) => `${base}/${one(id)}/files/${encodeURIComponent(name)}`,

    /** Of the whole capture, or with `from`, `to` and `filter` of a part; `format` and `compress` say what it is made into. */
    downloadUrl: (id, part = {}) => `${base}/${one(id)}/pcapng${search(part)}`,

    /** Asks for the file and lets it go: a browser's own download would hide the reason of a refusal. */
    async checkDownload(id, part = {}) {
      const stop = new AbortController();
      await send('GET', `${one(id)}/pcapng${search(part)}`, { headers: { accept: '*/*', range: 'bytes=0-0' }, signal: stop.signal });
      stop.abort();
    },
  };
}
