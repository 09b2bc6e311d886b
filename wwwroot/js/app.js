import { createApi } from './api.js';
import { isFinished } from './captures.js';
import { createCatalogue } from './catalogue.js';
import { createConfirmDialog } from './components/confirm-dialog.js';
import { createFinishedTable } from './components/finished-table.js';
import { createInterfaces } from './components/interfaces.js';
import { createPageHeader } from './components/page-header.js';
import { createRunningList } from './components/running-list.js';
import { createStartForm } from './components/start-form.js';
import { createLive, hubConnection } from './live.js';

const POLL_MS = 3000;
const SYSTEM_EVERY = 3;

const api = createApi();
const catalogue = createCatalogue(api, update);
const state = { connection: 'connecting', system: null, interfaces: null, interfacesProblem: '', selected: null };

const live = createLive(hubConnection(), {
  state(connection) {
    state.connection = connection;
    update();
  },
  connected: fetchAll,
  captureChanged(capture) {
    catalogue.put(capture);
    if (isFinished(capture)) fetchSystem();
  },
  captureDeleted: catalogue.remove,
  sample: (sample) => runningList.sample(sample),
});

const element = (id) => document.getElementById(id);
const pageHeader = createPageHeader(element('page-header'));
const interfaces = createInterfaces(element('interfaces'), { onSelect: select });
const confirmDrop = createConfirmDialog(element('confirm-drop-dialog'));
const startForm = createStartForm(element('start-form'), { api, confirmDrop, onSelect: select, onStarted: started });
const runningList = createRunningList(element('running'), { api, live, confirmDrop, onChanged: catalogue.put });
const finishedTable = createFinishedTable(element('finished'), {
  api,
  confirm: createConfirmDialog(element('confirm')),
  onDeleted: catalogue.remove,
  onMore: catalogue.more,
});

function update() {
  const { running, finished, known, more, problem } = catalogue.state();
  const { connection } = state;
  pageHeader.update(state);
  // While the header says "reconnecting", what is known stays as it is, without a message in every corner.
  const quiet = connection !== 'live';
  interfaces.update({ ...state, problem: quiet && state.interfaces ? '' : state.interfacesProblem });
  startForm.update({ ...state });
  runningList.update({ captures: running, known, connection });
  finishedTable.update({ captures: finished, known, more, problem: quiet && known ? '' : problem });
}

function select(name) {
  state.selected = name;
  update();
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
    state.selected ??= (state.interfaces.find(({ up, name }) => up && name !== 'lo') ?? state.interfaces[0])?.name ?? null;
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

function fetchAll() {
  fetchSystem();
  catalogue.refresh();
}

update();
fetchAll();
poll();
live.start();
