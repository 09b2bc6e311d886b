import { count } from './format.js';
import { SNAPLEN_FULL } from './start-request.js';

const LONG_SNAPLEN = 256;

/**
 * What can be done about losses at a stage, the most helpful first: `{ text, command? }`. `imbalance` is what is said of unevenly
 * filled queues, where they are.
 */
export function lossAdvice(stage, capture, imbalance = '') {
  return { nic: isAny(capture) ? oneInterface : nicAdvice, ring: ringAdvice, writer: writerAdvice }[stage](capture, imbalance);
}

const isAny = ({ interface: name }) => name === 'any';

/** "any" is no device that could be asked, has one ring, and takes one engine. */
const oneInterface = () => [{ text: 'Capture the interface that matters, and not any: it has rings for its queues, and faster engines.' }];

function nicAdvice(capture, imbalance) {
  return [
    { text: 'Give the card more buffers: the first command shows how many it has and can have.', command: forEach(capture, (name) => [`ethtool -g ${name}`, `ethtool -G ${name} rx 4096`]) },
    spread(capture, imbalance),
  ];
}

function ringAdvice(capture, imbalance) {
  return [
    ...keepLess(capture),
    capture.mode !== 'drop' && capture.canDrop && { text: 'If nothing here needs the packets, drop mode saves the work of passing them on.' },
    capture.engine === 'packet' && !isAny(capture) && { text: 'The engine xdp takes packets earlier and with less work, where the interface lets it.' },
    ...(isAny(capture) ? oneInterface() : [spread(capture, imbalance)]),
  ].filter(Boolean);
}

function writerAdvice(capture) {
  return [
    ...keepLess(capture),
    { text: 'Put the console’s data directory on a faster disk, or make room on it (option MgCap:DataDirectory).' },
  ];
}

function keepLess({ snaplen, filter }) {
  return [
    snaplen > LONG_SNAPLEN && { text: `Keep less of each packet: headers fit in 96 bytes, and ${snaplen >= SNAPLEN_FULL ? 'whole packets' : count(snaplen)} are kept now.` },
    !filter && { text: 'Capture only what you look for, with a capture filter: the rest costs next to nothing.' },
  ].filter(Boolean);
}

const forEach = ({ interface: name, interfaces = [name] }, commands) => interfaces.flatMap(commands).join('\n');

const spread = (capture, imbalance) => ({
  text: imbalance ? `${imbalance} Spread packets over more queues.` : 'Spread packets over more queues, each of which is read on its own.',
  command: forEach(capture, (name) => [`ethtool -l ${name}`, `ethtool -x ${name}`]),
});
