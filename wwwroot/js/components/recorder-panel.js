import { pageOf } from '../captures.js';
import { partsOf, setText, showMessage } from '../dom.js';
import { count } from '../format.js';
import { toSave, triggersInWords } from '../recorder.js';

/** Saves what a recorder has, as a capture of its own. */
export function createRecorderPanel(root, { id, api }) {
  const parts = partsOf(root);

  parts.form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (parts.save.getAttribute('aria-disabled') === 'true') return;
    const { body, problem } = toSave({ before: parts.before.value, after: parts.after.value, name: parts.name.value });
    showMessage(parts.problem, problem);
    if (problem) return;
    parts.save.setAttribute('aria-disabled', 'true');
    setText(parts.save, 'Saving…');
    parts.saved.replaceChildren();
    try {
      show(await api.save(id, body));
    } catch (error) {
      const fields = Object.entries(error.errors ?? {}).map(([field, messages]) => `${field}: ${[messages].flat().join(' ')}`);
      showMessage(parts.problem, `Could not be saved: ${fields.join('; ') || error.message}`);
    } finally {
      parts.save.removeAttribute('aria-disabled');
      setText(parts.save, 'Save');
    }
  });

  function show(capture) {
    const link = document.createElement('a');
    link.href = pageOf(capture.id);
    link.textContent = `${count(capture.statistics.captured)} packets`;
    parts.saved.replaceChildren('Saved: ', link);
  }

  return {
    update(capture) {
      root.hidden = capture.state !== 'armed';
      const sentences = triggersInWords(capture);
      parts.triggers.hidden = sentences.length === 0;
      if (parts.triggers.childElementCount === sentences.length) return;
      parts.triggers.replaceChildren(...sentences.map((sentence) => {
        const item = document.createElement('li');
        item.textContent = sentence;
        return item;
      }));
    },
  };
}
