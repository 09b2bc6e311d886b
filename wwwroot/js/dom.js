import { dateTime, NONE } from './format.js';

/** A copy of a <template>, with its parts by their data-part names. */
export function fromTemplate(id) {
  const root = document.getElementById(id).content.firstElementChild.cloneNode(true);
  return { root, ...partsOf(root) };
}

export function partsOf(root) {
  const parts = {};
  for (const node of root.querySelectorAll('[data-part]')) parts[node.dataset.part] = node;
  return parts;
}

/** Writing the same text again would move the reader's selection and wake screen readers. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A moment in the shown zone; its title is the console's own text, in UTC. */
export function setTime(node, iso) {
  const text = dateTime(iso);
  setText(node, text);
  if (text === NONE) return;
  node.dateTime = iso;
  node.title = iso;
}

/** Shows a message where there is one; an element with role="alert" reads it out. */
export function showMessage(node, text) {
  setText(node, text ?? '');
  node.hidden = !text;
}

/**
 * Makes the children of a list those of `items`, in order: known ones are updated where they stand, so focus and selection
 * live on. `refocus` gets the neighbour of one that had the focus and goes. Returns the components by key.
 */
export function createList(parent, { key, create, remove = () => {}, refocus = () => {} }) {
  const known = new Map();
  return function update(items) {
    const wanted = new Map(items.map((item) => [key(item), item]));
    for (const [id, component] of known) {
      if (wanted.has(id)) continue;
      const { root } = component;
      if (root.contains(document.activeElement)) refocus(root.nextElementSibling ?? root.previousElementSibling);
      root.remove();
      remove(component, id);
      known.delete(id);
    }
    let place = parent.firstElementChild;
    for (const [id, item] of wanted) {
      let component = known.get(id);
      if (!component) {
        component = create(item);
        known.set(id, component);
      }
      component.update(item);
      if (component.root === place) place = place.nextElementSibling;
      else parent.insertBefore(component.root, place);
    }
    return known;
  };
}
