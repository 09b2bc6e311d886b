import { duration } from './format.js';

/** What a schedule is called: its name, or what it captures. */
export const nameOf = ({ name, capture }) => name || interfacesOf(capture) || 'Unnamed';

/** When it starts and stops, as it was asked for. */
export const whenOf = ({ start, stop, zone }) => `Starts at ${start}${stop ? `, stops at ${stop}` : ''} (${zone})`;

/** What it captures, in a few words. */
export function whatOf({ capture }) {
  const { mode = 'mirror', filter, kind, rotate, stop } = capture;
  return [
    interfacesOf(capture),
    kind === 'recorder' && 'flight recorder',
    mode === 'drop' && 'drop',
    filter ? `filter ${filter}` : 'no filter',
    rotate && 'several files',
    stop?.seconds && `for ${duration(stop.seconds)}`,
  ].filter(Boolean).join(' · ');
}

/** Its state, in a word. */
export const stateOf = ({ paused, running }) => (running ? 'running' : paused ? 'paused' : 'waiting');

const interfacesOf = ({ interface: name, interfaces }) => (interfaces ?? [name]).filter(Boolean).join(', ');
