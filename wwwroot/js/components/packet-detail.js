import { isPassing } from '../api.js';
import { copyText } from '../clipboard.js';
import { partsOf, setText, showMessage } from '../dom.js';
import { count, NONE } from '../format.js';
import { exactDateTime } from '../instants.js';
import { fromBase64, hexDump, hexText } from '../packet-bytes.js';
import { textOf } from '../packet-tree.js';
import { onZoneChange, zoneQuery } from '../zone.js';
import { createFieldTree } from './field-tree.js';
import { createHexView } from './hex-view.js';

// Who holds an arrow key down passes packets that need not be read.
const SETTLE_MS = 60;
const SAID_MS = 2500;
const RETRY_MS = 2000;

/** One packet: its layers as a tree, its bytes in hex, each choosing in the other. */
export function createPacketDetail(root, { id, api, onFilter, onLeave }) {
  const parts = partsOf(root);
  let wanted = null;
  let packet = null;
  let bytes = new Uint8Array();
  let field = null;
  let request;
  let timer;
  let silence;

  const tree = createFieldTree(parts.tree, { onChoose: chooseField, onLeave });
  const hex = createHexView(parts.bytes, { onChoose: (offset) => tree.chooseByte(offset), onLeave });
  parts.copyHex.addEventListener('click', () => copy(hexText(chosenBytes()), 'Bytes copied as hex.'));
  parts.copyDump.addEventListener('click', () => copy(hexDump(bytes), 'Packet copied as a hex dump.'));
  parts.copyText.addEventListener('click', () => copy(textOf(field), 'Field copied.'));
  parts.filter.addEventListener('click', () => onFilter(field.filter));

  onZoneChange(() => packet && fetchPacket(wanted));

  const chosenBytes = () => (field?.length ? bytes.subarray(field.start, field.start + field.length) : bytes);

  async function copy(text, done) {
    try {
      await copyText(text);
      say(done);
    } catch (error) {
      say(`Not copied: ${error.message}`);
    }
  }

  function say(text) {
    setText(parts.said, text);
    clearTimeout(silence);
    silence = setTimeout(() => setText(parts.said, ''), SAID_MS);
  }

  function chooseField(node) {
    field = node;
    showField();
    hex.update(bytes, node?.length > 0 ? node : null);
  }

  function showField() {
    parts.copyText.disabled = !field;
    parts.filter.disabled = !field?.filter;
    parts.filter.title = field?.filter ?? '';
    setText(parts.field, field?.length ? `${field.length} B from byte ${field.start}` : '');
  }

  async function fetchPacket(number) {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      show(await readPacket(number, signal));
      showMessage(parts.packetProblem, '');
    } catch (error) {
      if (signal.aborted) return;
      showMessage(parts.packetProblem, `Packet ${count(number)} could not be read: ${error.message}`);
      if (isPassing(error)) timer = setTimeout(fetchPacket, RETRY_MS, number);
    }
    if (!signal.aborted) root.setAttribute('aria-busy', 'false');
  }

  /** A console whose machine does not know the zone shows times in UTC, and says so with each. */
  async function readPacket(number, signal) {
    try {
      return await api.packet(id, number, zoneQuery(), signal);
    } catch (error) {
      if (!error.errors?.zone) throw error;
      return api.packet(id, number, {}, signal);
    }
  }

  function show(next) {
    packet = next;
    bytes = fromBase64(packet.bytes);
    field = null;
    setText(parts.title, `Packet ${count(packet.number)}`);
    showFacts();
    parts.content.hidden = false;
    parts.packetEmpty.hidden = true;
    hex.update(bytes, null);
    showField();
    tree.update(packet.layers);
  }

  function showFacts() {
    const kept = packet.capturedLength < packet.length ? `${count(packet.length)} B on the wire, the first ${count(packet.capturedLength)} B kept` : `${count(packet.length)} B`;
    const by = packet.dissector === 'builtIn' ? 'read by the built-in decoder' : '';
    const way = { in: 'received', out: 'sent' }[packet.direction];
    setText(parts.facts, [exactDateTime(packet.time) || NONE, kept, packet.interface, way, by].filter(Boolean).join(' · '));
  }

  return {
    /** The packet to show by its number, or null. */
    update(number) {
      if (number === null || number === wanted) return;
      wanted = number;
      root.setAttribute('aria-busy', 'true');
      clearTimeout(timer);
      timer = setTimeout(fetchPacket, packet ? SETTLE_MS : 0, wanted);
    },
    focus: tree.focus,
  };
}
