import { fromTemplate, partsOf, setText, showMessage } from '../dom.js';
import { count, NONE } from '../format.js';
import { elapsed, exactDateTime, exactTimeOfDay, isShownTwice } from '../instants.js';
import { kindOf } from '../protocols.js';
import { createVirtualRows } from './virtual-rows.js';

/** The list of packets: one is chosen, by mouse or by keys, and told to `onChoose`; `onOpen` hears that it shall be read. */
export function createPacketList(root, { source, onChoose, onOpen }) {
  const parts = partsOf(root);
  const grid = parts.grid;
  let start = null;
  let clock = 'elapsed';
  let chosen = null;

  const rows = createVirtualRows(
    { viewport: grid, spacer: parts.spacer, pane: parts.pane, body: parts.rows },
    { create: createRow, onRange: source.look },
  );

  grid.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { count: all } = source.state();
    const move = {
      ArrowDown: 1, ArrowUp: -1, PageDown: rows.page(), PageUp: -rows.page(), Home: -Infinity, End: Infinity,
    }[event.key];
    if (event.key === 'Enter' && chosen !== null) onOpen();
    else if (move && all) choose(Math.min(Math.max(placeOfChosen() + move, 0), all - 1));
    else return;
    event.preventDefault();
  });

  /** Where the chosen packet is, or just before where it would be. */
  function placeOfChosen() {
    if (chosen === null) return -1;
    const { index, exact } = source.place(chosen);
    return exact ? index : index - 1;
  }

  function choose(index, centred = false) {
    const number = source.numberAt(index);
    if (number === undefined) return;
    rows.reveal(index, centred);
    mark(number);
  }

  function mark(number) {
    const changed = number !== chosen;
    chosen = number;
    render();
    if (changed) onChoose(number);
  }

  function createRow() {
    const { root: row, ...cells } = fromTemplate('packet-row');
    row.addEventListener('click', () => mark(Number(row.dataset.number)));
    row.addEventListener('dblclick', onOpen);
    return {
      root: row,
      update(index) {
        const number = source.numberAt(index);
        const packet = source.row(index);
        row.id = `packet-row-${index}`;
        row.dataset.number = number;
        row.dataset.kind = kindOf(packet?.protocol);
        row.classList.toggle('waiting', !packet);
        row.setAttribute('aria-rowindex', String(index + 2));
        row.setAttribute('aria-selected', String(number === chosen));
        setText(cells.number, count(number));
        setText(cells.time, packet ? timeOf(packet) : '');
        cells.time.title = packet ? exactDateTime(packet.time) : '';
        if (packet && clock === 'local' && isShownTwice(packet.time)) grid.classList.add('offsets');
        setText(cells.source, packet ? packet.source || NONE : '');
        setText(cells.destination, packet ? packet.destination || NONE : '');
        setText(cells.protocol, packet?.protocol ?? '');
        setText(cells.length, packet ? String(packet.length) : '');
        setText(cells.info, packet?.info ?? 'Reading…');
        cells.info.title = packet?.info ?? '';
      },
    };
  }

  const timeOf = (packet) => (clock === 'local' ? exactTimeOfDay(packet.time) : elapsed(start ?? packet.time, packet.time));

  function render() {
    const { count: all, known, filtered, search } = source.state();
    rows.update(all);
    const open = filtered && search?.shown && search.state !== 'done';
    grid.setAttribute('aria-rowcount', String(open ? -1 : all + 1));
    const index = chosen === null ? -1 : placeOfChosen();
    const seen = index >= 0 && source.numberAt(index) === chosen && rows.sees(index);
    if (seen) grid.setAttribute('aria-activedescendant', `packet-row-${index}`);
    else grid.removeAttribute('aria-activedescendant');
    grid.classList.toggle('none', known && all === 0);
    showMessage(parts.empty, known && all === 0 ? emptyText(filtered, search) : '');
  }

  return {
    /** `start` is the moment that the time column counts from, `clock` what it shows: elapsed or local. */
    update(next) {
      start = next.start;
      clock = next.clock;
      if (clock !== 'local') grid.classList.remove('offsets');
      render();
    },
    choose,
    /** Chooses a packet by its number, or the first one after it that the list has. */
    goTo(number) {
      const all = source.state().count;
      if (all) choose(Math.min(source.place(number).index, all - 1), true);
    },
    toTop: () => rows.toTop(),
    chosen: () => chosen,
    focus: () => grid.focus({ preventScroll: true }),
  };
}

function emptyText(filtered, search) {
  if (!filtered) return 'No packet was captured. Was there traffic, and did the capture filter let it pass?';
  return search.state === 'searching' ? 'No match yet. The search goes on.' : 'No packet matches this display filter. Change it, or clear it to see all packets.';
}
