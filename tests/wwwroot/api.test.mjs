import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, createApi, isPassing } from '../../wwwroot/js/api.js';

const answer = (status, body, type = 'application/problem+json') =>
  new Response(body === null ? null : typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'content-type': type } });

const api = (response, requests = []) =>
  createApi('api', async (url, init) => {
    requests.push({ url, ...init });
    if (response instanceof Error) throw response;
    return response;
  });

const failure = (promise) => promise.then(() => assert.fail('succeeded'), (error) => error);

describe('the REST client', () => {
  it('turns problem details into an error with all its parts', async () => {
    const problem = { type: 'about:blank', title: 'Bad', status: 400, code: 'invalid_request', detail: 'Two fields.', errors: { snaplen: ['too small'] } };
    const error = await failure(api(answer(400, problem)).start({}));
    assert.ok(error instanceof ApiError);
    const { status, code, title, detail, errors, message } = error;
    assert.deepEqual({ status, code, title, detail, errors }, { status: 400, code: 'invalid_request', title: 'Bad', detail: 'Two fields.', errors: { snaplen: ['too small'] } });
    assert.equal(message, 'Two fields.');
  });

  for (const [name, response] of [['text', answer(502, 'Bad gateway', 'text/html')], ['broken JSON', answer(502, '{"code":', 'application/json')]]) {
    it(`says the status where a failure is ${name}`, async () => {
      const error = await failure(api(response).system());
      assert.equal(error.status, 502);
      assert.equal(error.code, 'unexpected');
      assert.match(error.message, /^HTTP 502/);
    });
  }

  it('calls no answer unreachable, and leaves an abort alone', async () => {
    assert.equal((await failure(api(new TypeError('Failed to fetch')).system())).code, 'unreachable');
    assert.equal((await failure(api(new DOMException('gone', 'AbortError')).system())).name, 'AbortError');
  });

  it('knows what passes', () => {
    assert.deepEqual([0, 400, 404, 422, 429, 500, 503].map((status) => isPassing({ status })), [true, false, false, false, true, false, true]);
  });

  it('asks for a part of a file, and for what is given only', async () => {
    const client = api(answer(200, {}, 'application/json'));
    assert.equal(client.downloadUrl('a'), 'api/captures/a/pcapng');
    assert.equal(client.downloadUrl('a', { from: '2026-01-01T00:00:00Z', to: undefined, filter: 'udp && port 1' }), 'api/captures/a/pcapng?from=2026-01-01T00%3A00%3A00Z&filter=udp+%26%26+port+1');
  });

  it('writes ids as one part of the path', async () => {
    const requests = [];
    await api(answer(204, null), requests).remove('../x?y');
    assert.equal(requests[0].url, 'api/captures/..%2Fx%3Fy');
    assert.equal(requests[0].method, 'DELETE');
  });

  it('sends only the parts of a query that are given', async () => {
    const requests = [];
    await api(answer(200, { captures: [] }, 'application/json'), requests).captures({ limit: 50, cursor: null, state: undefined });
    assert.equal(requests[0].url, 'api/captures?limit=50');
  });

  it('sends a link type only where it is known', async () => {
    const requests = [];
    await api(answer(200, { valid: true }, 'application/json'), requests).validateFilter('tcp', null);
    assert.equal(requests[0].body, '{"filter":"tcp"}');
  });
});
