import uPlot from '../../lib/uplot/uPlot.esm.js';
import { isPassing } from '../api.js';
import { partsOf, setText, showMessage } from '../dom.js';
import { createFollower } from '../follow.js';
import { count, duration, shortTime } from '../format.js';
import { exactDateTime, secondsFrom } from '../instants.js';
import { fetchTimeline, lossesOn, packetsWithin, rangeBetween, sinceStart, timelineColumns, timelineUnits, TIME_STEPS } from '../timeline.js';
import { onZoneChange } from '../zone.js';
import { chartLook } from './chart-look.js';
import { createDownload } from './download.js';
import { createFilterCheck } from './filter-check.js';
import { drawLossBands } from './loss-bands.js';
import { createRangeFields } from './range-fields.js';
import { touchRange } from './touch-range.js';

const HEIGHT = 200;
// So many pixels for each step, so that steps can be told apart.
const STEP_PX = 4;
const MIN_STEPS = 60;
const CLICK_PX = 3;
const RETRY_MS = 3000;
const APPEARANCES = ['(prefers-color-scheme: dark)', 'print'];

/**
 * Rates over a whole capture, or a part of it. A range is chosen by dragging or written into two fields; it can be zoomed
 * into, downloaded, alone or with a filter, and looked up in the list of packets (`onShow` gets its first moment).
 */
