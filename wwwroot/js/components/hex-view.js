import { setText } from '../dom.js';
import { asciiOf, hexByte, hexOffset } from '../packet-bytes.js';
import { createVirtualRows } from './virtual-rows.js';

const WIDE = 16;
const NARROW = 8;
// What sixteen bytes with their letters take, as packet-detail.css lays them out.
const WIDE_FROM_REM = 38;

/** A packet's bytes in hex and ASCII. Those of the chosen field are marked; choosing a byte is told to `onChoose`. */
export function createHexView(root, { onChoose, onLeave }) {
  const [spacer, pane, body] = ['div', 'div', 'div'].map((tag) => document.createElement(tag));
  let bytes = new Uint8Array();
  let marked = { start: 0, end: 0 };
  let cursor = 0;
  let width = WIDE;

  spacer.className = 'spacer';
  pane.className = 'pane';
  body.className = 'lines';
  body.setAttribute('role', 'rowgroup');
  pane.append(body);
  spacer.append(pane);
  root.append(spacer);
  const rows = createVirtualRows({ viewport: root, spacer, pane, body }, { create: createLine });

  new ResizeObserver(() => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const fitting = root.clientWidth < WIDE_FROM_REM * rem ? NARROW : WIDE;
    if (fitting === width) return;
    width = fitting;
    render();
  }).observe(root);

  function createLine() {
    const line = document.createElement('div');
    const offset = cell('offset', 'rowheader');
    const hex = Array.from({ length: WIDE }, () => cell('byte', 'gridcell'));
    const text = cell('ascii', 'presentation');
    const letters = Array.from({ length: WIDE }, () => document.createElement('span'));
    let first = 0;
    line.className = 'line';
    line.setAttribute('role', 'row');
    text.setAttribute('aria-hidden', 'true');
    text.append(...letters);
    line.append(offset, ...hex, text);
    line.addEventListener('click', ({ target }) => {
      const at = Math.max(hex.indexOf(target), letters.indexOf(target));
      if (at >= 0 && first + at < bytes.length) choose(first + at);
    });
    return {
      root: line,
      update(index) {
        first = index * width;
        line.setAttribute('aria-rowindex', String(index + 1));
        setText(offset, hexOffset(first));
        for (let at = 0; at < WIDE; at++) {
          const position = first + at;
          const there = at < width && position < bytes.length;
          const mark = there && position >= marked.start && position < marked.end;
          hex[at].id = there ? `byte-${position}` : '';
          hex[at].hidden = letters[at].hidden = at >= width;
          setText(hex[at], there ? hexByte(bytes[position]) : '');
          setText(letters[at], there ? asciiOf(bytes[position]) : '');
          for (const part of [hex[at], letters[at]]) {
            part.classList.toggle('marked', mark);
            part.classList.toggle('cursor', there && position === cursor);
          }
          hex[at].setAttribute('aria-selected', String(mark));
        }
      },
    };
  }

  function choose(offset) {
    cursor = offset;
    rows.reveal(Math.floor(offset / width));
    render();
    onChoose(offset);
  }

  function render() {
    const lines = Math.ceil(bytes.length / width);
    root.setAttribute('aria-rowcount', String(lines));
    root.dataset.width = width;
    rows.update(lines);
    if (bytes.length && rows.sees(Math.floor(cursor / width))) root.setAttribute('aria-activedescendant', `byte-${cursor}`);
    else root.removeAttribute('aria-activedescendant');
  }

  root.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !bytes.length) return;
    const page = rows.page() * width;
    const step = {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: width, ArrowUp: -width, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
    }[event.key];
    if (step) choose(Math.min(Math.max(cursor + step, 0), bytes.length - 1));
    else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
  });

  return {
    /** `mark` is the chosen field's `{ start, length }`, or null. */
    update(next, mark) {
      if (next !== bytes) {
        bytes = next;
        cursor = Math.min(cursor, Math.max(bytes.length - 1, 0));
      }
      marked = mark ? { start: mark.start, end: mark.start + mark.length } : { start: 0, end: 0 };
      render();
      if (marked.end > marked.start && marked.start < bytes.length) {
        if (cursor < marked.start || cursor >= marked.end) cursor = marked.start;
        rows.reveal(Math.floor(cursor / width));
        render();
      }
    },
  };
}

function cell(name, role) {
  const span = document.createElement('span');
  span.className = name;
  span.setAttribute('role', role);
  return span;
}
