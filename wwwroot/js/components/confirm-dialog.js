import { partsOf, setText } from '../dom.js';

/** Asks before something is done that cannot be undone; answers true or false. Escape means no. */
export function createConfirmDialog(dialog) {
  const parts = partsOf(dialog);
  return function confirm({ title, text }) {
    setText(parts.title, title);
    setText(parts.text, text);
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'confirm'), { once: true });
    });
  };
}
