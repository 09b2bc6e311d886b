import { showAccount } from './account.js';
import { createApi } from './api.js';
import { createConfirmDialog } from './components/confirm-dialog.js';
import { createPageHeader } from './components/page-header.js';
import { createScheduleRow } from './components/schedule-row.js';
import { createList, partsOf, setText, showMessage } from './dom.js';
import { onZoneChange } from './zone.js';

const POLL_MS = 3000;
const NONE_YET = 'No schedule yet. The form that starts captures has “On a schedule”.';

const api = createApi();
const element = (name) => document.getElementById(name);
const state = { connection: 'connecting', system: null, schedules: null, problem: '' };

const pageHeader = createPageHeader(element('page-header'));
showAccount(element('page-header'), api);
const root = element('schedules');
const parts = partsOf(root);
const confirm = createConfirmDialog(element('confirm'));
let rows = new Map();
const updateRows = createList(parts.rows, {
  key: ({ id }) => id,
  create: (schedule) => createScheduleRow(schedule, { api, confirm, onChanged: put, onDeleted: remove }),
  refocus: () => root.focus(),
});

function put(schedule) {
  state.schedules = state.schedules.map((known) => (known.id === schedule.id ? schedule : known));
  update();
}

function remove(id) {
  state.schedules = state.schedules.filter((known) => known.id !== id);
  update();
}

function update() {
  const { schedules, problem } = state;
  pageHeader.update(state);
  showMessage(parts.problem, problem);
  rows = updateRows(schedules ?? []);
  parts.empty.hidden = Boolean(schedules?.length);
  setText(parts.empty, schedules ? NONE_YET : 'Asking for schedules…');
}

/** A page that nobody looks at asks nothing. */
async function poll() {
  if (!document.hidden) {
    try {
      state.schedules = await api.schedules();
      state.system ??= await api.system();
      state.connection = 'live';
      state.problem = '';
    } catch (error) {
      state.connection = 'reconnecting';
      state.problem = state.schedules ? '' : `The schedules could not be read: ${error.message}`;
    }
    update();
  }
  setTimeout(poll, POLL_MS);
}

onZoneChange(() => {
  for (const row of rows.values()) row.renew();
});
poll();
