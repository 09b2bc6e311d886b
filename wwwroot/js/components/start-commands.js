import { copyText } from '../clipboard.js';
import { consoleUrl, curlCommand, dumpCommand } from '../commands.js';
import { partsOf, setText } from '../dom.js';

const SAID_MS = 2500;

/** The commands that start what the form would start, to be copied. */
export function createStartCommands(root) {
  const parts = partsOf(root);
  let silence;

  root.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    clearTimeout(silence);
    for (const other of root.querySelectorAll('[data-copy]')) setText(other, 'Copy');
    try {
      await copyText(parts[`${button.dataset.copy}Text`].textContent);
      setText(button, 'Copied');
    } catch {
      setText(button, 'Not copied');
    }
    silence = setTimeout(setText, SAID_MS, button, 'Copy');
  });

  return {
    /** The body of POST /api/captures that the form would send. */
    update(body) {
      setText(parts.curlText, curlCommand(consoleUrl(location.href), body));
      setText(parts.dumpText, dumpCommand(body));
    },
  };
}
