import { bitRate, count } from './format.js';

/** Whether a capture's packets are in memory alone, so that there is none to read or to download. */
export const isRecorder = (capture) => capture?.kind === 'recorder';

/** When a recorder is saved from without a call, a sentence for each trigger. */
export const triggersInWords = ({ triggers = [] }) => triggers.map(({ packetsPerSecond, bitsPerSecond, filter, loss, before, after, pauseSeconds }) => {
  const when = [
    packetsPerSecond && `${count(packetsPerSecond)} packets/s are reached`,
    bitsPerSecond && `${bitRate(bitsPerSecond)} are reached`,
    filter && `a packet matches ${filter}`,
    loss && 'a packet is lost',
  ].filter(Boolean).join(', or ');
  return `As soon as ${when}: ${before} s before and ${after} s after are saved${pauseSeconds ? `, then nothing more for ${pauseSeconds} s` : ''}.`;
});

/** The body of POST …/save from what the form holds; what is wrong with it, where it is no number. */
export function toSave({ before, after, name }) {
  const body = {};
  for (const [field, text] of [['before', before], ['after', after]]) {
    const trimmed = text.trim();
    if (trimmed === '') continue;
    if (!/^[-+]?\d+(\.\d+)?$/.test(trimmed)) return { body, problem: `Seconds ${field === 'before' ? 'before now' : 'after'} must be a number.` };
    body[field] = Number(trimmed);
  }
  if (name.trim()) body.name = name.trim();
  return { body, problem: '' };
}
