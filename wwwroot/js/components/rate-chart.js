import uPlot from '../../lib/uplot/uPlot.esm.js';
import { createList, setText } from '../dom.js';
import { bitRate, si, timeOfDay } from '../format.js';
import { titleOf } from '../queues.js';
import { columns, keyOf, queueKeys, ratesOf, stackedColumns, thinned } from '../samples.js';
import { onZoneChange, zoneName } from '../zone.js';
import { chartLook } from './chart-look.js';
import { drawLossBands } from './loss-bands.js';
import { touchRange } from './touch-range.js';

const MIN_SECONDS = 30;
const MIN_DRAG_PIXELS = 6;
// Every queue's area has so many points at most: with sixteen of them they are most of what a page costs.
const MAX_STACKED = 600;
const UNITS = { packets: (value) => si(value, 'pps'), bits: bitRate };
const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Rates over time with losses as bands: the last minutes, live, or a paused range, by the button or by dragging.
 * Where the page has a place for it (`parts.kinds`) also by queue, stacked. `known` is a live capture. Drawing waits for a visible
 * page.
 */
export function createRateChart(parts, known) {
  const { series, ledger } = known;
  let seconds = Number(parts.spans.querySelector('[aria-pressed="true"]').dataset.seconds);
  let kind = 'total';
  let still = null;
  let drawn = null;
  let frame = 0;

  const height = () => Math.floor(parts.chart.clientHeight);
  const resize = new ResizeObserver(() => {
    const width = Math.floor(parts.chart.clientWidth);
    if (!width) return;
    if (drawn) drawn.chart.setSize({ width, height: height() });
    else draw();
  });
  resize.observe(parts.chart);
  dark.addEventListener('change', rebuild);
  const ignoreZone = onZoneChange(rebuild);

  choice(parts.spans, (button) => {
    seconds = Number(button.dataset.seconds);
    still = null;
  });
  choice(parts.kinds, (button) => {
    kind = button.dataset.kind;
  });
  parts.pause?.addEventListener('click', () => (still ? goLive() : stop(...liveRange(series, seconds))));
  const updateLegend = parts.legend && createList(parts.legend, { key: (entry) => entry.key, create: createEntry });

  function choice(group, choose) {
    group?.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      choose(button);
      for (const other of group.children) other.setAttribute('aria-pressed', String(other === button));
      update();
    });
  }

  /** Shows this stretch until told otherwise. Its moments are kept, though the series forgets them. */
  function stop(from, to) {
    still = { from, to, moments: still ? still.moments.filter(({ time }) => time >= from - 1 && time <= to + 1) : series.between(from, to) };
    update();
  }

  function goLive() {
    still = null;
    update();
  }

  function rebuild() {
    drawn?.chart.destroy();
    drawn = null;
    update();
  }

  function draw() {
    frame = 0;
    const width = Math.floor(parts.chart.clientWidth);
    if (!width) return;
    const [from, to] = still ? [still.from, still.to] : liveRange(series, seconds);
    const moments = still?.moments ?? series.between(from, to);
    const keys = kind === 'total' ? [] : queueKeys(moments);
    const data = kind === 'total' ? columns(moments, ratesOf, 2) : topFirst(stackedColumns(thinned(moments, MAX_STACKED), keys, kind));
    const shape = `${kind} ${keys.join()}`;
    if (drawn?.shape !== shape) {
      drawn?.chart.destroy();
      const { queue } = chartLook();
      drawn = { shape, range: [from, to], colours: keys.map((_, i) => queue(i, kind).fill), chart: null };
      drawn.chart = new uPlot({ ...options(keys, drawn), width, height: height() }, data, parts.chart);
    } else {
      drawn.range = [from, to];
      drawn.chart.setData(data);
    }
    label(from, to);
    updateLegend?.(keys.map((key, i) => ({ key, name: nameOf(key), colour: drawn.colours[i], value: UNITS[kind](moments.at(-1).queues.get(key)?.[kind] ?? 0) })));
  }

  function update() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function options(keys, own) {
    const look = chartLook();
    const bands = (chart) => drawLossBands(chart, ledger.events, (elapsed) => series.timeOf(elapsed));
    const axis = { ...look[kind === 'bits' ? 'bitsAxis' : 'packetsAxis'], side: 3, grid: look.packetsAxis.grid };
    const stack = keys.map((_, i) => look.queue(i, kind)).reverse();
    return {
      plugins: parts.pause ? [touchRange] : [],
      padding: [10, 0, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 7, show: keys.length === 0 },
        drag: { x: Boolean(parts.pause), y: false, setScale: false },
        bind: { dblclick: () => () => goLive() },
      },
      scales: { x: { range: () => own.range }, pps: { range: look.fromZero }, bps: { range: look.fromZero } },
      axes: [
        { ...look.timeAxis, ...look.caption(zoneName()), values: (_chart, splits) => splits.map((at) => timeOfDay(at * 1000)) },
        ...(keys.length || kind !== 'total' ? [axis] : [look.packetsAxis, look.bitsAxis]),
      ],
      series: [{}, ...(kind === 'total' ? [look.packets, look.bits] : stack)],
      hooks: {
        setCursor: [(chart) => setText(parts.readout, readout(chart, kind))],
        setSelect: [take],
        draw: [bands],
      },
    };
  }

  function take(chart) {
    const { left, width } = chart.select;
    chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    if (width >= MIN_DRAG_PIXELS) stop(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
  }

  function label(from, to) {
    const losses = ledger.events.filter((event) => series.timeOf(event.toSeconds) >= from && series.timeOf(event.fromSeconds) <= to).length;
    const gaps = still ? 0 : series.gaps(to - from);
    const what = { total: 'Packets and bits per second', packets: 'Packets per second by queue', bits: 'Bits per second by queue' }[kind];
    const when = still ? `from ${timeOfDay(from * 1000)} to ${timeOfDay(to * 1000)} (${zoneName()})` : `over the last ${seconds / 60} minutes`;
    const marks = [losses && `${losses} losses marked`, gaps && `${gaps} gaps`].filter(Boolean).map((mark) => `, ${mark}`).join('');
    parts.chart.setAttribute('aria-label', `${what} ${when}${marks}`);
    parts.chart.dataset.losses = losses;
    parts.chart.dataset.gaps = gaps;
    if (!parts.pause) return;
    setText(parts.pause, still ? 'Back to live' : 'Pause');
    setText(parts.stretch, still ? `Paused: ${timeOfDay(from * 1000)} to ${timeOfDay(to * 1000)} (${zoneName()})` : '');
  }

  const nameOf = (key) => titleOf(known.newest.queues.find((queue) => keyOf(queue) === key) ?? { queue: -1 });

  setText(parts.readout, '');
  return {
    /** Draws again what can have changed; a paused range has not. */
    update() {
      if (!still) update();
    },
    destroy() {
      cancelAnimationFrame(frame);
      resize.disconnect();
      dark.removeEventListener('change', rebuild);
      ignoreZone();
      drawn?.chart.destroy();
    },
  };
}

