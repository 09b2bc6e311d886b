/**
 * A packet's layers and fields as a tree shows them. A node is known by the names on the way to it, so that what is open in
 * one packet is open in the next.
 */

const nameOf = (node) => node.name ?? (node.label ?? '').split(':', 1)[0];

/** What a line of the tree says. */
export const textOf = (node) => node.summary || node.label || node.name || '';

export const childrenOf = (node) => node.fields ?? [];

/** Fields of one node that are shown before one asks for more: a packet may be made to have very many. */
export const CHILDREN_SHOWN = 500;

/**
 * The lines to show: `{ node, key, level, position, size, open, parent }`, where `open` is null without children and `parent`
 * the line's index or -1. A node with more than `most` children ends in a line with `more`, the number left out.
 */
export function visibleLines(layers, opened, unfolded = new Set(), most = CHILDREN_SHOWN) {
  const lines = [];
  const todo = [];
  const push = (nodes, prefix, level, parent, limit) => {
    const shown = Math.min(nodes.length, limit);
    if (nodes.length > shown) todo.push({ more: nodes.length - shown, key: prefix, level, position: shown + 1, size: nodes.length, open: null, parent });
    for (let at = shown - 1; at >= 0; at--) {
      const node = nodes[at];
      todo.push({ node, key: `${prefix}/${nameOf(node)}`, level, position: at + 1, size: nodes.length, open: null, parent });
    }
  };
  push(layers, '', 1, -1, unfolded.has('') ? Infinity : most);
  // No recursion: how deep it goes is the packet's to say.
  while (todo.length) {
    const line = todo.pop();
    lines.push(line);
    const children = line.node ? childrenOf(line.node) : [];
    if (!children.length) continue;
    line.open = opened.has(line.key);
    if (line.open) push(children, line.key, line.level + 1, lines.length - 1, unfolded.has(line.key) ? Infinity : most);
  }
  return lines;
}

const holds = (node, offset) => node.length > 0 && offset >= node.start && offset < node.start + node.length;

/** The nodes from a layer down to the smallest field that holds the byte; empty where none does. */
export function pathToByte(layers, offset) {
  const path = [];
  let nodes = layers;
  for (;;) {
    // Of two that hold it the shorter one says more, and the later one where they are as long.
    let found = null;
    for (const node of nodes) if (holds(node, offset) && (!found || node.length <= found.length)) found = node;
    if (!found) return path;
    path.push(found);
    nodes = childrenOf(found);
  }
}

/** The keys of a path's nodes, as visibleLines() names them. */
export function keysOf(path) {
  const keys = [];
  for (const node of path) keys.push(`${keys.at(-1) ?? ''}/${nameOf(node)}`);
  return keys;
}
