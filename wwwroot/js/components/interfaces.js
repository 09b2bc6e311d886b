import { createList, fromTemplate, partsOf, setText, showMessage } from '../dom.js';
import { linkSpeed, NONE } from '../format.js';

/** The table of interfaces; choosing a row is told to `onSelect`. */
export function createInterfaces(root, { onSelect }) {
  const parts = partsOf(root);
  const updateRows = createList(parts.rows, { key: (row) => row.iface.name, create: () => createRow(onSelect) });

  return {
    update({ interfaces, selected, problem }) {
      showMessage(parts.problem, problem);
      updateRows((interfaces ?? []).map((iface) => ({ iface, selected: iface.name === selected })));
      const some = Boolean(interfaces?.length);
      parts.table.hidden = !some;
      parts.empty.hidden = some || Boolean(problem);
      setText(parts.empty, interfaces ? 'This machine shows no network interface. Add one, and it appears here by itself.' : 'Reading the interfaces…');
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
      setText(parts.kind, iface.kind || NONE);
      setText(parts.driver, iface.driver || NONE);
      setText(parts.speed, linkSpeed(iface.speedMbps));
      setText(parts.mtu, String(iface.mtu));
      setText(parts.mac, iface.mac || NONE);
      setText(parts.queues, iface.rxQueues ? String(iface.rxQueues) : NONE);
      setText(parts.linkType, iface.linkType || NONE);
    },
  };
}
