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
      const wanted = all.filter(({ state }) => !query.state || state === query.state);
      const from = Number(query.cursor ?? 0);
      const next = from + query.limit;
      return { captures: wanted.slice(from, next), nextCursor: next < wanted.length ? String(next) : null };
    },
  };
}

describe('the catalogue', () => {
  it('knows a running capture however old', async () => {
    const catalogue = createCatalogue(consoleWith(120), () => {});
    assert.equal(catalogue.state().known, false);
    await catalogue.refresh();
    const { running, finished, more, known } = catalogue.state();
    assert.deepEqual([running.length, finished.length, more, known], [1, 50, true, true]);
  });

  it('fetches further by cursor until there is no more', async () => {
    const catalogue = createCatalogue(consoleWith(120), () => {});
    await catalogue.refresh();
    await catalogue.more();
    assert.equal(catalogue.state().finished.length, 100);
    await catalogue.more();
    assert.deepEqual([catalogue.state().finished.length, catalogue.state().more], [119, false]);
  });

  it('takes two quick calls for more as one', async () => {
    const server = consoleWith(120);
    const catalogue = createCatalogue(server, () => {});
    await catalogue.refresh();
    server.queries.length = 0;
    await Promise.all([catalogue.more(), catalogue.more()]);
    assert.equal(server.queries.length, 1);
  });

  it('after a reconnect shows as many pages as before', async () => {
    const server = consoleWith(120);
    const catalogue = createCatalogue(server, () => {});
    await catalogue.refresh();
    await catalogue.more();
    server.all.splice(3, 1);
    await catalogue.refresh();
    const ids = catalogue.state().finished.map(({ id }) => id);
    assert.equal(ids.length, 100);
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
