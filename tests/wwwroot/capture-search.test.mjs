import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { EVERYTHING, finds, isSearch, toQuery } from '../../wwwroot/js/capture-search.js';

const capture = { name: 'Game server', comment: 'after Tuesday', interface: 'eth0', filter: 'udp port 5000', state: 'stopped' };
const search = (more) => ({ ...EVERYTHING, ...more });

describe('a search for captures', () => {
  for (const text of ['', '  ', 'game', 'GAME tuesday', '5000 eth', 'server']) {
    it(`finds by "${text}"`, () => assert.ok(finds(search({ text }), capture)));
  }

  for (const text of ['game x', 'eth1', 'stopped']) {
    it(`does not find by "${text}"`, () => assert.ok(!finds(search({ text }), capture)));
  }

  it('finds by state and interface', () => {
    assert.ok(finds(search({ state: 'stopped', interface: 'eth0' }), capture));
    assert.ok(finds(search({ interface: 'eth1' }), { ...capture, interface: 'eth0, eth1', interfaces: ['eth0', 'eth1'] }));
    assert.ok(!finds(search({ interface: 'eth' }), { ...capture, interface: 'eth0, eth1', interfaces: ['eth0', 'eth1'] }));
    assert.ok(!finds(search({ state: 'failed' }), capture));
    assert.ok(!finds(search({ interface: 'eth' }), capture));
  });

  it('finds in a capture without words of its own', () => assert.ok(!finds(search({ text: 'a' }), { name: '', filter: null, interface: 'x' })));

  it('asks for what has ended, unless for one state of those', () => {
    assert.deepEqual(toQuery(search({ text: ' Two  words ' })), { state: 'ended', interface: '', text: 'Two words' });
    assert.equal(toQuery(search({ state: 'failed' })).state, 'failed');
  });

  it('is none where nothing was asked for', () => {
    assert.ok(!isSearch(search({ text: '  ' })));
    assert.ok(isSearch(search({ state: 'failed' })));
  });
});

describe('capital letters and accents of every script', () => {
  // The console's tests read the same list.
  for (const [name, text, found] of JSON.parse(readFileSync(new URL('support/folded.json', import.meta.url), 'utf8'))) {
    it(`"${text}" ${found ? 'finds' : 'does not find'} "${name}"`, () => assert.equal(finds(search({ text }), { name }), found));
  }
});
