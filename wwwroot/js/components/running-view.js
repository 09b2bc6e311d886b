import { titleOf } from '../captures.js';
import { balanceOf, loadsOf, sharesOf } from '../balance.js';
import { copyOnClick } from '../clipboard.js';
import { consoleUrl, watchCommand } from '../commands.js';
import { partsOf, setText } from '../dom.js';
import { offered, totalLost } from '../figures.js';
import { bitRate, bytes, clock, count, share, si } from '../format.js';
import { growthOf, secondsUntilFull, untilFull } from '../forecast.js';
import { catchingText, createLiveCapture } from '../live-capture.js';
import { queueRows } from '../queues.js';
import { isRecorder } from '../recorder.js';
import { keyOf } from '../samples.js';
import { onZoneChange } from '../zone.js';
import { createLossLedger } from './loss-ledger.js';
import { createQueueTable } from './queue-table.js';
import { createRateChart } from './rate-chart.js';
import { createRunningControls } from './running-controls.js';

const SOON_SECONDS = 600;

/**
 * Everything there is to see of one capture while it runs: rates in total and by queue, losses and what to do about them, queues,
 * the disk; and its mode and its end. update() takes the capture and the connection's state, sample() the live figures.
 */
export function createRunningView(root, { id, api, confirmDrop, onChanged }) {
  const parts = partsOf(root);
  copyOnClick(root, parts);
  setText(parts.watchText, watchCommand(consoleUrl(location.href), id));
  const known = createLiveCapture({ fetchSamples: (since) => api.samples(id, since), changed });
  const chart = createRateChart(parts, known);
  const queues = createQueueTable(parts.queues);
  const ledger = createLossLedger(parts);
  const controls = createRunningControls(parts, { id, api, confirmDrop, onChanged });
  let capture = null;

  setInterval(tick, 1000);
  onZoneChange(changed);

  function changed() {
    if (capture && known.figures) show();
    chart.update();
  }

  function show() {
    const { figures } = known;
    const lost = totalLost(figures.dropped);
    setText(parts.pps, si(figures.packetsPerSecond, 'pps'));
    setText(parts.bps, bitRate(figures.bitsPerSecond));
    setText(parts.captured, count(figures.captured));
    setText(parts.lost, count(lost));
    setText(parts.lostShare, lost ? share(lost, offered(figures)) : '');
    parts.lost.classList.toggle('bad', lost > 0);
    setText(parts.size, bytes(figures.fileBytes));
    showDisk();
    const loads = loadsOf(known.series);
    queues.update(figures.queues, sharesOf(loads));
    const balance = balanceOf(receiving(figures.queues, loads));
    setText(parts.balance, balance.text);
    parts.balance.classList.toggle('uneven', !balance.even);
    const { ledger: losses, series } = known;
    ledger.update({ figures, ledger: losses, timeOf: (elapsed) => series.timeOf(elapsed), capture, imbalance: balance.even ? '' : balance.text });
    tick();
  }

  function showDisk() {
    const sample = known.newest;
    const seconds = sample ? secondsUntilFull(sample.roomBytes, growthOf(known.series)) : NaN;
    setText(parts.room, bytes(sample?.roomBytes));
    setText(parts.full, seconds === Infinity ? 'not at this rate' : untilFull(seconds));
    parts.full.classList.toggle('bad', seconds < SOON_SECONDS);
  }

  function tick() {
    if (root.hidden) return;
    setText(parts.elapsed, clock(known.elapsedSeconds));
    setText(parts.catching, catchingText(known.catching));
  }

  return {
    update(next, connection) {
      if (next === capture && root.dataset.connection === connection) return;
      capture = next;
      root.hidden = false;
      root.dataset.connection = connection;
      if (connection !== 'live') known.disconnected();
      known.put(capture);
      controls.update(capture);
      parts.mode.hidden = capture.mode !== 'drop';
      setText(parts.sizeName, isRecorder(capture) ? 'In memory' : 'File');
      root.dataset.kind = capture.kind;
      parts.queueRegion.setAttribute('aria-label', `Queues of ${titleOf(capture)}`);
      show();
    },
    sample(sample) {
      if (!capture || !known.sample(sample)) return;
      controls.heard();
      show();
      chart.update();
    },
    /** The capture has ended: what is to be seen of it now is elsewhere. */
    end() {
      root.hidden = true;
    },
  };
}

/** Receive queues with numbers; what was sent, and what came by no known queue, is not theirs to spread. */
const receiving = (queues, loads) =>
  queueRows(queues)
    .filter(({ queue }) => queue.queue >= 0)
    .map(({ queue, title }) => ({ title, load: loads.get(keyOf(queue)) ?? 0 }));
