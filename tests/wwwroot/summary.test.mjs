import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressFilter, conversationFilter } from '../../wwwroot/js/display-filters.js';
import { kindOf } from '../../wwwroot/js/protocols.js';
import { bars, lengthLabel } from '../../wwwroot/js/shares.js';

describe('display filters from the summary', () => {
  it('know addresses by their form, and take nothing else', () => {
    assert.equal(addressFilter('10.0.0.1'), 'ip.addr == 10.0.0.1');
    assert.equal(addressFilter('2001:db8::1'), 'ipv6.addr == 2001:db8::1');
    assert.equal(addressFilter('02:00:00:aa:BB:01'), 'eth.addr == 02:00:00:aa:BB:01');
    for (const text of ['', null, 'host.example', '10.0.0.1 || 1', '<script>']) assert.equal(addressFilter(text), null);
  });

  it('name both ends of a conversation, and ports where there are some', () => {
    assert.equal(conversationFilter({ a: '10.0.0.1', b: '10.0.0.2', protocol: 'UDP', aPort: 4000, bPort: 53 }), 'ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && udp.port == 4000 && udp.port == 53');
    assert.equal(conversationFilter({ a: '::1', b: '::2', protocol: 'ICMPv6', aPort: null, bPort: 0 }), 'ipv6.addr == ::1 && ipv6.addr == ::2');
    assert.equal(conversationFilter({ a: '10.0.0.1', b: '10.0.0.2', protocol: 'tcp', aPort: 7, bPort: 7 }), 'ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && tcp.port == 7');
    assert.equal(conversationFilter({ a: '?', b: '10.0.0.2' }), null);
  });
});

describe('bars', () => {
  it('are as long as their share of the largest, and say their share of the whole', () => {
    const rows = [{ packets: 50 }, { packets: 25 }, { packets: 0 }];
    assert.deepEqual(bars(rows, 200).map(({ level, part }) => [level, part]), [[1, 0.25], [0.5, 0.125], [0, 0]]);
    assert.deepEqual(bars([{ packets: 0 }], 0).map(({ level, part }) => [level, part]), [[0, NaN]]);
    assert.deepEqual(bars([], 10), []);
    assert.deepEqual(bars([{ packets: 1, wireBytes: 60 }], 120, 'wireBytes').map(({ part }) => part), [0.5]);
  });

  it('name lengths by both ends', () => {
    assert.deepEqual([{ from: 64, to: 127 }, { from: 60, to: 60 }, { from: 9000, to: null }].map(lengthLabel), ['64–127\u00a0B', '60\u00a0B', '9000\u00a0B and more']);
  });
});

describe('kinds of protocols', () => {
  it('cover what Wireshark calls them', () => {
    const kinds = { TCP: 'tcp', UDP: 'udp', DNS: 'names', MDNS: 'names', 'TLSv1.2': 'secure', QUIC: 'secure', 'HTTP/JSON': 'web', ARP: 'control', ICMPv6: 'control', '802.11': 'other', '': 'other' };
    for (const [protocol, kind] of Object.entries(kinds)) assert.equal(kindOf(protocol), kind, protocol);
    assert.equal(kindOf(null), 'other');
  });
});
