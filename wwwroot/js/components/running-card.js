import { pageOf, titleOf } from '../captures.js';
import { fromTemplate, setText, showMessage } from '../dom.js';
import { whyEngine } from '../engines.js';
import { offered, totalLost } from '../figures.js';
import { bitRate, bytes, clock, count, share, si } from '../format.js';
import { catchingText, createLiveCapture } from '../live-capture.js';
import { isRecorder } from '../recorder.js';
import { SNAPLEN_FULL } from '../start-request.js';
import { createDownload } from './download.js';
import { createDrops } from './drops.js';
import { createQueueTable } from './queue-table.js';
import { createRateChart } from './rate-chart.js';
import { createRunningControls } from './running-controls.js';

/** One running capture: update() takes it as REST and the hub's changes give it, sample() takes the live figures. */
export function createRunningCard({ id }, { api, confirmDrop, onChanged }) {
  const { root, ...parts } = fromTemplate('running-card');
  const known = createLiveCapture({ fetchSamples: (since) => api.samples(id, since), changed });
  const chart = createRateChart(parts, known);
  const queues = createQueueTable(parts.queues);
  const drops = createDrops(parts);
  const controls = createRunningControls(parts, { id, api, confirmDrop, onChanged });

  root.dataset.id = id;
  parts.title.href = pageOf(id);
  root.id = `capture-${id}`;
  parts.title.id = `title-${id}`;
  root.setAttribute('aria-labelledby', parts.title.id);
  createDownload(parts.download, { id, api, showProblem: (text) => showMessage(parts.problem, text) });

  function changed() {
    if (known.figures) show();
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
    queues.update(figures.queues);
    drops.update(figures);
    tick();
  }

  function tick() {
    setText(parts.elapsed, clock(known.elapsedSeconds));
    setText(parts.catching, catchingText(known.catching));
  }

  return {
    root,
    tick,
    disconnected: known.disconnected,
    update(capture) {
      const title = titleOf(capture);
      known.put(capture);
      controls.update(capture);
      parts.mode.hidden = capture.mode !== 'drop';
      setText(parts.title, title);
      setText(parts.sizeName, isRecorder(capture) ? 'In memory' : 'File');
      setText(parts.state, capture.state);
      parts.state.dataset.state = capture.state;
      setText(parts.facts, factsOf(capture, title));
      showMessage(parts.reason, whyEngine(capture));
      setText(parts.filter, capture.filter || '');
      parts.filter.hidden = !capture.filter;
      parts.queueRegion.setAttribute('aria-label', `Queues of ${title}`);
      parts.download.hidden = isRecorder(capture);
      parts.download.setAttribute('aria-label', `Download so far: ${title}`);
      show();
    },
    sample(sample) {
      if (!known.sample(sample)) return;
      controls.heard();
      show();
      chart.update();
    },
    destroy: () => chart.destroy(),
  };
}

function factsOf(capture, title) {
  const engine = capture.engineDetail ? `${capture.engine} (${capture.engineDetail})` : capture.engine;
  const length = capture.snaplen >= SNAPLEN_FULL ? 'whole packets' : `first ${capture.snaplen} B`;
  const direction = { in: 'in', out: 'out', both: 'in and out' }[capture.direction] ?? capture.direction;
  return [capture.interface !== title && capture.interface, engine, capture.mode, direction, length, !capture.filter && 'no filter'].filter(Boolean).join(' · ');
}
