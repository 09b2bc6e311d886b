import { SNAPLEN_DEFAULT } from './start-request.js';

/** A word as POSIX shells read it: as it is where nothing in it means something to them, else in single quotes. */
export const shellWord = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);

const DEFAULTS = { engine: 'auto', mode: 'mirror', promiscuous: true, hwtstamp: false, snaplen: SNAPLEN_DEFAULT };
const defaultDirection = (mode) => (mode === 'drop' ? 'in' : 'both');

/** The body of POST /api/captures without what the console takes for granted. */
function needed(body) {
  const given = Object.entries(body).filter(([field, value]) => DEFAULTS[field] !== value);
  return Object.fromEntries(given.filter(([field, value]) => field !== 'direction' || value !== defaultDirection(body.mode)));
}

/** Where the console is, which need not be the root of its server: the folder of one of its pages. */
export const consoleUrl = (page) => new URL('.', page).href.replace(/\/$/, '');

/** The command that starts the same capture by the console at `url`. */
export const curlCommand = (url, body) =>
  ['curl', '-X', 'POST', `${url}/api/captures`, '-H', 'content-type: application/json', '-d', JSON.stringify(needed(body))].map(shellWord).join(' ');

/** The command that shows in Wireshark what a capture of the console at `url` captures from now on. */
export const watchCommand = (url, id) => `${['curl', '-sN', `${url}/api/captures/${id}/live`].map(shellWord).join(' ')} | wireshark -k -i -`;

/** The command that captures the same without a console, into a file of its own. */
export function dumpCommand(body) {
  const { interface: name, interfaces = [name], kind, snaplen, filter, mode, direction, engine, promiscuous, hwtstamp } = needed(body);
  const own = kind === 'recorder' ? recordOptions : dumpOptions;
  const words = ['sudo', 'mgcap', kind === 'recorder' ? 'record' : 'dump', ...interfaces.flatMap((each) => ['-i', each]), '-w', `${interfaces[0]}.pcapng`];
  const option = (value, ...of) => {
    if (value) words.push(...of);
  };
  option(snaplen !== undefined, '-s', String(snaplen));
  option(filter, '-f', filter);
  option(mode, '-m', mode);
  option(direction, '-d', direction);
  option(engine, '--engine', engine);
  own(body, option);
  option(promiscuous === false, '-p');
  option(hwtstamp, '--hwtstamp');
  return words.map(shellWord).join(' ');
}

function dumpOptions({ stop = {}, rotate = {} }, option) {
  option(stop.packets, '-c', String(stop.packets));
  option(stop.seconds, '-a', `seconds:${stop.seconds}`);
  option(stop.bytes, '-a', `bytes:${stop.bytes}`);
  option(rotate.packets, '-b', `packets:${rotate.packets}`);
  option(rotate.seconds, '-b', `${rotate.align ? 'interval' : 'duration'}:${rotate.seconds}`);
  option(rotate.bytes, '-b', `bytes:${rotate.bytes}`);
  option(rotate.files, '-b', `files:${rotate.files}`);
}

function recordOptions({ recorder = {}, triggers = [] }, option) {
  option(recorder.seconds, '-k', `seconds:${recorder.seconds}`);
  option(recorder.bytes, '-k', `bytes:${recorder.bytes}`);
  for (const { packetsPerSecond, bitsPerSecond, filter, loss } of triggers) {
    option(packetsPerSecond, '-o', `packets:${packetsPerSecond}`);
    option(bitsPerSecond, '-o', `bits:${bitsPerSecond}`);
    option(filter, '-o', `filter:${filter}`);
    option(loss, '-o', 'loss');
  }
  // The command has one span for all of its triggers.
  const [first = {}] = triggers;
  for (const [field, name] of [['before', '--before'], ['after', '--after'], ['pauseSeconds', '--pause']]) {
    option(first[field] !== undefined, name, String(first[field]));
  }
}
