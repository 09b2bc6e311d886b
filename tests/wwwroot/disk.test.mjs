import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diskText } from '../../wwwroot/js/disk.js';

const measured = {
  fileIo: 'direct',
  bytesPerSecond: 1.25 * 2 ** 30,
  slowestWriteSeconds: 0.004,
  holds: [{ capturedLength: 96, packetsPerSecond: 9_800_000 }, { capturedLength: 1514, packetsPerSecond: 860_000 }],
};

describe('what the disk takes', () => {
  it('is said as bytes and as packets', () => {
    assert.equal(diskText(measured).replaceAll('\u00a0', ' '),
      'The disk took 1.25 GiB a second, past the page cache: 9.80 M packets a second of 96 bytes, or 860 k packets a second of 1514 bytes.');
  });

  it('says where it stalled', () => {
    assert.match(diskText({ ...measured, fileIo: 'buffered', slowestWriteSeconds: 0.75 }), /through the page cache.* Once it took 750 ms/);
  });
});
