import { isPassing } from '../api.js';
import { createList, fromTemplate, partsOf, setText, showMessage } from '../dom.js';
import { addressFilter, conversationFilter } from '../display-filters.js';
import { fromCapture, offered, storedBytes, totalLost } from '../figures.js';
import { bitRate, bytes, count, NONE, parseTime, percent, share, si } from '../format.js';
import { bars, lengthLabel } from '../shares.js';
import { createLossLedger } from './loss-ledger.js';

const POLL_MS = 1000;
const RETRY_MS = 5000;

/**
 * What is in a capture: its figures at once, and what the console counts once it has ended: protocols, addresses,
 * conversations, lengths. Choosing an address or a conversation is told to `onFilter` as a display filter.
 */
export function createCaptureSummary(root, { id, api, onFilter }) {
  const parts = partsOf(root);
  const ledger = createLossLedger(parts, 'drops');
  let summary = null;
  let problem = '';
  let ended = false;
  let asked = false;
  let timer;

  const lists = {
    protocols: createBarList(parts.protocols, { label: ({ name }) => name }),
    lengths: createBarList(parts.lengths, { label: lengthLabel }),
    addresses: createBarList(parts.addresses, { by: 'wireBytes', label: ({ address }) => address, filter: ({ address }) => addressFilter(address), onFilter }),
    conversations: createBarList(parts.conversations, { by: 'wireBytes', label: conversationLabel, filter: conversationFilter, onFilter }),
  };

  async function load() {
    clearTimeout(timer);
    try {
      summary = await api.summary(id);
      problem = '';
      if (summary.state !== 'ready') timer = setTimeout(load, POLL_MS);
    } catch (error) {
      problem = `The summary could not be read: ${error.message}`;
      if (isPassing(error)) timer = setTimeout(load, RETRY_MS);
    }
    show();
  }

  function show() {
    const ready = summary?.state === 'ready';
    const told = ready ? summary : null;
    showMessage(parts.problem, problem);
    parts.content.hidden = !ready;
    parts.working.hidden = ready || Boolean(problem);
    const share = summary?.progress;
    setText(parts.working, ended ? `The packets are being counted${share > 0 ? `: ${percent(share)}` : ''}…` : 'The console counts the packets once the capture has ended.');
    showRates(parts, told);
    if (!told) return;
    for (const [name, list] of Object.entries(lists)) list.update(told[name] ?? [], told);
    parts.truncated.hidden = !told.truncated;
  }

  show();
  return {
    /**
     * `finished` says that the console can count now, and `read` that the first packets are there, which counting would delay;
     * `losses` are what is known of when packets were lost.
     */
    update({ capture, finished, read, losses }) {
      const figures = fromCapture(capture);
      const lost = totalLost(figures.dropped);
      const { wireBytes, capturedBytes } = capture.statistics ?? {};
      setText(parts.packets, count(figures.captured));
      setText(parts.wire, bytes(wireBytes));
      setText(parts.kept, bytes(capturedBytes));
      setText(parts.file, `${bytes(figures.fileBytes)} file${capture.compression === 'zstd' ? `, ${bytes(storedBytes(capture))} on the disk` : ''}`);
      setText(parts.lost, count(lost));
      setText(parts.lostShare, lost ? `${share(lost, offered(figures))} of all` : '');
      parts.lost.classList.toggle('bad', lost > 0);
      const start = parseTime(capture.startedAt) / 1000;
      ledger.update({ figures, ledger: losses, timeOf: (elapsed) => start + elapsed, capture, imbalance: '' });
      if (finished && !ended) {
        ended = true;
        show();
      }
      if (!ended || !read || asked) return;
      asked = true;
      load();
    },
  };
}

/** A capture of less than a second has no rate; its packets are those of its peak second. */
function showRates(parts, told) {
  const average = told?.averagePacketsPerSecond ?? null;
  setText(parts.average, average === null ? NONE : si(average, 'pps'));
  setText(parts.averageBits, average === null ? (told && told.packets > 0 ? 'less than a second' : '') : bitRate(told.averageBitsPerSecond));
  setText(parts.peak, told ? si(told.peakPacketsPerSecond, 'pps') : NONE);
  setText(parts.peakBits, told ? bitRate(told.peakBitsPerSecond) : '');
}

const conversationLabel = ({ a, b, protocol, aPort, bPort }) => {
  const end = (address, port) => (port > 0 ? (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`) : address);
  return `${end(a, aPort)} – ${end(b, bPort)} ${protocol ?? ''}`.trim();
};

/** Bars are of packets or, `by` wireBytes, of bytes on the wire, as the console has put the rows in order. */
function createBarList(body, { label, by = 'packets', filter = () => null, onFilter }) {
  const update = createList(body, { key: ({ row }) => label(row), create: createBar });
  return { update: (rows, summary) => update(bars(rows, summary[by], by)) };

  function createBar() {
    const { root, ...parts } = fromTemplate('bar-row');
    let display = null;
    parts.choose.addEventListener('click', () => onFilter(display));
    return {
      root,
      update({ row, level, part }) {
        display = filter(row);
        setText(parts.label, display ? '' : label(row));
        setText(parts.choose, display ? label(row) : '');
        parts.choose.hidden = !display;
        parts.choose.title = display ? `Show in the list: ${display}` : '';
        parts.label.hidden = Boolean(display);
        root.style.setProperty('--level', `${level * 100}%`);
        setText(parts.packets, count(row.packets));
        setText(parts.share, share(part, 1));
        setText(parts.bytes, row.wireBytes == null ? '' : bytes(row.wireBytes));
      },
    };
  }
}
