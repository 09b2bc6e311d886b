import { createList, fromTemplate, partsOf, setText } from '../dom.js';
import { ANY } from '../interfaces.js';

/**
 * The interfaces that are captured into the same file as the one that is selected: those that are up and whose packets start alike.
 * What was chosen stays chosen, also where it is gone: the console says so.
 */
export function createMoreInterfaces(root) {
  const parts = partsOf(root);
  const updateChoices = createList(parts.moreChoices, { key: ({ name }) => name, create: createChoice });
  let chosen = new Set();
  let state = { interfaces: null, selected: null };

  root.addEventListener('change', () => {
    chosen = new Set(names());
    show();
  });

  function names() {
    return [...parts.moreChoices.querySelectorAll(':checked')].map(({ value }) => value);
  }

  function show() {
    const { interfaces, selected } = state;
    const { linkType, index } = interfaces?.find(({ name }) => name === selected) ?? {};
    if (index === ANY) chosen = new Set();
    const choices = (interfaces ?? []).filter(({ name, up, linkType: other }) => name !== selected && (chosen.has(name) || (up && other === linkType)));
    const gone = interfaces ? [...chosen].filter((name) => name !== selected && !interfaces.some((iface) => iface.name === name)) : [];
    updateChoices([
      ...choices.map(({ name, up }) => ({ name, label: up ? name : `${name} (down)`, checked: chosen.has(name) })),
      ...gone.map((name) => ({ name, label: `${name} (gone)`, checked: true })),
    ]);
    const count = names().length;
    root.hidden = choices.length + gone.length === 0 || index === ANY;
    setText(parts.moreChosen, count ? `${count} chosen` : 'none chosen: one interface');
  }

  return {
    names,
    choose(next) {
      chosen = new Set(next);
      root.open = chosen.size > 0;
      show();
    },
    update(next) {
      state = next;
      show();
    },
  };
}

function createChoice() {
  const { root, ...parts } = fromTemplate('more-interface');
  return {
    root,
    update({ name, label, checked }) {
      parts.box.value = name;
      parts.box.checked = checked;
      setText(parts.label, label);
    },
  };
}
