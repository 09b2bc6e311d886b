/** A request that did not succeed. `code` is the server's stable one, or "unreachable" where no answer came. */
export class ApiError extends Error {
  constructor({ status, code, title, detail, errors = {} }) {
    super(detail || title);
    this.name = 'ApiError';
    Object.assign(this, { status, code, title, detail, errors });
  }
}

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

export function createApi(base = 'api', fetcher = (...request) => fetch(...request)) {
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
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  const json = async (...request) => (await send(...request)).json();
  const one = (id) => `captures/${encodeURIComponent(id)}`;

  return {
    system: () => json('GET', 'system'),
    interfaces: () => json('GET', 'interfaces').then((answer) => answer.interfaces ?? answer),
    validateFilter: (filter, linkType, signal) =>
      json('POST', 'filters/validate', { body: { filter, ...(linkType && { linkType }) }, signal }),
    captures(query = {}) {
      const given = Object.entries(query).filter(([, value]) => value != null);
      return json('GET', `captures?${new URLSearchParams(given)}`);
    },
    start: (body) => json('POST', 'captures', { body }),
    stop: (id) => json('POST', `${one(id)}/stop`),
    setMode: (id, mode, force) => json('PUT', `${one(id)}/mode`, { body: { mode, ...(force && { force }) } }),
    remove: (id) => send('DELETE', one(id)),
    downloadUrl: (id) => `${base}/${one(id)}/pcapng`,

    /** Asks for the file and lets it go: a browser's own download would hide the reason of a refusal. */
    async checkDownload(id) {
      const stop = new AbortController();
      await send('GET', `${one(id)}/pcapng`, { headers: { accept: '*/*', range: 'bytes=0-0' }, signal: stop.signal });
      stop.abort();
    },
  };
}
