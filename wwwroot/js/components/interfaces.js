import { createList, fromTemplate, partsOf, setText, showMessage } from '../dom.js';
import { bitRate, linkSpeed, NONE, si } from '../format.js';
import { ANY } from '../interfaces.js';
import { createInterfaceDetails } from './interface-details.js';

/** The table of interfaces with what passes each; choosing a row is told to `onSelect`, a switch turned to `onSwitched`. */
export function createInterfaces(root, { api, onSelect, onSwitched }) {
  const parts = partsOf(root);
  const details = createInterfaceDetails(parts.details, { api, onSwitched });
  const updateRows = createList(parts.rows, { key: (row) => row.iface.name, create: () => createRow(onSelect) });
  let rows = new Map();

  return {
    update({ interfaces: all, system, selected, connection, problem }) {
      // "any" is no interface that packets pass.
      const interfaces = all?.filter(({ index }) => index !== ANY);
      showMessage(parts.problem, problem);
      rows = updateRows((interfaces ?? []).map((iface) => ({ iface, selected: iface.name === selected })));
      details.update({ iface: interfaces?.find(({ name }) => name === selected), system });
      const some = Boolean(interfaces?.length);
      parts.table.hidden = !some;
      parts.empty.hidden = some || Boolean(problem);
      setText(parts.empty, interfaces ? 'This machine shows no network interface. Add one, and it appears here by itself.' : 'Reading the interfaces…');
      if (connection !== 'live') for (const row of rows.values()) row.rate(null);
    },

    /** What the hub says passes every interface. */
    rates(rates) {
      for (const rate of rates.interfaces) rows.get(rate.name)?.rate(rate);
    },
  };
}

function createRow(onSelect) {
  const { root, ...parts } = fromTemplate('interface-row');
  let name;
  root.addEventListener('click', () => onSelect(name));
  return {
    root,
    update({ iface, selected }) {
      name = iface.name;
      root.dataset.name = name;
      root.classList.toggle('selected', selected);
      parts.name.id = `interface-${name}`;
      setText(parts.name, name);
      parts.name.setAttribute('aria-pressed', String(selected));
      setText(parts.state, iface.up ? 'up' : 'down');
      parts.state.dataset.state = iface.up ? 'up' : 'down';
      setText(parts.speed, linkSpeed(iface.speedMbps));
      setText(parts.driver, iface.driver || iface.kind || NONE);
      setText(parts.queues, iface.rxQueues ? String(iface.rxQueues) : NONE);
    },
    rate(rate) {
      show('received', rate?.receivedBitsPerSecond, rate?.receivedPacketsPerSecond);
      show('sent', rate?.sentBitsPerSecond, rate?.sentPacketsPerSecond);
    },
  };

  function show(way, bits, packets) {
    setText(parts[`${way}Bits`], bitRate(bits));
    setText(parts[`${way}Packets`], packets > 0 ? si(packets, 'pps') : '');
    parts[`${way}Bits`].classList.toggle('idle', !(packets > 0));
  }
}
