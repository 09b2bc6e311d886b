import { pageOf, titleOf } from '../captures.js';
import { askAndDrop, dropWarning } from '../drop.js';
import { fromTemplate, setText, showMessage } from '../dom.js';
import { canDrop, whyEngine } from '../engines.js';
import { fromCapture, fromSample, later, offered, totalLost } from '../figures.js';
import { bitRate, bytes, clock, count, parseTime, share, si } from '../format.js';
import { SampleSeries } from '../samples.js';
import { SNAPLEN_FULL } from '../start-request.js';
import { createDownload } from './download.js';
import { createDrops } from './drops.js';
import { createQueueTable } from './queue-table.js';
import { createRateChart } from './rate-chart.js';

/** One running capture: update() takes it as REST and the hub's changes give it, sample() takes the live figures. */
export function createRunningCard({ id }, { api, confirmDrop, onChanged }) {
  const { root, ...parts } = fromTemplate('running-card');
  const series = new SampleSeries();
  const chart = createRateChart(parts, series);
  const queues = createQueueTable(parts.queues);
  const drops = createDrops(parts);
  let current = null;
  let figures = null;
  let unreachable = false;
  let clockBase = { seconds: 0, at: 0 };

  root.dataset.id = id;
  parts.title.href = pageOf(id);
  root.id = `capture-${id}`;
  parts.title.id = `title-${id}`;
  root.setAttribute('aria-labelledby', parts.title.id);
  createDownload(parts.download, { id, api, showProblem: (text) => showMessage(parts.problem, text) });
  parts.stop.addEventListener('click', stop);
  parts.modes.addEventListener('click', (event) => {
    const chosen = event.target.closest('[data-mode]');
    if (chosen) switchTo(chosen.dataset.mode);
  });

  async function stop() {
    if (parts.stop.getAttribute('aria-disabled') === 'true') return;
    setStopping(true);
    showMessage(parts.problem, '');
    try {
      onChanged(await api.stop(id));
    } catch (error) {
      showMessage(parts.problem, `Could not be stopped: ${error.message}`);
      unreachable = error.code === 'unreachable';
      setStopping(false);
    }
  }

  async function switchTo(mode) {
    if (mode === current.mode || parts.modes.getAttribute('aria-busy') === 'true') return;
    const put = (force) => api.setMode(id, mode, force);
    showMessage(parts.problem, '');
    parts.modes.setAttribute('aria-busy', 'true');
    try {
      const changed = mode === 'drop' ? await askAndDrop(dropWarning(current), confirmDrop, put) : await put();
      if (changed) onChanged(changed);
    } catch (error) {
      showMessage(parts.problem, `Could not be switched to ${mode}: ${error.message}`);
      unreachable = error.code === 'unreachable';
    } finally {
      parts.modes.removeAttribute('aria-busy');
    }
  }

  function showMode(title) {
    parts.mode.hidden = current.mode !== 'drop';
    parts.modes.hidden = !canDrop(current.engine) || current.state !== 'running';
    parts.modes.setAttribute('aria-label', `Packets of ${title}`);
    for (const button of parts.modes.children) {
      button.setAttribute('aria-pressed', String(button.dataset.mode === current.mode));
    }
  }

  function setStopping(stopping) {
    parts.stop.setAttribute('aria-disabled', String(stopping));
    setText(parts.stop, stopping ? 'Stopping…' : 'Stop');
  }

  function show() {
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
  }

  function tick() {
    setText(parts.elapsed, clock(clockBase.seconds + (performance.now() - clockBase.at) / 1000));
  }

  return {
    root,
    tick,
    update(capture) {
      const title = titleOf(capture);
      current = capture;
      showMode(title);
      setText(parts.title, title);
      setText(parts.state, capture.state);
      parts.state.dataset.state = capture.state;
      setText(parts.facts, factsOf(capture, title));
      showMessage(parts.reason, whyEngine(capture));
      setText(parts.filter, capture.filter || '');
      parts.filter.hidden = !capture.filter;
      parts.queueRegion.setAttribute('aria-label', `Queues of ${title}`);
      parts.stop.setAttribute('aria-label', `Stop ${title}`);
      parts.download.setAttribute('aria-label', `Download so far: ${title}`);
      if (capture.state === 'stopping') setStopping(true);
      if (!clockBase.at) {
        clockBase = { seconds: Math.max((Date.now() - parseTime(capture.startedAt)) / 1000 || 0, 0), at: performance.now() };
      }
      figures = later(figures, fromCapture(capture));
      show();
      tick();
    },
    sample(sample) {
      if (!series.add(sample)) return;
      if (unreachable) {
        unreachable = false;
        showMessage(parts.problem, '');
      }
      clockBase = { seconds: sample.elapsedSeconds, at: performance.now() };
      figures = later(figures, fromSample(sample));
      show();
      tick();
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
