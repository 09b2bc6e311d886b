import { tick } from '../format.js';
import { scaleTop } from '../samples.js';

const QUEUE_COLOURS = 8;

/** What charts of rates have in common: axes in quarters of round figures, from zero, in the page's colours. */
export function chartLook() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const axis = { font: `11px ${token('--font')}`, stroke: token('--muted'), ticks: { show: false } };
  const splits = (_chart, _axis, _low, high) => [0, 0.25, 0.5, 0.75, 1].map((part) => part * high);
  const values = (_chart, marks) => marks.map(tick);
  const points = { show: false };
  const caption = (label) => ({ label, labelFont: axis.font, labelSize: 16, labelGap: 2 });
  return {
    /** What an axis is of, in a line below it. */
    caption,
    timeAxis: { ...axis, grid: { show: false }, space: 90, size: 26 },
    packetsAxis: { ...axis, scale: 'pps', size: 54, grid: { stroke: token('--chart-grid'), width: 1 }, splits, values },
    bitsAxis: { ...axis, scale: 'bps', size: 54, side: 1, grid: { show: false }, splits, values },
    packets: { scale: 'pps', stroke: token('--chart-pps'), fill: token('--chart-fill'), width: 1.75, points },
    bits: { scale: 'bps', stroke: token('--chart-bps'), width: 1.5, dash: [5, 3], points },
    /** A queue's own colour in a stack; there are eight, and then the first again. */
    queue: (index, measure) => {
      const colour = token(`--queue-${(index % QUEUE_COLOURS) + 1}`);
      return { scale: measure === 'bits' ? 'bps' : 'pps', stroke: colour, fill: colour, width: 1, points };
    },
    fromZero: (_chart, _low, high) => [0, scaleTop(high)],
  };
}