export function createRateTimeline(root, { id, api, onShow }) {
  const parts = partsOf(root);
  const zooms = [];
  let answer = null;
  let range = null;
  let chart = null;
  let request;
  let problem = '';
  let whole = null;
  let losses = { events: [], startedAt: '' };
  let dragging = false;

  const download = createDownload(parts.part, { id, api, showProblem: (text) => showMessage(parts.partProblem, text) });
  createFilterCheck(parts.filter, parts.filterStatus, api, { whenEmpty: 'Empty: every packet of the range.' });
  parts.filter.addEventListener('input', showPart);
  parts.form.addEventListener('change', showPart);
  parts.filter.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  const fields = createRangeFields(parts, { start: () => whole?.from ?? '', onChange: written });
  parts.zoomIn.addEventListener('click', () => zoom(range));
  parts.zoomOut.addEventListener('click', () => {
    zooms.pop();
    load();
  });
  parts.whole.addEventListener('click', () => {
    zooms.length = 0;
    load();
  });
  parts.forget.addEventListener('click', () => choose(null));
  parts.show.addEventListener('click', () => onShow((range ?? answer).from));
  new ResizeObserver(draw).observe(parts.chart);
  parts.chart.addEventListener('pointerdown', () => {
    dragging = true;
  });
  for (const end of ['pointerup', 'pointercancel']) {
    addEventListener(end, () => {
      dragging = false;
    });
  }
  onZoneChange(() => {
    update();
    redraw();
  });
  for (const appearance of APPEARANCES) matchMedia(appearance).addEventListener('change', redraw);

  const steps = () => Math.max(Math.floor(root.clientWidth / STEP_PX), MIN_STEPS);

  async function read() {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const view = zooms.at(-1);
      const fetch = (points) => api.timeline(id, { points, from: view?.from, to: view?.to }, signal);
      answer = await fetchTimeline(fetch, view ?? whole ?? {}, steps());
      if (!zooms.length) whole = answer;
      problem = '';
    } catch (error) {
      if (signal.aborted) return;
      problem = `The rates could not be read: ${error.message}`;
      if (isPassing(error)) setTimeout(load, RETRY_MS);
    }
    update();
    draw();
  }

  const follower = createFollower(read);
  const load = follower.load;

  /** Follows a capture that runs, unless its reader looks at a part of it or is choosing one. */
  function follow(captured) {
    if (!dragging && !zooms.length && !document.hidden) follower.follow(captured, answer?.points.length ? answer.stepSeconds * 1000 : 0);
  }

  function zoom(to) {
    zooms.push(to);
    choose(null);
    load();
  }

  function draw() {
    const width = Math.floor(parts.chart.clientWidth);
    if (!width || !answer) return;
    const data = timelineColumns(answer);
    if (chart && chart.width !== width) chart.setSize({ width, height: HEIGHT });
    if (chart) chart.setData(data);
    else chart = new uPlot(options(width), data, parts.chart);
    mark();
  }

  function redraw() {
    chart?.destroy();
    chart = null;
    draw();
  }

  function options(width) {
    const look = chartLook();
    const paths = uPlot.paths.stepped({ align: 1 });
    const since = (seconds) => secondsFrom(whole.from, answer.from) + seconds;
    return {
      width,
      height: HEIGHT,
      plugins: [touchRange],
      padding: [10, 0, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [0, Math.max(secondsFrom(answer.from, answer.to), answer.stepSeconds)] },
        pps: { range: look.fromZero },
        bps: { range: look.fromZero },
      },
      axes: [
        { ...look.timeAxis, ...look.caption(`since ${exactDateTime(whole.from, 0)}`), incrs: TIME_STEPS, values: (_chart, marks, _axis, _space, step) => marks.map((at) => sinceStart(since(at), step)) },
        look.packetsAxis,
        look.bitsAxis,
      ],
      series: [{}, { ...look.packets, width: 1.25, paths }, { ...look.bits, width: 1.25, paths }],
      hooks: { setCursor: [readout], setSelect: [dragged], draw: [(drawn) => drawLossBands(drawn, lossesSeen(), (seconds) => seconds)] },
    };
  }

  const lossesSeen = () => lossesOn(answer, whole, losses.events, losses.startedAt);

  function readout({ cursor: { left }, posToVal, data }) {
    const seconds = left >= 0 ? posToVal(left, 'x') : NaN;
    const at = Number.isNaN(seconds) ? -1 : Math.floor(seconds / answer.stepSeconds);
    const known = at >= 0 && at < data[0].length - 1;
    const moment = known ? exactDateTime(rangeBetween(answer, data[0][at], data[0][at]).from, 3) : '';
    setText(parts.readout, known ? `${moment}   ${timelineUnits(answer).readout(data[1][at], data[2][at])}` : '');
  }

  function dragged({ select, posToVal }) {
    if (select.width < CLICK_PX) choose(null);
    else choose(rangeBetween(answer, posToVal(select.left, 'x'), posToVal(select.left + select.width, 'x')));
  }

  function choose(next) {
    range = next;
    mark();
    update();
  }

  /** Draws the range as it is: its two ends may have been written, and the chart may have another width now. */
  function mark() {
    if (!chart) return;
    const { height } = chart.over.getBoundingClientRect();
    const place = (moment) => Math.min(Math.max(chart.valToPos(secondsFrom(answer.from, moment), 'x'), 0), chart.over.clientWidth);
    const [left, right] = range ? [place(range.from), place(range.to)] : [0, 0];
    chart.setSelect({ left, width: right - left, top: 0, height: range ? height : 0 }, false);
  }

  function written({ from, to }) {
    const seen = zooms[0] ? null : answer;
    const ends = { from: from ?? seen?.from, to: to ?? seen?.to };
    choose(from || to ? { from: ends.from ?? range?.from ?? from, to: ends.to ?? range?.to ?? to } : null);
  }

  function showPart() {
    const filter = parts.filter.value.trim();
    download.update({ from: range?.from, to: range?.to, filter: filter || undefined, ...Object.fromEntries(new URLSearchParams(parts.form.value)) });
    setText(parts.part, range || filter ? 'Download this part' : 'Download all');
  }

  function update() {
    const some = Boolean(answer?.points.length);
    showMessage(parts.problem, problem);
    parts.chart.hidden = !some;
    parts.legend.hidden = !some;
    parts.controls.hidden = !some;
    parts.empty.hidden = some || Boolean(problem);
    setText(parts.empty, answer ? 'No packet was captured, so there is no rate to draw.' : 'Reading the rates…');
    if (!some) return;
    const units = timelineUnits(answer);
    setText(parts.packetsUnit, `Packets${units.per}`);
    setText(parts.bitsUnit, `Bits${units.per}`);
    fields.update(range, answer);
    const length = range ? secondsFrom(range.from, range.to) : 0;
    setText(parts.chosen, range ? `${describe(length)}, about ${count(packetsWithin(answer, range))} packets` : 'Drag over the chart to choose a time range.');
    parts.zoomIn.disabled = !range;
    parts.forget.disabled = !range;
    parts.zoomOut.disabled = parts.whole.disabled = !zooms.length;
    parts.chart.dataset.seconds = secondsFrom(answer.from, answer.to);
    const marked = lossesSeen().length;
    parts.chart.dataset.losses = marked;
    parts.chart.setAttribute(
      'aria-label',
      `Packets and bits${units.inWords} over ${describe(secondsFrom(answer.from, answer.to))}, from ${exactDateTime(answer.from, 0)} on${marked ? `, ${marked} losses marked` : ''}`,
    );
    parts.lost.hidden = marked === 0;
    showPart();
  }

  update();
  return {
    load,
    follow,
    /** Marks when packets were lost: events as the console tells them, in seconds since `startedAt`. */
    markLosses(events, startedAt) {
      losses = { events, startedAt };
      update();
      chart?.redraw();
    },
  };
}

const describe = (seconds) => (seconds >= 10 ? duration(seconds) : shortTime(seconds));
