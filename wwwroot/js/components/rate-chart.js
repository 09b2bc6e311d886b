import uPlot from '../../lib/uplot/uPlot.esm.js';
import { setText } from '../dom.js';
import { bitRate, si, timeOfDay } from '../format.js';
import { chartLook } from './chart-look.js';

const HEIGHT = 190;
const SHORTEST_SECONDS = 30;
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Packets and bits per second over time, each on a scale of its own. Drawing waits for a visible page. */
export function createRateChart(parts, series) {
  let seconds = 120;
  let chart = null;
  let frame = 0;

  const resize = new ResizeObserver(() => {
    const width = Math.floor(parts.chart.clientWidth);
    if (!width) return;
    if (chart) chart.setSize({ width, height: HEIGHT });
    else draw();
  });
  resize.observe(parts.chart);
  dark.addEventListener('change', rebuild);

  parts.spans.addEventListener('click', (event) => {
    const button = event.target.closest('[data-seconds]');
    if (!button) return;
    seconds = Number(button.dataset.seconds);
    for (const other of parts.spans.children) other.setAttribute('aria-pressed', String(other === button));
    label();
    update();
  });

  function label() {
    parts.chart.setAttribute('aria-label', `Packets and bits per second over the last ${seconds / 60} minutes`);
  }

  function rebuild() {
    chart?.destroy();
    chart = null;
    update();
  }

  function draw() {
    frame = 0;
    const width = Math.floor(parts.chart.clientWidth);
    if (!width) return;
    const data = series.window(seconds);
    if (chart) chart.setData(data);
    else chart = new uPlot(options(width, () => timeRange(series, seconds), (text) => setText(parts.readout, text)), data, parts.chart);
  }

  function update() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  label();
  setText(parts.readout, '');
  return {
    update,
    destroy() {
      cancelAnimationFrame(frame);
      resize.disconnect();
      dark.removeEventListener('change', rebuild);
      chart?.destroy();
    },
  };
}

/** A young capture fills the width; later the window moves. */
function timeRange(series, seconds) {
  if (!series.length) return [Date.now() / 1000 - SHORTEST_SECONDS, Date.now() / 1000];
  const end = series.latest;
  const known = end - series.earliest;
  return [end - Math.min(Math.max(known, SHORTEST_SECONDS), seconds), end];
}

function options(width, range, onCursor) {
  const look = chartLook();
  return {
    width,
    height: HEIGHT,
    padding: [10, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
    scales: { x: { range }, pps: { range: look.fromZero }, bps: { range: look.fromZero } },
    axes: [
      { ...look.timeAxis, values: (_chart, splits) => splits.map((at) => timeOfDay(at * 1000)) },
      look.packetsAxis,
      look.bitsAxis,
    ],
    series: [{}, look.packets, look.bits],
    hooks: { setCursor: [(chart) => onCursor(readout(chart))] },
  };
}

function readout(chart) {
  const { idx } = chart.cursor;
  const at = idx == null ? undefined : chart.data[0][idx];
  if (at === undefined || chart.data[1][idx] == null) return '';
  return `${timeOfDay(at * 1000)}   ${si(chart.data[1][idx], 'pps')}   ${bitRate(chart.data[2][idx])}`;
}
