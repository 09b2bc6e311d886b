import { copyOnClick } from '../clipboard.js';
import { consoleUrl, curlCommand, dumpCommand } from '../commands.js';
import { partsOf, setText } from '../dom.js';

/** The commands that start what the form would start, to be copied. */
export function createStartCommands(root) {
  const parts = partsOf(root);
  copyOnClick(root, parts);

  return {
    /** The body of POST /api/captures that the form would send. */
    update(body) {
      setText(parts.curlText, curlCommand(consoleUrl(location.href), body));
      setText(parts.dumpText, dumpCommand(body));
    },
  };
}
