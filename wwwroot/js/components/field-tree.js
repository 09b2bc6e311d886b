import { createList, setText } from '../dom.js';
import { CHILDREN_SHOWN, keysOf, pathToByte, textOf, visibleLines } from '../packet-tree.js';

/**
 * A packet's layers as a tree; choosing a line is told to `onChoose` with its node. What is open, and the line's place, stay for
 * the next packet.
 */
export function createFieldTree(root, { onChoose, onLeave }) {
  const opened = new Set();
  const unfolded = new Set();
  let layers = [];
  let lines = [];
  let current = 0;

  const updateLines = createList(root, { key: (line) => line.id, create: createLine });

  function render() {
    lines = visibleLines(layers, opened, unfolded, CHILDREN_SHOWN);
    const used = new Map();
    for (const line of lines) {
      // Fields may have the same name: they open together, but are lines of their own.
      const again = used.get(line.key) ?? 0;
      used.set(line.key, again + 1);
      line.id = `${line.more ? 'more' : 'line'} ${again} ${line.key}`;
    }
    current = Math.min(current, Math.max(lines.length - 1, 0));
    updateLines(lines.map((line, index) => ({ ...line, index, current: index === current })));
    const active = root.children[current];
    if (active) root.setAttribute('aria-activedescendant', active.id);
    else root.removeAttribute('aria-activedescendant');
  }

  function createLine() {
    const item = document.createElement('div');
    const text = document.createElement('span');
    let line;
    item.setAttribute('role', 'treeitem');
    item.append(text);
    item.addEventListener('click', (event) => {
      const twisty = event.offsetX < parseFloat(getComputedStyle(item).paddingInlineStart) && event.target === item;
      choose(line.index);
      if (twisty || line.more) toggle(lines[line.index]);
    });
    item.addEventListener('dblclick', () => toggle(lines[line.index]));
    return {
      root: item,
      update(next) {
        line = next;
        item.id = `tree-line-${line.index}`;
        item.style.setProperty('--level', line.level);
        item.setAttribute('aria-level', String(line.level));
        item.setAttribute('aria-posinset', String(line.position));
        item.setAttribute('aria-setsize', String(line.size));
        item.setAttribute('aria-selected', String(line.current));
        if (line.open === null) item.removeAttribute('aria-expanded');
        else item.setAttribute('aria-expanded', String(line.open));
        setText(text, line.more ? `Show ${line.more.toLocaleString('en-US')} more` : textOf(line.node));
      },
    };
  }

  function choose(index) {
    current = index;
    render();
    root.children[current]?.scrollIntoView({ block: 'nearest' });
    const { node } = lines[current] ?? {};
    if (node) onChoose(node);
  }

  function toggle(line, open = !line.open) {
    if (line.more) unfolded.add(line.key);
    else if (line.open === null || line.open === open) return;
    else if (open) opened.add(line.key);
    else opened.delete(line.key);
    render();
  }

  root.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !lines.length) return;
    const line = lines[current];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (step) choose(Math.min(Math.max(current + step, 0), lines.length - 1));
    else if (event.key === 'ArrowRight' && line.open) choose(current + 1);
    else if (event.key === 'ArrowRight') toggle(line, true);
    else if (event.key === 'ArrowLeft' && line.open) toggle(line, false);
    else if (event.key === 'ArrowLeft' && line.parent >= 0) choose(line.parent);
    else if (event.key === 'Enter' || event.key === ' ') toggle(line);
    else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
  });

  return {
    update(next) {
      if (next === layers) return;
      layers = next;
      unfolded.clear();
      render();
      if (lines.length) onChoose(lines[current].node ?? null);
    },
    /** Opens the way to the field that holds a byte, and chooses it. */
    chooseByte(offset) {
      const path = pathToByte(layers, offset);
      if (!path.length) return;
      const ways = keysOf(path).slice(0, -1);
      for (const key of ways) opened.add(key);
      const place = () => lines.findIndex((line) => line.node === path.at(-1));
      render();
      let index = place();
      if (index < 0) {
        for (const key of ['', ...ways]) unfolded.add(key);
        render();
        index = place();
      }
      if (index >= 0) choose(index);
    },
    focus: () => root.focus({ preventScroll: true }),
  };
}
