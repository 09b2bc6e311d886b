import { showAccount } from './account.js';
import { createApi } from './api.js';
import { isFinished } from './captures.js';
import { createCatalogue } from './catalogue.js';
import { createCapturesList } from './components/captures-list.js';
import { createConfirmDialog } from './components/confirm-dialog.js';
import { createInterfaces } from './components/interfaces.js';
import { createPageHeader } from './components/page-header.js';
import { createRunningList } from './components/running-list.js';
import { createStartCommands } from './components/start-commands.js';
import { createStartForm } from './components/start-form.js';
import { ANY } from './interfaces.js';
import { createLive, hubConnection } from './live.js';
import { openStorage } from './storage.js';

const POLL_MS = 3000;
const SYSTEM_EVERY = 3;

let connectedBefore = false;

const api = createApi();
const catalogue = createCatalogue(api, update);
const state = { connection: 'connecting', system: null, interfaces: null, interfacesProblem: '', selected: null };

const live = createLive(hubConnection(), {
  state(connection) {
    state.connection = connection;
    update();
  },
  connected,
  captureChanged(capture) {
    catalogue.put(capture);
    if (isFinished(capture)) fetchSystem();
  },
  captureDeleted: catalogue.remove,
  sample: (sample) => runningList.sample(sample),
  interfaceRates: (rates) => interfaces.rates(rates),
});

const element = (id) => document.getElementById(id);
const pageHeader = createPageHeader(element('page-header'));
const interfaces = createInterfaces(element('interfaces'), { api, onSelect: select, onSwitched: switched });
const confirmDrop = createConfirmDialog(element('confirm-drop-dialog'));
const startCommands = createStartCommands(element('commands'));
const startForm = createStartForm(element('start-form'), {
  api,
  storage: openStorage(),
  confirmDrop,
  onSelect: select,
  onChanged: startCommands.update,
  onStarted: started,
});
const runningList = createRunningList(element('running'), { api, live, confirmDrop, onChanged: catalogue.put });
const capturesList = createCapturesList(element('finished'), {
  api,
  confirm: createConfirmDialog(element('confirm')),
  onChanged: catalogue.put,
  onDeleted: catalogue.remove,
  onMore: catalogue.more,
  onRepeat: startForm.repeat,
  onSearch: catalogue.search,
});

function update() {
  const { running, finished, known, problem, ...list } = catalogue.state();
  const { connection } = state;
  pageHeader.update(state);
  // While the header says "reconnecting", what is known stays as it is, without a message in every corner.
  const quiet = connection !== 'live';
  interfaces.update({ ...state, problem: quiet && state.interfaces ? '' : state.interfacesProblem });
  startForm.update({ ...state });
  runningList.update({ captures: running, known, connection });
  capturesList.update({
    ...list,
    captures: finished,
    interfaces: state.interfaces,
    known,
    problem: quiet && known ? '' : problem,
    failed: Boolean(problem),
  });
}

function select(name) {
  state.selected = name;
  update();
}

/** A card's time stamps were switched; its state is the one that was read back. */
function switched(name, hwtstamp) {
  state.interfaces = state.interfaces.map((iface) => (iface.name === name ? { ...iface, hwtstamp } : iface));
  update();
}

/** Another page's link may ask for a capture's settings; it asks once, not again with each reload. */
async function repeatAsked() {
  const id = new URLSearchParams(location.search).get('repeat');
  if (!id) return;
  history.replaceState(null, '', location.pathname + location.hash);
  try {
    startForm.repeat(await api.capture(id));
  } catch (error) {
    startForm.refuse(`The settings could not be taken over: ${error.message}`);
  }
}

function watchInterfaces() {
  live.watchInterfaces(!document.hidden);
}

function started(capture) {
  catalogue.put(capture);
  runningList.reveal(capture.id);
}

async function fetchSystem() {
  try {
    state.system = await api.system();
  } catch {
    // The header shows nothing of it until the next reconnect or poll brings it.
  }
  update();
}

async function fetchInterfaces() {
  try {
    state.interfaces = await api.interfaces();
    state.interfacesProblem = '';
    state.selected ??= (state.interfaces.find(({ up, name, index }) => up && name !== 'lo' && index !== ANY) ?? state.interfaces[0])?.name ?? null;
  } catch (error) {
    state.interfacesProblem = `The interfaces could not be read: ${error.message}`;
  }
  update();
}

async function poll(round = 1) {
  if (!document.hidden) {
    await fetchInterfaces();
    if (!state.system || round % SYSTEM_EVERY === 0) await fetchSystem();
  }
  setTimeout(poll, POLL_MS, round + 1);
}

/** What the hub has not told of is fetched. At first that is what changed since the page asked; later it may be anything. */
function connected() {
  if (connectedBefore) fetchSystem();
  connectedBefore = true;
  catalogue.refresh();
}

update();
fetchSystem();
catalogue.refresh();
poll();
repeatAsked();
watchInterfaces();
showAccount(element('page-header'), api);
document.addEventListener('visibilitychange', watchInterfaces);
live.start();
