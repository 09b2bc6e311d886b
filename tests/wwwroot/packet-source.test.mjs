import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PacketPages } from '../../wwwroot/js/packet-pages.js';
import { createPacketSource } from '../../wwwroot/js/packet-source.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const packet = (number) => ({ number, time: `2026-01-01T00:00:${String(number % 60).padStart(2, '0')}.000000000Z` });
const span = (from, to) => Array.from({ length: Math.max(to - from, 0) }, (_, at) => packet(from + at + 1));

/** A console with `total` packets, every tenth of which matches; it scans 100 for each request. */
function consoleWith({ total = 1000 } = {}) {
  const asked = [];
  const api = {
    total,
    fail: null,
    async packets(_id, query, signal) {
      asked.push(query);
      await null;
      if (signal?.aborted) throw new DOMException('gone', 'AbortError');
      if (api.fail) throw api.fail;
      if (query.display === 'wrong') throw Object.assign(new Error('"wrong" is not a field'), { status: 422, code: 'filter_invalid' });
      if (query.display) {
        const from = Number(query.cursor ?? 0);
        const to = Math.min(from + 100, api.total);
        const rows = span(from, to).filter(({ number }) => number % 10 === 0);
        return { total: null, dissector: 'sharkd', rows, scannedTo: to, notSearched: from === 100 ? 7 : 0, next: to < api.total ? String(to) : null };
      }
      const offset = query.at ? api.total - 5 : query.offset;
      return { total: api.total, offset, dissector: 'sharkd', next: null, rows: span(offset, Math.min(offset + query.limit, api.total)) };
    },
  };
  return { api, asked };
}

describe('pages of rows', () => {
  it('forgets those that were used longest ago', () => {
    const pages = new PacketPages({ size: 10, keep: 2 });
    for (const page of [0, 1]) pages.put(page, span(page * 10, page * 10 + 10), 100);
    assert.deepEqual(pages.missing(0, 9, 100), []);
    pages.put(2, span(20, 30), 100);
    assert.deepEqual(pages.missing(0, 29, 100), [1]);
    assert.equal(pages.row(25).number, 26);
    assert.equal(pages.row(15), undefined);
  });

  it('asks for a last page again only when the list has grown', () => {
    const pages = new PacketPages({ size: 10 });
    pages.put(0, span(0, 4), 4);
    assert.deepEqual(pages.missing(0, 9, 4), []);
    assert.deepEqual(pages.missing(0, 9, 5), [0]);
    assert.deepEqual(pages.missing(0, 25, 25), [0, 1, 2]);
  });
});

describe('all packets', () => {
  it('are fetched where the list looks, and not again', async () => {
    const { api, asked } = consoleWith();
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    source.look(910, 930);
    await settle();
    source.look(915, 935);
    await settle();
    assert.deepEqual(asked.map(({ offset }) => offset), [0, 900]);
    assert.equal(source.row(912).number, 913);
    assert.equal(source.row(500), undefined);
    assert.equal(source.numberAt(500), 501);
    assert.equal(source.state().count, 1000);
  });

  it('that were passed by are not waited for', async () => {
    const { api, asked } = consoleWith({ total: 100_000 });
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    for (let at = 0; at < 50_000; at += 500) source.look(at, at + 20);
    await settle();
    assert.ok(source.row(49_510));
    assert.ok(asked.length < 10, `${asked.length} requests`);
  });

  it('are asked for again after a console that could not, but not after one that would not', async () => {
    for (const [status, again] of [[0, true], [503, true], [404, false]]) {
      const { api, asked } = consoleWith();
      api.fail = Object.assign(new Error('no'), { status });
      const source = createPacketSource(api, 'c', () => {}, { retry: 1 });
      source.look(0, 20);
      await settle();
      assert.match(source.state().problem, /could not be read: no/);
      api.fail = null;
      await settle();
      assert.equal(source.state().known, again, String(status));
      assert.equal(asked.length > 1, again);
    }
  });

  it('grow with a capture that runs', async () => {
    const { api } = consoleWith({ total: 30 });
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 50);
    await settle();
    api.total = 45;
    await source.grow();
    await settle();
    assert.equal(source.state().count, 45);
    assert.equal(source.row(44).number, 45);
  });

  it('are found by number and by time', async () => {
    const { api } = consoleWith();
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    assert.deepEqual(source.place(700), { index: 699, exact: true });
    assert.equal(source.place(1001).exact, false);
    assert.equal(await source.placeAt('2026-01-01T00:00:00Z'), 995);
  });
});

