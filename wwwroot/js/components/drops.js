import { setText } from '../dom.js';
import { offered } from '../figures.js';
import { count, share } from '../format.js';

const STAGES = ['nic', 'ring', 'writer'];

/** Where on the way packets were lost, in the order of the way. */
export function createDrops(parts) {
  const values = Object.fromEntries(STAGES.map((stage) => [stage, parts[stage].querySelector('.value')]));
  return {
    update(figures) {
      for (const stage of STAGES) {
        const lost = figures.dropped[stage];
        parts[stage].classList.toggle('lossy', lost > 0);
        setText(values[stage], lost > 0 ? `${count(lost)} (${share(lost, offered(figures))})` : '0');
      }
    },
  };
}
