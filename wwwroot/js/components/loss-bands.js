import { STAGES } from '../loss-ledger.js';

const NARROWEST = 3;
const CAP = 5;

/**
 * Marks on a chart when packets were lost: a band over its whole height, and at its top a cap in the stage's colour, a lane for
 * each stage. `timeOf` turns seconds since the capture's start into the chart's time.
 */
export function drawLossBands(chart, events, timeOf) {
  if (events.length === 0) return;
  const { ctx, bbox } = chart;
  const { min, max } = chart.scales.x;
  const ratio = devicePixelRatio;
  const style = getComputedStyle(document.documentElement);
  const right = bbox.left + bbox.width;
  ctx.save();
  for (const { stage, fromSeconds, toSeconds } of events) {
    const [from, to] = [timeOf(fromSeconds), timeOf(toSeconds)];
    if (!(to >= min && from <= max)) continue;
    const left = Math.max(chart.valToPos(from, 'x', true), bbox.left);
    const width = Math.max(Math.min(chart.valToPos(to, 'x', true), right) - left, NARROWEST * ratio);
    ctx.fillStyle = style.getPropertyValue('--loss-band');
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.fillStyle = style.getPropertyValue(`--loss-${stage}`);
    ctx.fillRect(left, bbox.top + STAGES.indexOf(stage) * CAP * ratio, width, CAP * ratio);
  }
  ctx.restore();
}
