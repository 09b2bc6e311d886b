import { isFinished } from './captures.js';
import { bytes, count } from './format.js';
import { isRecorder } from './recorder.js';

/** Of a capture that keeps its newest files, and of any other: how many there are, when one begins, how many stay. */
export function filesInWords(capture) {
  const { rotate, files = [] } = capture;
  if (isRecorder(capture)) return 'none: a recorder keeps packets in memory';
  if (!rotate) return files.length === 1 ? 'one' : count(files.length);
  const after = [
    rotate.packets && `${count(rotate.packets)} packets`,
    rotate.seconds && (rotate.align ? `each whole multiple of ${rotate.seconds} s` : `${rotate.seconds} s`),
    rotate.bytes && bytes(rotate.bytes),
  ].filter(Boolean);
  return `${count(files.length)}, a new one after ${after.join(' or ')}${rotate.files ? `; the newest ${count(rotate.files)} are kept` : ''}`;
}

/** Whether its files are worth a list. */
export const hasFiles = (capture) => Boolean(capture.rotate) || (capture.files ?? []).length > 1;

/** Packets in the files that are there. */
export const readablePackets = (capture) => (capture.files ?? []).reduce((sum, file) => sum + file.packets, 0);

/** Packets that were captured and whose files a capture has removed since, as it was asked to. */
export function removedPackets(capture) {
  if (!capture.rotate?.files || !isFinished(capture)) return 0;
  return Math.max((capture.statistics?.captured ?? 0) - readablePackets(capture), 0);
}
