import { titleOf } from '../captures.js';
import { setText, showMessage } from '../dom.js';
import { askAndDrop, dropWarning } from '../drop.js';

/** Stops a running capture and switches its mode. Says in `parts.problem` what did not work. */
export function createRunningControls(parts, { id, api, confirmDrop, onChanged }) {
  let current = null;
  let unreachable = false;

  parts.stop.addEventListener('click', stop);
  parts.modes.addEventListener('click', (event) => {
    const chosen = event.target.closest('[data-mode]');
    if (chosen) switchTo(chosen.dataset.mode);
  });

  async function stop() {
    if (parts.stop.getAttribute('aria-disabled') === 'true') return;
    setStopping(true);
    showMessage(parts.problem, '');
    try {
      onChanged(await api.stop(id));
    } catch (error) {
      showMessage(parts.problem, `Could not be stopped: ${error.message}`);
      unreachable = error.code === 'unreachable';
      setStopping(false);
    }
  }

  async function switchTo(mode) {
    if (mode === current.mode || parts.modes.getAttribute('aria-busy') === 'true') return;
    const put = (force) => api.setMode(id, mode, force);
    showMessage(parts.problem, '');
    parts.modes.setAttribute('aria-busy', 'true');
    try {
      const changed = mode === 'drop' ? await askAndDrop(dropWarning(current), confirmDrop, put) : await put();
      if (changed) onChanged(changed);
    } catch (error) {
      showMessage(parts.problem, `Could not be switched to ${mode}: ${error.message}`);
      unreachable = error.code === 'unreachable';
    } finally {
      parts.modes.removeAttribute('aria-busy');
    }
  }

  function setStopping(stopping) {
    parts.stop.setAttribute('aria-disabled', String(stopping));
    setText(parts.stop, stopping ? 'Stopping…' : 'Stop');
  }

  return {
    update(capture) {
      const title = titleOf(capture);
      current = capture;
      parts.modes.hidden = !capture.canDrop || capture.state === 'stopping';
      parts.modes.setAttribute('aria-label', `Packets of ${title}`);
      for (const button of parts.modes.children) button.setAttribute('aria-pressed', String(button.dataset.mode === capture.mode));
      parts.stop.setAttribute('aria-label', `Stop ${title}`);
      if (capture.state === 'stopping') setStopping(true);
    },
    /** The console was heard of: it is not unreachable any more. */
    heard() {
      if (!unreachable) return;
      unreachable = false;
      showMessage(parts.problem, '');
    },
  };
}
