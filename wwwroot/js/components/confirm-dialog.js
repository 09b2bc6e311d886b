import { partsOf, setText } from '../dom.js';

/** Asks before something is done that may be regretted; answers true or false. Escape means no. `action` is what yes is called. */
export function createConfirmDialog(dialog) {
  const parts = partsOf(dialog);
  return function confirm({ title, text, action }) {
    setText(parts.title, title);
    setText(parts.text, text);
    if (action) setText(parts.action, action);
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'confirm'), { once: true });
    });
  };
}
