import { showAccount } from './account.js';
import { createApi, isPassing } from './api.js';
import { idIn, isFinished, titleOf } from './captures.js';
import { createCaptureEvents } from './components/capture-events.js';
import { createCaptureFiles } from './components/capture-files.js';
import { createCaptureHead } from './components/capture-head.js';
import { createCaptureSummary } from './components/capture-summary.js';
import { createConfirmDialog } from './components/confirm-dialog.js';
import { createPacketsPanel } from './components/packets-panel.js';
import { createPageHeader } from './components/page-header.js';
import { createRecorderPanel } from './components/recorder-panel.js';
import { createRateTimeline } from './components/rate-timeline.js';
import { createRunningView } from './components/running-view.js';
import { showMessage } from './dom.js';
import { fromCapture, totalLost } from './figures.js';
import { createLive, hubConnection } from './live.js';
import { LossLedger } from './loss-ledger.js';
import { isRecorder } from './recorder.js';
import { readablePackets } from './rotation.js';
import { onZoneChange } from './zone.js';

const RETRY_MS = 3000;
// Beside this script, whatever its version's folder is called.
const HUB_CLIENT = new URL('../lib/signalr/signalr.min.js', import.meta.url);

const NO_SUCH_CAPTURE = 'There is no such capture. It may have been deleted.';

const api = createApi();
const id = idIn(location.search);
const element = (name) => document.getElementById(name);
const losses = new LossLedger();
const state = { connection: 'connecting', system: null, capture: null, captured: null, read: false };

const pageHeader = createPageHeader(element('page-header'));
showAccount(element('page-header'), api);
const head = createCaptureHead(element('capture-head'), {
  id,
  api,
  confirm: createConfirmDialog(element('confirm')),
  onChanged: take,
  onDeleted: () => location.assign('./'),
});
const events = createCaptureEvents(element('capture-events'));
const files = createCaptureFiles(element('files'), { id, api, onFiles: (now) => take({ ...state.capture, files: now }) });
const recorder = createRecorderPanel(element('recorder'), { id, api });
const running = createRunningView(element('live'), { id, api, confirmDrop: createConfirmDialog(element('confirm-drop-dialog')), onChanged: take });
const packets = createPacketsPanel(element('packets'), {
  id,
  api,
  onRead() {
    state.read = true;
    update();
  },
  onGrown: () => timeline.load(),
});
const timeline = createRateTimeline(element('rates'), { id, api, onShow: packets.goTo });
const summary = createCaptureSummary(element('summary'), { id, api, onFilter: packets.filter });

function update() {
  const { capture } = state;
  pageHeader.update(state);
  if (!capture) return;
  const finished = isFinished(capture);
  document.title = `${titleOf(capture)} – MgCap`;
  element('capture').hidden = false;
  head.update(capture);
  events.update(capture);
  files.update(capture);
  recorder.update(capture);
  if (finished) running.end();
  else running.update(capture, state.connection);
  for (const part of ['rates', 'packets']) element(part).hidden = isRecorder(capture);
  // What is summed up of a capture that runs would be old at once; the live view has it.
  element('summary').hidden = !finished || isRecorder(capture);
  if (isRecorder(capture)) return;
  summary.update({ capture, finished, read: state.read, losses });
  const ring = capture.rotate?.files ? readablePackets(capture) : null;
  packets.update({ count: ring ?? Math.max(fromCapture(capture).captured, state.captured ?? 0), oldest: capture.files?.[0]?.name ?? '' });
}

/** Takes what REST or the hub says of the capture; one that has ended does not run again. */
function take(next) {
  if (next.id !== id || (state.capture && isFinished(state.capture) && !isFinished(next))) return;
  const finished = isFinished(next) && !(state.capture && isFinished(state.capture));
  const ended = finished && state.capture !== null;
  state.capture = next;
  if (finished && totalLost(fromCapture(next).dropped) > 0) fetchLosses();
  // No more is to come: what was waiting to be asked for is fetched now, and the rates with it.
  if (ended && !isRecorder(next)) packets.grow();
  update();
}

/** When packets were lost, of a capture that has ended; while it runs, its live view is told. */
async function fetchLosses() {
  try {
    losses.replace((await api.losses(id)).losses, Infinity);
    timeline.markLosses(losses.events, state.capture.startedAt);
    update();
  } catch (error) {
    if (isPassing(error)) setTimeout(fetchLosses, RETRY_MS);
  }
}

function gone(text) {
  showMessage(element('missing'), text);
  element('missing-hint').hidden = false;
  element('capture').hidden = true;
}

async function fetchCapture() {
  try {
    const first = state.capture === null;
    take(await api.capture(id));
    showMessage(element('missing'), '');
    if (first && !isRecorder(state.capture)) timeline.load();
  } catch (error) {
    if (error.code === 'capture_not_found') gone(NO_SUCH_CAPTURE);
    else {
      if (!state.capture) showMessage(element('missing'), `The capture could not be read: ${error.message}`);
      setTimeout(fetchCapture, RETRY_MS);
    }
  }
}

async function fetchSystem() {
  try {
    state.system = await api.system();
  } catch {
    // The header shows nothing of it until the next reconnect brings it.
  }
  update();
}

/** The hub only tells of changes: what is there to be read need not wait for its client. */
function goLive() {
  const script = document.createElement('script');
  script.src = HUB_CLIENT;
  script.addEventListener('load', () => {
    const live = createLive(hubConnection(), {
      state(connection) {
        state.connection = connection;
        update();
      },
      connected() {
        fetchSystem();
        if (!state.capture) return;
        fetchCapture();
        if (!isFinished(state.capture)) live.watch(id);
      },
      captureChanged: take,
      captureDeleted: (deleted) => deleted === id && gone('This capture has just been deleted.'),
      sample(sample) {
        running.sample(sample);
        state.captured = sample.captured;
        update();
        if (!isRecorder(state.capture)) timeline.follow(sample.captured);
      },
    });
    live.start();
  });
  document.head.append(script);
}

onZoneChange(update);
update();
fetchSystem();
if (!id) gone(id === null ? NO_SUCH_CAPTURE : 'This address names no capture.');
Promise.resolve(id && fetchCapture()).then(goLive);
