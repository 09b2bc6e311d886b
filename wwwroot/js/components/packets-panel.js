import { partsOf, setText, showMessage } from '../dom.js';
import { count } from '../format.js';
import { destinationOf } from '../instants.js';
import { createPacketSource } from '../packet-source.js';
import { progressOf } from '../search-progress.js';
import { onZoneChange } from '../zone.js';
import { createPacketDetail } from './packet-detail.js';
import { createPacketList } from './packet-list.js';

const DISSECTORS = {
  sharkd: 'Read by Wireshark’s own dissectors (sharkd).',
  builtIn: 'Read by the built-in decoder, up to TCP, UDP, ICMP, ARP and DNS: Wireshark’s sharkd is not on the console’s machine, or failed here. Debian has it in wireshark-common.',
};

/**
 * Reading a capture packet by packet: the list with its display filter and jumps, and the packet that is chosen. `onRead`
 * hears once that the first packets are there, or are unavailable, and `onGrown` that packets which came meanwhile were asked for.
 */
export function createPacketsPanel(root, { id, api, onRead, onGrown }) {
  const parts = partsOf(root);
  const source = createPacketSource(api, id, update);
  let start = null;
  let available = null;
  // The file with the first packet, as the capture says and as the list was read.
  let oldest = '';
  let known = '';
  let clock = 'elapsed';
  let begun = false;
  let read = false;

  const list = createPacketList(root, { source, onChoose: update, onOpen: () => detail.focus() });
  const detail = createPacketDetail(parts.detail, { id, api, onFilter: filter, onLeave: list.focus });

  parts.displayForm.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  parts.clear.addEventListener('click', () => {
    parts.display.value = '';
    apply();
    parts.display.focus();
  });
  parts.halt.addEventListener('click', () => (source.state().search?.state === 'searching' ? source.stop() : source.resume()));
  parts.jumpForm.addEventListener('submit', (event) => {
    event.preventDefault();
    jump();
  });
  parts.jump.addEventListener('input', () => showJumpProblem(''));
  parts.clocks.addEventListener('click', (event) => {
    const button = event.target.closest('[data-clock]');
    if (!button) return;
    clock = button.dataset.clock;
    for (const other of parts.clocks.children) other.setAttribute('aria-pressed', String(other === button));
    update();
  });
  parts.more.addEventListener('click', grow);
  onZoneChange(() => {
    // Times in the filter mean another zone now.
    const { search } = source.state();
    if (search) source.search(search.display);
    update();
  });

  function apply() {
    const display = parts.display.value.trim();
    const { search, filtered } = source.state();
    if (display) {
      if (search?.display === display && search.state !== 'failed') return;
      source.search(display);
      list.toTop();
    } else if (search || filtered) {
      const chosen = list.chosen();
      source.clear();
      if (chosen !== null) list.goTo(chosen);
    }
  }

  function filter(display) {
    parts.display.value = display;
    apply();
    root.scrollIntoView({ block: 'start' });
  }

  async function jump() {
    const where = destinationOf(parts.jump.value, start ?? '');
    if (where.error) return showJumpProblem(where.error);
    if (where.at) return goToMoment(where.at);
    const { total, filtered } = source.state();
    if (!filtered && total !== null && where.number > total) {
      showJumpProblem(`There ${total === 1 ? 'is 1 packet' : `are ${count(total)} packets`}.`);
    } else list.goTo(where.number);
    return undefined;
  }

  async function goToMoment(at) {
    try {
      const { count: all } = source.state();
      const index = await source.placeAt(at);
      list.choose(Math.min(index, all - 1), true);
      showJumpProblem(index >= all ? 'All packets of the list are earlier: this is the last one.' : '');
    } catch (error) {
      showJumpProblem(`Could not go there: ${error.message}`);
    }
  }

  function showJumpProblem(text) {
    showMessage(parts.jumpProblem, text);
    parts.jump.setAttribute('aria-invalid', String(Boolean(text)));
  }

  async function grow() {
    onGrown();
    try {
      if (oldest === known) await source.grow();
      else await source.restart();
      known = oldest;
    } catch (error) {
      showMessage(parts.problem, `The new packets could not be read: ${error.message}`);
    }
  }

  function showSearch(state) {
    const { search, total } = state;
    const wrong = search?.problem ?? '';
    const partial = search?.shown && search.state !== 'done';
    parts.display.setAttribute('aria-invalid', String(Boolean(wrong)));
    showMessage(parts.displayProblem, wrong);
    parts.clear.hidden = !search;
    parts.halt.hidden = !partial;
    parts.halt.textContent = search?.state === 'searching' ? 'Stop' : 'Continue';
    setText(parts.progress, progressOf(state));
    parts.bar.hidden = !partial;
    parts.bar.max = total ?? 1;
    parts.bar.value = search?.scannedTo ?? 0;
    // Read out at its end only: while it goes on, the numbers change every second.
    setText(parts.result, search?.state === 'done' && search.shown ? progressOf(state) : '');
  }

  function update() {
    const state = source.state();
    showSearch(state);
    showMessage(parts.problem, state.problem);
    setText(parts.dissector, DISSECTORS[state.dissector] ?? '');
    parts.dissector.classList.toggle('limited', state.dissector === 'builtIn');
    const fresh = available !== null && state.total !== null ? available - state.total : 0;
    parts.more.hidden = fresh <= 0 && oldest === known;
    setText(parts.more, oldest === known ? `${count(Math.max(fresh, 0))} new ${fresh === 1 ? 'packet' : 'packets'}` : 'The oldest packets are gone: read again');
    const first = source.row(0);
    if (start === null && first && !state.filtered) start = first.time;
    list.update({ start, clock });
    if (list.chosen() === null && state.count && source.row(0)) list.choose(0);
    detail.update(list.chosen());
    if (read || (state.total === null && !state.problem)) return;
    read = true;
    onRead();
  }

  return {
    /** `count` is how many packets there are to read by now, `oldest` the file with the first of them. */
    update(next) {
      if (available === null) source.look(0, 0);
      if (!oldest) known = next.oldest;
      available = next.count;
      oldest = next.oldest;
      update();
      // Who opened the page before there were packets need not ask for the first ones.
      if (begun || source.state().total !== 0 || available === 0) return;
      begun = true;
      grow();
    },
    filter,
    grow,
    async goTo(at) {
      root.scrollIntoView({ block: 'start' });
      await goToMoment(at);
      list.focus();
    },
  };
}
