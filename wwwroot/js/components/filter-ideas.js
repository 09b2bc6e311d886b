import { COMMON, keepRecent, readRecent, withRecent } from '../filters.js';

/** A list of filters that were used before and that people often want; the chosen one goes into the field. */
export function createFilterIdeas(select, input, storage) {
  let recent = readRecent(storage);

  select.addEventListener('change', () => {
    input.value = select.value;
    select.selectedIndex = 0;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  });

  function show() {
    const title = new Option('Often used…', '', true, true);
    title.disabled = true;
    const groups = [['Recent', recent.map((filter) => ({ filter }))], ['Common', COMMON]].filter(([, ideas]) => ideas.length);
    select.replaceChildren(title, ...groups.map(([label, ideas]) => groupOf(label, ideas)));
  }

  show();
  return {
    /** The console has taken this filter. */
    used(filter) {
      recent = withRecent(recent, filter);
      keepRecent(storage, recent);
      show();
    },
  };
}

function groupOf(label, ideas) {
  const group = document.createElement('optgroup');
  group.label = label;
  group.append(...ideas.map(({ filter, label: words }) => new Option(words ? `${words}: ${filter}` : filter, filter)));
  return group;
}
