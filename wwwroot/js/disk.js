import { bytes, si } from './format.js';

/** How a capture's file is written, by the API's word for it. */
export const WRITTEN = { direct: 'past the page cache', buffered: 'through the page cache' };
const MEMORY_SECONDS = 0.1;

/** What a measurement of the disk says, for people. */
export function diskText({ fileIo, bytesPerSecond, slowestWriteSeconds, holds }) {
  const rates = holds.map(({ capturedLength, packetsPerSecond }) => `${si(packetsPerSecond)} packets a second of ${capturedLength} bytes`);
  const stalled = slowestWriteSeconds > MEMORY_SECONDS ? ` Once it took ${si(slowestWriteSeconds * 1000)} ms for a MiB: at high rates packets are lost meanwhile.` : '';
  return `The disk took ${bytes(bytesPerSecond)} a second, ${WRITTEN[fileIo] ?? fileIo}: ${rates.join(', or ')}.${stalled}`;
}
