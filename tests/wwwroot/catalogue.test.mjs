import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCatalogue } from '../../wwwroot/js/catalogue.js';

const capture = (n, state = 'stopped') => ({ id: `c${n}`, state, interface: 'eth0', startedAt: new Date(Date.UTC(2026, 0, 1) - n * 60_000).toISOString() });
const settle = (milliseconds = 10) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A console with so many captures, the oldest of which still runs. */
function consoleWith(total, { failures = 0 } = {}) {
  const all = Array.from({ length: total }, (_, n) => capture(n, n === total - 1 ? 'running' : 'stopped'));
  const queries = [];
  return {
    all,
    queries,
    async captures(query) {
      queries.push(query);
      await settle(1);
      if (failures-- > 0) throw new Error('refused');
      const wanted = all.filter(({ id, state }) => (query.state === 'ended') === (state !== 'running') && id.includes(query.text ?? ''));
      const from = Number(query.cursor ?? 0);
      const next = from + query.limit;
      return { captures: wanted.slice(from, next), nextCursor: next < wanted.length ? String(next) : null, total: query.cursor ? null : wanted.length };
    },
  };
}

describe('the catalogue', () => {
  it('knows a running capture however old', async () => {
    const catalogue = createCatalogue(consoleWith(220), () => {});
    assert.equal(catalogue.state().known, false);
    await catalogue.refresh();
    const { running, finished, more, known } = catalogue.state();
    assert.deepEqual([running.length, finished.length, more, known], [1, 100, true, true]);
  });

  it('fetches further by cursor until there is no more', async () => {
    const catalogue = createCatalogue(consoleWith(220), () => {});
    await catalogue.refresh();
    await catalogue.more();
    assert.equal(catalogue.state().finished.length, 200);
    await catalogue.more();
    assert.deepEqual([catalogue.state().finished.length, catalogue.state().more, catalogue.state().total], [219, false, 219]);
  });

  it('takes two quick calls for more as one', async () => {
    const server = consoleWith(220);
    const catalogue = createCatalogue(server, () => {});
    await catalogue.refresh();
    server.queries.length = 0;
    await Promise.all([catalogue.more(), catalogue.more()]);
    assert.equal(server.queries.length, 1);
  });

  it('after a reconnect shows as many pages as before', async () => {
    const server = consoleWith(220);
    const catalogue = createCatalogue(server, () => {});
    await catalogue.refresh();
    await catalogue.more();
    server.all.splice(3, 1);
    await catalogue.refresh();
    const ids = catalogue.state().finished.map(({ id }) => id);
    assert.equal(ids.length, 200);
    assert.ok(!ids.includes('c3'));
  });

  it('runs a refresh asked for meanwhile once more, not beside', async () => {
    const server = consoleWith(3);
    const catalogue = createCatalogue(server, () => {});
    await Promise.all([catalogue.refresh(), catalogue.refresh(), catalogue.refresh()]);
    assert.equal(server.queries.length, 4);
  });

  it('says what went wrong and tries again by itself', async () => {
    const catalogue = createCatalogue(consoleWith(3, { failures: 2 }), () => {}, { retry: 5 });
    await catalogue.refresh();
    assert.match(catalogue.state().problem, /refused/);
    await settle(60);
    assert.equal(catalogue.state().problem, '');
    assert.equal(catalogue.state().finished.length, 2);
  });

  it('begins another list with a search, and asks for no more than its first page', async () => {
    const server = consoleWith(220);
    const catalogue = createCatalogue(server, () => {});
    await catalogue.refresh();
    await catalogue.more();
    server.queries.length = 0;
    await catalogue.search({ text: '11', state: '', interface: '' });
    const { finished, total, search, running, more } = catalogue.state();
    assert.deepEqual([finished.length, total, search.text, running.length, more], [12, 12, '11', 1, false]);
    assert.deepEqual(server.queries.map(({ limit }) => limit), [500, 100]);
  });

  it('shows the last of two quick searches', async () => {
    const catalogue = createCatalogue(consoleWith(220), () => {});
    await Promise.all([catalogue.search({ text: '1', state: '', interface: '' }), catalogue.search({ text: '17', state: '', interface: '' })]);
    assert.equal(catalogue.state().search.text, '17');
    assert.ok(catalogue.state().finished.every(({ id }) => id.includes('17')));
  });

  it('tells only of changes', async () => {
    let changes = 0;
    const catalogue = createCatalogue(consoleWith(1), () => changes++);
    catalogue.put(capture(1, 'stopped'));
    catalogue.put(capture(1, 'running'));
    catalogue.remove('c1');
    catalogue.remove('c1');
    assert.equal(changes, 2);
  });
});
