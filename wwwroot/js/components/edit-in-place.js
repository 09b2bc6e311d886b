import { partsOf, setText, showMessage } from '../dom.js';

/**
 * A text that can be changed where it stands. `save` gets the new text and answers when it is kept; what it throws is shown
 * beside the field, and nothing that was typed is lost.
 */
export function createEditInPlace(root, { save, shown = (text) => text }) {
  const parts = partsOf(root);
  let value = '';

  parts.edit.addEventListener('click', () => {
    parts.input.value = value;
    show(true);
    parts.input.focus();
    parts.input.select();
  });
  parts.cancel.addEventListener('click', close);
  parts.form.addEventListener('submit', (event) => {
    event.preventDefault();
    keep();
  });
  parts.input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      keep();
    }
  });

  function show(editing) {
    parts.form.hidden = !editing;
    parts.shown.hidden = editing;
  }

  function close() {
    showMessage(parts.problem, '');
    show(false);
    parts.edit.focus();
  }

  async function keep() {
    if (parts.form.getAttribute('aria-busy') === 'true') return;
    parts.form.setAttribute('aria-busy', 'true');
    showMessage(parts.problem, '');
    try {
      await save(parts.input.value.trim());
      close();
    } catch (error) {
      const about = Object.values(error.errors ?? {}).flat().join(' ');
      showMessage(parts.problem, `Not saved: ${about || error.message}`);
      parts.input.focus();
    } finally {
      parts.form.removeAttribute('aria-busy');
    }
  }

  show(false);
  return {
    update(text) {
      value = text;
      setText(parts.text, shown(text));
    },
  };
}
