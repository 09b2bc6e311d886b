// Prints, as JSON, a request of every kind that the dashboard makes: its method, its path, its query and its body.
import { EVERYTHING, toQuery } from '../../../wwwroot/js/capture-search.js';
import { createApi } from '../../../wwwroot/js/api.js';
import { toForm, toRequest } from '../../../wwwroot/js/start-request.js';

const id = '01990000-0000-7000-8000-000000000001';
const time = '2026-11-22T12:00:00.000000001Z';

const capture = {
  interface: 'lo', name: 'n', comment: 'c', filter: 'tcp', snaplen: 128, engine: 'xdp', mode: 'drop', direction: 'in', promiscuous: false, hwtstamp: true,
  stop: { packets: 5, bytes: 1024, seconds: 1.5 },
  rotate: { packets: 5, bytes: 65536, seconds: 1.5, files: 3, align: true },
};

const part = { from: time, to: time, filter: 'tcp', format: 'pcap', compress: 'gzip' };

/** What each function of the client is called with. */
const calls = {
  system: [],
  disk: [],
  interfaces: [],
  setHwtstamp: ['lo', true],
  validateFilter: ['tcp', 'EN10MB'],
  captures: [{ ...toQuery({ ...EVERYTHING, text: 'web', interface: 'lo' }), limit: 1, cursor: 'x' }],
  capture: [id],
  change: [id, { name: 'n', comment: 'c', pinned: true }],
  start: [{ ...toRequest(toForm(capture)).body, force: true }],
  save: [id, { before: 1, after: 1, name: 'n' }],
  stop: [id],
  samples: [id, time],
  files: [id],
  losses: [id],
  setMode: [id, 'drop', true],
  remove: [id],
  packets: [id, { offset: 0, limit: 1, display: 'tcp', cursor: 'x', at: time, zone: 'Europe/Berlin' }],
  packet: [id, 1, { zone: 'Europe/Berlin' }],
  timeline: [id, { points: 10, from: time, to: time }],
  summary: [id],
  checkDownload: [id, part],
  me: [],
  signIn: [{ token: 't' }],
  signOut: [],
  tokens: [],
  addToken: [{ name: 'n', role: 'viewer', days: 1 }],
  revokeToken: [id],
  schedules: [],
  addSchedule: [{ name: 'n', start: '0 8 * * 1-5', stop: '0 18 * * 1-5', zone: 'Europe/Berlin', capture: toRequest(toForm(capture)).body }],
  changeSchedule: [id, { paused: true }],
  removeSchedule: [id],
};

// They make the addresses of links; the first is asked by checkDownload as well.
const notARequest = new Set(['downloadUrl', 'fileUrl']);

const requests = [];
const api = createApi('/api', async (url, { method, body }) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  requests.push({ method, path: pathname, query: [...searchParams.keys()], body: body ? JSON.parse(body) : null });
  return new Response('{}', { headers: { 'content-type': 'application/json' } });
});

for (const [name, call] of Object.entries(api)) {
  if (notARequest.has(name)) continue;
  if (!calls[name]) throw new Error(`what is ${name} called with? Say so in calls`);
  await call(...calls[name]);
}

console.log(JSON.stringify(requests));
