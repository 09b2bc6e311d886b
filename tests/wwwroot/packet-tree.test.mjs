import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asciiOf, fromBase64, hexDump, hexText } from '../../wwwroot/js/packet-bytes.js';
import { keysOf, pathToByte, textOf, visibleLines } from '../../wwwroot/js/packet-tree.js';

const field = (label, start, length, fields = []) => ({ label, start, length, fields });
const layers = [
  { name: 'Ethernet II', summary: 'Ethernet II, Src: a', start: 0, length: 14, fields: [field('Destination: b', 0, 6, [field('Address: b', 0, 6), field('LG bit', 0, 3)]), field('Source: a', 6, 6)] },
  { name: 'IP', summary: 'IP', start: 14, length: 20, fields: [field('Version: 4', 14, 1), field('Header Length: 20', 14, 1), field('Generated', 0, 0)] },
];

describe('a packet\'s tree', () => {
  it('shows what is open', () => {
    const lines = visibleLines(layers, new Set(['/Ethernet II', '/Ethernet II/Destination', '/IP/Options']));
    assert.deepEqual(lines.map(({ node, level, open, parent }) => [textOf(node), level, open, parent]), [
      ['Ethernet II, Src: a', 1, true, -1], ['Destination: b', 2, true, 0], ['Address: b', 3, null, 1], ['LG bit', 3, null, 1],
      ['Source: a', 2, null, 0], ['IP', 1, false, -1],
    ]);
    assert.deepEqual(lines.map(({ position, size }) => `${position}/${size}`), ['1/2', '1/2', '1/2', '2/2', '2/2', '2/2']);
  });

  it('does not show thousands of fields unasked', () => {
    const many = [{ name: 'Many', fields: Array.from({ length: 2000 }, (_, i) => field(`Item ${i}`, 0, 1)) }];
    const lines = visibleLines(many, new Set(['/Many']), new Set(), 100);
    assert.equal(lines.length, 102);
    assert.deepEqual([lines.at(-1).more, lines.at(-1).key], [1900, '/Many']);
    assert.equal(visibleLines(many, new Set(['/Many']), new Set(['/Many']), 100).length, 2001);
  });

  it('may be as deep as a packet can make it', () => {
    let node = field('x', 0, 1);
    for (let depth = 0; depth < 20_000; depth++) node = field('x', 0, 1, [node]);
    assert.equal(visibleLines([node], new Set()).length, 1);
    assert.equal(pathToByte([node], 0).length, 20_001);
  });

  it('leads from a byte to the smallest field that holds it', () => {
    assert.deepEqual(pathToByte(layers, 1).map(textOf), ['Ethernet II, Src: a', 'Destination: b', 'LG bit']);
    assert.deepEqual(pathToByte(layers, 5).map(textOf), ['Ethernet II, Src: a', 'Destination: b', 'Address: b']);
    assert.deepEqual(pathToByte(layers, 14).map(textOf), ['IP', 'Header Length: 20']);
    assert.deepEqual(pathToByte(layers, 30).map(textOf), ['IP']);
    assert.deepEqual(pathToByte(layers, 99), []);
    assert.deepEqual(keysOf(pathToByte(layers, 5)), ['/Ethernet II', '/Ethernet II/Destination', '/Ethernet II/Destination/Address']);
  });
});

describe('a packet\'s bytes', () => {
  it('are read from base64 and written in hex', () => {
    assert.deepEqual([...fromBase64('AP8gQQ==')], [0, 255, 32, 65]);
    assert.equal(fromBase64(null).length, 0);
    assert.equal(hexText(fromBase64('AP8gQQ==')), '00 ff 20 41');
    assert.deepEqual([0x1f, 0x20, 0x7e, 0x7f, 0xff].map(asciiOf), ['.', ' ', '~', '.', '.']);
  });

  it('make a dump with lines of one width', () => {
    const lines = hexDump(Uint8Array.from({ length: 18 }, (_, i) => 0x30 + i)).split('\n');
    assert.equal(lines[0], '0000  30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?');
    assert.equal(lines[1].indexOf('@A'), lines[0].indexOf('01234'));
    assert.equal(hexDump(new Uint8Array()), '');
  });
});
