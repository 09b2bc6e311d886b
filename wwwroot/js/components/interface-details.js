import { createList, fromTemplate, setText, showMessage } from '../dom.js';
import { enginesOn } from '../engines.js';
import { linkSpeed, NONE } from '../format.js';

/** What there is to know of the chosen interface before capturing on it, and the switch of its card's time stamps. */
export function createInterfaceDetails(holder, { api, onSwitched }) {
  const { root, ...parts } = fromTemplate('interface-details');
  const updateEngines = createList(parts.engines, { key: (engine) => engine.name, create: createEngine });
  let iface = null;
  holder.append(root);
  parts.title.id = 'interface-details-title';
  holder.setAttribute('aria-labelledby', parts.title.id);
  parts.hwtstamp.addEventListener('click', turn);

  async function turn() {
    if (parts.hwtstamp.getAttribute('aria-busy') === 'true') return;
    const { name } = iface;
    parts.hwtstamp.setAttribute('aria-busy', 'true');
    showMessage(parts.stampProblem, '');
    try {
      onSwitched(name, await api.setHwtstamp(name, !iface.hwtstamp.enabled));
    } catch (error) {
      if (iface?.name === name) showMessage(parts.stampProblem, `Could not be switched: ${error.message}`);
    } finally {
      parts.hwtstamp.removeAttribute('aria-busy');
    }
  }

  function showStamps({ hwtstamp }) {
    parts.hwtstamp.hidden = !hwtstamp?.supported;
    parts.hwtstamp.setAttribute('aria-checked', String(Boolean(hwtstamp?.enabled)));
    setText(parts.hwtstampState, stampsInWords(hwtstamp));
  }

  return {
    update({ iface: next, system }) {
      holder.hidden = !next;
      if (next?.name !== iface?.name) showMessage(parts.stampProblem, '');
      iface = next;
      if (!iface) return;
      setText(parts.title, iface.name);
      setText(parts.kind, iface.kind || NONE);
      setText(parts.driver, iface.driver || NONE);
      setText(parts.speed, linkSpeed(iface.speedMbps));
      setText(parts.queues, iface.rxQueues ? String(iface.rxQueues) : NONE);
      setText(parts.mtu, `${iface.mtu}\u00a0B`);
      setText(parts.mac, iface.mac || NONE);
      setText(parts.linkType, iface.linkType || NONE);
      showStamps(iface);
      updateEngines(enginesOn(system, iface));
    },
  };
}

function stampsInWords(hwtstamp) {
  if (!hwtstamp?.supported) return 'this device makes none';
  return hwtstamp.enabled ? 'on: every received packet is stamped' : `off (received packets stamped: ${hwtstamp.rxFilter})`;
}

function createEngine() {
  const { root, ...parts } = fromTemplate('interface-engine');
  return {
    root,
    update({ name, available, reason }) {
      root.dataset.available = String(available);
      setText(parts.engine, name);
      setText(parts.standing, available ? 'available' : `not available: ${reason || 'no reason given'}`);
    },
  };
}