/** A young capture fills the width; later the window moves. */
function liveRange(series, seconds) {
  if (!series.length) return [Date.now() / 1000 - MIN_SECONDS, Date.now() / 1000];
  const end = series.latest;
  const known = end - series.earliest;
  return [end - Math.min(Math.max(known, MIN_SECONDS), seconds), end];
}

/** Each column of a stack covers the ones below it, so the highest is painted first. */
const topFirst = ([times, ...stack]) => [times, ...stack.reverse()];

function readout(chart, kind) {
  const { idx } = chart.cursor;
  const at = idx == null ? undefined : chart.data[0][idx];
  if (at === undefined || chart.data[1]?.[idx] == null) return '';
  const [first, second] = [chart.data[1][idx], chart.data[2]?.[idx]];
  const rates = kind === 'total' ? `${si(first, 'pps')}   ${bitRate(second)}` : `${UNITS[kind](first)} in all`;
  return `${timeOfDay(at * 1000)}   ${rates}`;
}

function createEntry() {
  const root = document.createElement('li');
  const swatch = document.createElement('i');
  const name = document.createElement('span');
  const value = document.createElement('b');
  root.append(swatch, name, value);
  return {
    root,
    update(entry) {
      swatch.style.setProperty('--swatch', entry.colour);
      setText(name, entry.name);
      setText(value, entry.value);
    },
  };
}
