import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filesInWords, hasFiles, removedPackets } from '../../wwwroot/js/rotation.js';

const file = (packets = 10) => ({ name: 'a.pcapng', bytes: 1, packets });

describe('files of a capture', () => {
  it('are one where nothing else was asked for', () => {
    assert.equal(filesInWords({ files: [file()], rotate: null }), 'one');
    assert.equal(hasFiles({ files: [file()] }), false);
  });

  it('say when a new one begins and how many stay', () => {
    const capture = { files: [file(), file()], rotate: { packets: 1000, seconds: 60, bytes: 1024 ** 2, files: 2, align: false } };
    assert.match(filesInWords(capture), /^2, a new one after 1,000 packets or 60 s or 1\.00.MiB; the newest 2 are kept$/u);
    assert.match(filesInWords({ ...capture, rotate: { seconds: 60, align: true } }), /^2, a new one after each whole multiple of 60 s$/);
    assert.ok(hasFiles(capture));
    assert.ok(hasFiles({ files: [file(), file()] }));
  });

  it('that were removed are told of when the capture has ended', () => {
    const capture = { state: 'stopped', stoppedAt: '2026-11-22T12:00:00Z', statistics: { captured: 75 }, files: [file(), file(5)], rotate: { packets: 10, files: 2 } };
    assert.equal(removedPackets(capture), 60);
    assert.equal(removedPackets({ ...capture, state: 'running', stoppedAt: null }), 0);
    assert.equal(removedPackets({ ...capture, rotate: { packets: 10, files: 0 } }), 0);
  });
});
