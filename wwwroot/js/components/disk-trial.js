import { setText } from '../dom.js';
import { diskText } from '../disk.js';

/** Measures the disk for the button that asks for it, and says what came of it. */
export async function measureDisk(button, text, api) {
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
}
