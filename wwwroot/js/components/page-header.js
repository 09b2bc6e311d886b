import { partsOf, setText } from '../dom.js';
import { bytes } from '../format.js';
import { chooseZone, onZoneChange, zoneName, zones } from '../zone.js';

const WORDS = { connecting: 'Connecting…', live: 'Live', reconnecting: 'Reconnecting…' };

/** The choice of the zone that times are shown in, and its name wherever the page names it. Where there is but one there is no choice. */
function createZoneChoice({ zone, onlyZone }) {
  const names = zones();
  zone.replaceChildren(...names.map((name) => new Option(name, name)));
  zone.hidden = names.length === 1;
  onlyZone.hidden = names.length > 1;
  zone.addEventListener('change', () => chooseZone(zone.value));
  onZoneChange(show);
  show();

  function show() {
    zone.value = zoneName();
    for (const place of document.querySelectorAll('[data-zone]')) setText(place, zoneName());
  }
}

export function createPageHeader(root) {
  const parts = partsOf(root);
  createZoneChoice(parts);
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
