import { EVERYTHING, isSearch } from '../capture-search.js';
import { createList, partsOf, setText, showMessage } from '../dom.js';
import { count } from '../format.js';
import { ANY } from '../interfaces.js';
import { ListWindow } from '../list-window.js';
import { onZoneChange } from '../zone.js';
import { createCaptureRow } from './capture-row.js';

const TYPING_MS = 200;
const AGES_MS = 20_000;
// So many rows before the last one known, the next page is asked for.
const AHEAD = 40;

/**
 * The captures that have ended, however many: in the page are the rows that are seen and some around them, and pages are
 * fetched as they are scrolled to.
 */
export function createCapturesList(root, { api, confirm, onChanged, onDeleted, onMore, onRepeat, onSearch }) {
  const parts = partsOf(root);
  const heading = root.querySelector('h2');
  const shown = new ListWindow();
  // A row that is being changed is kept while it is scrolled out of sight.
  const rowsInWork = new Map();
  let state = { captures: [], known: false };
  let frame = 0;
  let typing;
  let width = 0;
  let rows = new Map();

  const updateRows = createList(parts.rows, {
    key: ({ capture }) => capture.id,
    create: ({ capture }) => rowsInWork.get(capture.id) ?? createCaptureRow(capture, { api, confirm, onChanged, onDeleted, onRepeat }),
    remove(row, id) {
      if (row.inWork()) rowsInWork.set(id, row);
      else rowsInWork.delete(id);
    },
    refocus: (row) => (row?.querySelector('[data-part=title]') ?? heading).focus({ preventScroll: true }),
  });

  parts.search.addEventListener('submit', (event) => event.preventDefault());
  parts.search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(search, TYPING_MS);
  });
  parts.all.addEventListener('click', () => {
    parts.search.reset();
    search();
    parts.search.elements.text.focus();
  });
  parts.again.addEventListener('click', onMore);
  addEventListener('scroll', later, { passive: true });
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width !== width) shown.reset();
    width = contentRect.width;
    later();
  }).observe(parts.table);
  setInterval(tick, AGES_MS);
  onZoneChange(tick);

  function tick() {
    for (const row of rows.values()) row.tick();
  }

  function search() {
    const { text, state: wanted, interface: name } = parts.search.elements;
    onSearch({ text: text.value.trim(), state: wanted.value, interface: name.value });
  }

  function later() {
    if (!frame) frame = requestAnimationFrame(render);
  }

  function render() {
    frame = 0;
    const { captures } = state;
    const top = -(parts.above.hidden ? parts.rows : parts.above).getBoundingClientRect().top;
    const { first, end, above, below } = shown.range(captures.map(({ id }) => id), top, innerHeight);
    rows = updateRows(captures.slice(first, end).map((capture, at) => ({ capture, place: first + at })));
    for (const [id, row] of rows) shown.measured(id, row.root.offsetHeight);
    setHeight(parts.above, above);
    setHeight(parts.below, below);
    if (state.more && !state.failed && end > captures.length - AHEAD) onMore();
  }

  function showInterfaces({ interfaces, captures }) {
    const { interface: select } = parts.search.elements;
    const known = new Set([...select.options].map(({ value }) => value));
    const names = new Set([...(interfaces ?? []).filter(({ index }) => index !== ANY).map(({ name }) => name), ...captures.slice(0, AHEAD).flatMap((capture) => capture.interfaces ?? capture.interface)]);
    for (const name of names) if (name && !known.has(name)) select.add(new Option(name, name));
  }

  function showCount({ total, search: shownSearch, known }) {
    const some = total === 1 ? 'capture' : 'captures';
    setText(parts.count, !known || total === null ? '' : `${count(total)} ${some}${isSearch(shownSearch) ? ' found' : ''}`);
  }

  return {
    update(next) {
      const { captures, known, search: shownSearch = EVERYTHING, problem, failed, more, total } = next;
      const searching = isSearch(shownSearch);
      state = next;
      showMessage(parts.problem, problem);
      parts.again.hidden = !(failed && more);
      parts.search.hidden = captures.length === 0 && !searching;
      parts.table.hidden = captures.length === 0;
      parts.table.setAttribute('aria-rowcount', String(total === null ? -1 : total + 1));
      parts.empty.hidden = captures.length > 0;
      parts.all.hidden = !searching;
      setText(parts.emptyText, emptyText(known, searching));
      showInterfaces(next);
      showCount(next);
      render();
    },
  };
}

function emptyText(known, searching) {
  if (!known) return 'Asking for captures…';
  return searching ? 'No finished capture is like that.' : 'No finished capture yet. Once one is stopped, its PCAP-NG file waits here for Wireshark.';
}

function setHeight(spacer, height) {
  spacer.hidden = height <= 0;
  spacer.style.setProperty('--height', `${height}px`);
}