describe('matches of a display filter', () => {
  it('come slice by slice until the end', async () => {
    const { api } = consoleWith({ total: 350 });
    const progress = [];
    const source = createPacketSource(api, 'c', () => progress.push(source.state().search?.scannedTo));
    source.look(0, 20);
    await settle();
    await source.search('some');
    assert.deepEqual(progress.filter((at) => at > 0), [100, 200, 300, 350]);
    const { search, count, filtered } = source.state();
    assert.deepEqual([search.state, count, filtered, search.notSearched], ['done', 35, true, 7]);
    assert.equal(source.numberAt(34), 350);
    assert.deepEqual(source.place(120), { index: 11, exact: true });
    assert.deepEqual(source.place(121), { index: 12, exact: false });
  });

  it('leave the list as it is where the filter is wrong', async () => {
    const { api } = consoleWith();
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    await source.search('wrong');
    assert.deepEqual([source.state().filtered, source.state().count, source.state().search.problem], [false, 1000, '"wrong" is not a field']);
    await source.search('some');
    await source.search('wrong');
    assert.deepEqual([source.state().filtered, source.state().count], [true, 100]);
    source.clear();
    assert.deepEqual([source.state().filtered, source.state().count, source.state().search], [false, 1000, null]);
  });

  it('pause after many, and when they are told to', async () => {
    const { api } = consoleWith();
    const source = createPacketSource(api, 'c', () => {}, { pause: 30 });
    source.look(0, 20);
    await settle();
    await source.search('some');
    assert.deepEqual([source.state().search.state, source.state().search.scannedTo], ['paused', 300]);
    const going = source.resume();
    source.stop();
    await going;
    assert.equal(source.state().search.state, 'paused');
    await source.resume();
    await source.resume();
    await source.resume();
    assert.equal(source.state().count, 100);
    assert.equal(source.state().search.state, 'done');
  });

  it('are looked for in what came since, once the list grows', async () => {
    const { api, asked } = consoleWith({ total: 150 });
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    await source.search('some');
    api.total = 230;
    await source.grow();
    await settle();
    const { search, count, total } = source.state();
    assert.deepEqual([search.state, search.scannedTo, count, total], ['done', 230, 23, 230]);
    assert.deepEqual(asked.filter(({ display }) => display).map(({ cursor }) => cursor ?? null), [null, '100', '150']);
  });

  it('of a filter that was given up do not come', async () => {
    const { api } = consoleWith();
    const source = createPacketSource(api, 'c', () => {});
    source.look(0, 20);
    await settle();
    const first = source.search('some');
    source.search('other');
    await first;
    await settle();
    assert.equal(source.state().search.display, 'other');
    assert.equal(source.state().count, 100);
  });

  it('that failed on the way can be gone on with', async () => {
    const { api } = consoleWith();
    let away = true;
    const source = createPacketSource(api, 'c', () => {
      api.fail = away && source.state().search?.scannedTo === 200 ? new Error('away') : null;
    });
    source.look(0, 20);
    await settle();
    await source.search('some');
    assert.deepEqual([source.state().search.state, source.state().search.problem, source.state().count], ['failed', 'away', 20]);
    away = false;
    api.fail = null;
    await source.resume();
    assert.deepEqual([source.state().search.state, source.state().search.problem, source.state().count], ['done', '', 100]);
  });
});

describe('a capture that has removed its oldest files', () => {
  it('is read again from the start, with the search that was made', async () => {
    const { api, asked } = consoleWith({ total: 150 });
    const source = createPacketSource(api, 'id', () => {});
    source.look(0, 20);
    await settle();
    assert.equal(source.row(0).number, 1);
    await source.search('udp');
    const before = asked.length;
    api.total = 120;
    await source.restart();
    assert.equal(source.state().search.matches, 12);
    source.clear();
    await settle();
    assert.equal(source.state().total, 120);
    assert.ok(asked.slice(before).some((query) => query.offset === 0), 'the rows that were known are asked for again');
  });
});

describe('a console that refuses', () => {
  it('is asked once, and again when the reader looks elsewhere', async () => {
    const { api, asked } = consoleWith();
    api.fail = Object.assign(new Error('no such capture'), { status: 404, code: 'capture_not_found' });
    const source = createPacketSource(api, 'id', () => source.look(0, 0));
    source.look(0, 0);
    await settle();
    assert.equal(asked.length, 1);
    assert.match(source.state().problem, /no such capture/);
    api.fail = null;
    source.look(0, 50);
    await settle();
    assert.equal(source.state().total, 1000);
    assert.equal(source.state().problem, '');
  });
});
