import { fromTemplate, showMessage } from '../dom.js';

/**
 * The fields that change what a capture is called. `save` gets the body of PATCH and answers when it is kept; what it throws
 * is shown, and nothing that was typed is lost. `onDone` hears that it is kept, or that its user has thought better of it.
 */
export function createCaptureEdit({ capture, save, onDone }) {
  const { root, ...parts } = fromTemplate('capture-edit');
  const { name, comment } = root.elements;
  name.value = capture.name ?? '';
  comment.value = capture.comment ?? '';

  parts.cancel.addEventListener('click', onDone);
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') onDone();
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    keep();
  });

  async function keep() {
    if (root.getAttribute('aria-busy') === 'true') return;
    root.setAttribute('aria-busy', 'true');
    showMessage(parts.problem, '');
    try {
      await save({ name: name.value.trim(), comment: comment.value.trim() });
      onDone();
    } catch (error) {
      const about = Object.values(error.errors ?? {}).flat().join(' ');
      showMessage(parts.problem, `Not saved: ${about || error.message}`);
      name.focus();
    } finally {
      root.removeAttribute('aria-busy');
    }
  }

  return {
    root,
    focus() {
      name.focus();
      name.select();
    },
  };
}
