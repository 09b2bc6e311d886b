import { partsOf, setText } from '../dom.js';
import { bytes } from '../format.js';

const WORDS = { connecting: 'Connecting…', live: 'Live', reconnecting: 'Reconnecting…' };

export function createPageHeader(root) {
  const parts = partsOf(root);
  return {
    update({ system, connection }) {
      setText(parts.version, system ? `Version ${system.version}` : '');
      setText(parts.kernel, system ? `Kernel ${system.kernel}` : '');
      setText(parts.free, Number.isFinite(system?.freeBytes) ? `${bytes(system.freeBytes)} free` : '');
      parts.free.classList.toggle('bad', system?.freeBytes < 2 * system?.minFreeBytes);
      parts.connection.dataset.state = connection === 'live' ? 'live' : 'reconnecting';
      setText(parts.connectionText, WORDS[connection]);
    },
  };
}
