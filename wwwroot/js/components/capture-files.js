import { isFinished } from '../captures.js';
import { partsOf, setText, setTime, showMessage } from '../dom.js';
import { bytes, count } from '../format.js';
import { hasFiles, removedPackets } from '../rotation.js';

const RENEW_MS = 2000;

/** What a file holds, and what it takes on the disk where that is less. */
function sizeInWords({ bytes: length, storedBytes, state }) {
  if (state === 'writing') return `${bytes(length)}, being written`;
  return storedBytes == null ? bytes(length) : `${bytes(length)}, ${bytes(storedBytes)} on the disk`;
}

/** The files of a capture that has several, each to be downloaded; while it runs they are asked for again and again. */
export function createCaptureFiles(root, { id, api, onFiles }) {
  const parts = partsOf(root);
  let capture = null;
  let timer = 0;

  function show(files) {
    const known = new Map([...parts.rows.children].map((row) => [row.dataset.name, row]));
    parts.rows.replaceChildren(...[...files].reverse().map((file) => fill(known.get(file.name) ?? newRow(file.name), file)));
  }

  function newRow(name) {
    const row = document.createElement('tr');
    row.dataset.name = name;
    const link = document.createElement('a');
    link.href = api.fileUrl(id, name);
    link.download = '';
    link.textContent = name;
    const cell = row.insertCell();
    cell.append(link);
    for (let i = 0; i < 2; i++) row.insertCell().append(document.createElement('time'));
    for (let i = 0; i < 2; i++) row.insertCell().className = 'number';
    return row;
  }

  function fill(row, file) {
    const [, first, last, packets, size] = row.cells;
    setTime(first.firstChild, file.firstPacketAt);
    setTime(last.firstChild, file.lastPacketAt);
    setText(packets, count(file.packets));
    setText(size, sizeInWords(file));
    return row;
  }

  async function renew() {
    timer = 0;
    if (isFinished(capture)) return;
    try {
      if (!document.hidden) onFiles((await api.files(id)).files);
    } catch {
      // It is asked for again; the connection says when the console is away.
    }
    plan();
  }

  function plan() {
    if (!timer && !isFinished(capture)) timer = setTimeout(renew, RENEW_MS);
  }

  return {
    update(next) {
      capture = next;
      root.hidden = !hasFiles(capture);
      if (root.hidden) return;
      show(capture.files ?? []);
      const removed = removedPackets(capture);
      showMessage(parts.note, removed ? `${count(removed)} captured packets were in files that have been removed since: only the newest are kept.` : '');
      plan();
    },
  };
}
