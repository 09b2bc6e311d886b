import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { consoleUrl, curlCommand, dumpCommand, shellWord, watchCommand } from '../../wwwroot/js/commands.js';

const plain = { interface: 'eth0', engine: 'auto', mode: 'mirror', direction: 'both', promiscuous: true, snaplen: 96 };

/** The words that a shell makes of a command, without running it. */
const words = (command) => execFileSync('/bin/sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`]).toString().split('\0').slice(0, -1);

describe('a word for the shell', () => {
  it('is left alone where it means nothing else', () => assert.equal(shellWord('eth0.100:1'), 'eth0.100:1'));

  for (const text of ['', ' ', 'tcp port 443', "it's", "''", '$HOME `id` $(id)', 'a\nb', '*', '~', '!!', '"', '\\', 'a;b|c&d<e>f', 'ä', '-x', '#', '{a,b}', "'; rm -rf / '"]) {
    it(`arrives as ${JSON.stringify(text)}`, () => assert.deepEqual(words(shellWord(text)), [text]));
  }
});

describe('the address of the console', () => {
  for (const [page, url] of [
    ['http://127.0.0.1:5080/', 'http://127.0.0.1:5080'],
    ['http://127.0.0.1:5080/index.html?x#name', 'http://127.0.0.1:5080'],
    ['https://tools.example/mgcap/', 'https://tools.example/mgcap'],
    ['https://tools.example/net/mgcap/index.html', 'https://tools.example/net/mgcap'],
    ['http://[::1]:5080/#a/b', 'http://[::1]:5080'],
  ])
    it(`of ${page}`, () => assert.equal(consoleUrl(page), url));
});

describe('the commands that start the same', () => {
  it('say only what is not taken for granted', () => {
    assert.equal(
      curlCommand('http://127.0.0.1:5080', plain),
      `curl -X POST http://127.0.0.1:5080/api/captures -H 'content-type: application/json' -d '{"interface":"eth0"}'`,
    );
    assert.equal(dumpCommand(plain), 'sudo mgcap dump -i eth0 -w eth0.pcapng');
    assert.equal(dumpCommand({ ...plain, interface: undefined, interfaces: ['eth1', 'eth0'] }), 'sudo mgcap dump -i eth1 -i eth0 -w eth1.pcapng');
  });

  it('say everything else', () => {
    const body = {
      interface: 'eth0', name: "noon's peak", comment: 'a "b" $c', filter: 'tcp[0] & 1 != 0 or host 10.0.0.1', snaplen: 262144, engine: 'xdp', mode: 'drop',
      direction: 'both', promiscuous: false, hwtstamp: true, stop: { packets: 5, bytes: 1024, seconds: 1.5 },
      rotate: { packets: 7, bytes: 65536, seconds: 60, files: 3, align: true },
    };
    assert.deepEqual(JSON.parse(words(curlCommand('http://[::1]:5080', body)).at(-1)), body);
    assert.deepEqual(words(dumpCommand(body)), [
      'sudo', 'mgcap', 'dump', '-i', 'eth0', '-w', 'eth0.pcapng', '-s', '262144', '-f', body.filter, '-m', 'drop', '-d', 'both', '--engine', 'xdp',
      '-c', '5', '-a', 'seconds:1.5', '-a', 'bytes:1024', '-b', 'packets:7', '-b', 'interval:60', '-b', 'bytes:65536', '-b', 'files:3', '-p', '--hwtstamp',
    ]);
  });

  it('keep a recorder in memory', () => {
    const recorder = { ...plain, kind: 'recorder', recorder: { seconds: 600, bytes: 1_048_576 } };
    assert.equal(dumpCommand({ ...plain, kind: 'recorder' }), 'sudo mgcap record -i eth0 -w eth0.pcapng');
    assert.deepEqual(
      words(dumpCommand({ ...recorder, filter: 'ip', triggers: [{ packetsPerSecond: 9, bitsPerSecond: 1e9, filter: 'udp port 53', loss: true, before: 30, after: 0, pauseSeconds: 1.5 }] })),
      ['sudo', 'mgcap', 'record', '-i', 'eth0', '-w', 'eth0.pcapng', '-f', 'ip', '-k', 'seconds:600', '-k', 'bytes:1048576', '-o', 'packets:9', '-o', 'bits:1000000000',
        '-o', 'filter:udp port 53', '-o', 'loss', '--before', '30', '--after', '0', '--pause', '1.5'],
    );
  });

  it('show a capture that runs in Wireshark', () => {
    assert.equal(watchCommand('http://127.0.0.1:5080', 'ID'), 'curl -sN http://127.0.0.1:5080/api/captures/ID/live | wireshark -k -i -');
  });

  it('leave out the direction that a mode has by itself', () => {
    assert.doesNotMatch(dumpCommand({ ...plain, mode: 'drop', direction: 'in' }), /-d/);
    assert.match(dumpCommand({ ...plain, direction: 'in' }), /-d in/);
    assert.match(dumpCommand({ ...plain, mode: 'drop', direction: 'both' }), /-d both/);
  });

  it('leave out a snaplen that was left empty, and limits of 0', () => {
    const { snaplen, ...rest } = plain;
    assert.equal(snaplen, 96);
    assert.equal(dumpCommand({ ...rest, stop: { packets: 0 } }), dumpCommand(plain));
  });
});
