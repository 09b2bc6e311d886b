import { setText } from '../dom.js';
import { diskText } from '../disk.js';

/** The button that measures the disk, and what came of it. */
export function createDiskTrial(button, text, api) {
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    setText(text, 'Writing to the disk for three seconds…');
    try {
      setText(text, diskText(await api.disk()));
    } catch (error) {
      setText(text, error.message);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}
