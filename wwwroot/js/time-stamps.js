import { count } from './format.js';

const SOURCES = { software: 'the kernel (software)', hardware: 'the network card (hardware)' };
const NANOSECONDS = 1e9;

/** Who stamped a capture's packets. */
export const stampedBy = ({ timestampSource }) => SOURCES[timestampSource] ?? timestampSource ?? '';

/** What there is to know of a network card's stamps: its clock beside UTC, and packets that it did not stamp. Empty with the kernel's. */
export function stampsInDetail({ clock, statistics }) {
  const unstamped = statistics?.softwareStamped ?? 0;
  return [clock && clockInWords(clock), unstamped > 0 && `${count(unstamped)} of the packets were stamped by the kernel.`].filter(Boolean).join(' ');
}

function clockInWords({ device, offsetNanoseconds, driftPartsPerBillion, looksLikeTai, steps, error }) {
  const seconds = (Math.abs(offsetNanoseconds) / NANOSECONDS).toFixed(9);
  const facts = [`${device} is ${seconds}\u00a0s ${offsetNanoseconds < 0 ? 'behind' : 'ahead of'} UTC${looksLikeTai ? ', as TAI is' : ''}`];
  if (Math.round(driftPartsPerBillion) !== 0) facts.push(`drifts by ${count(driftPartsPerBillion)}\u00a0ppb`);
  if (steps > 0) facts.push(`was set ${steps === 1 ? 'once' : `${count(steps)} times`} meanwhile`);
  return `${facts.join(', ')}; corrected.${error ? ` It could not be measured last: ${error}` : ''}`;
}
