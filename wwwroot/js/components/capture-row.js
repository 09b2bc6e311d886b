import { age } from '../age.js';
import { explanationOf, pageOf, reasonOf, titleOf } from '../captures.js';
import { fromTemplate, setText, setTime, showMessage } from '../dom.js';
import { fromCapture, totalLost } from '../figures.js';
import { bytes, count, dateTime, duration, secondsBetween } from '../format.js';
import { isRecorder } from '../recorder.js';
import { createCaptureEdit } from './capture-edit.js';
import { createDownload } from './download.js';

/** A capture that has ended, as a row of their list. */
export function createCaptureRow({ id }, { api, confirm, onChanged, onDeleted, onRepeat }) {
  const { root, ...parts } = fromTemplate('finished-row');
  let capture;
  let problem = '';
  let edit = null;
  root.dataset.id = id;
  parts.title.href = pageOf(id);
  parts.repeat.href = `./?${new URLSearchParams({ repeat: id })}`;
  createDownload(parts.download, { id, api, showProblem });
  parts.remove.addEventListener('click', remove);
  parts.edit.addEventListener('click', change);
  parts.repeat.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onRepeat(capture);
  });

  function showProblem(text) {
    problem = text;
    showMessage(parts.problem, problem || explanationOf(capture));
    parts.problem.classList.toggle('mild', !problem && capture.state === 'recovered');
  }

  function change() {
    edit ??= createCaptureEdit({
      capture,
      save: async (body) => onChanged(await api.change(id, body)),
      onDone() {
        edit.root.remove();
        edit = null;
        parts.names.hidden = false;
        parts.edit.focus();
      },
    });
    parts.names.hidden = true;
    parts.names.after(edit.root);
    edit.focus();
  }

  async function remove() {
    if (parts.remove.getAttribute('aria-disabled') === 'true') return;
    const { captured, fileBytes } = fromCapture(capture);
    const agreed = await confirm({
      title: `Delete ${titleOf(capture)}?`,
      text: `${count(captured)} packets in ${bytes(fileBytes)} are removed from this machine for good.`,
    });
    if (!agreed) return;
    showProblem('');
    parts.remove.setAttribute('aria-disabled', 'true');
    try {
      await api.remove(id);
      onDeleted(id);
    } catch (error) {
      parts.remove.removeAttribute('aria-disabled');
      if (error.code === 'capture_not_found') onDeleted(id);
      else showProblem(`Could not be deleted: ${error.message}`);
    }
  }

  function showFigures() {
    const figures = fromCapture(capture);
    const lost = totalLost(figures.dropped);
    setText(parts.packets, count(figures.captured));
    setText(parts.size, bytes(figures.fileBytes));
    setText(parts.lost, count(lost));
    parts.lost.classList.toggle('bad', lost > 0);
  }

  function tick() {
    setTime(parts.started, capture.startedAt);
    setText(parts.started, age(capture.startedAt));
    parts.started.title = dateTime(capture.startedAt);
  }

  return {
    root,
    tick,
    /** Whether its user has something in hand here that would be lost with it. */
    inWork: () => Boolean(edit),
    update({ capture: next, place }) {
      root.setAttribute('aria-rowindex', String(place + 2));
      if (next === capture) return;
      capture = next;
      const title = titleOf(capture);
      setText(parts.title, title);
      showMessage(parts.comment, capture.comment);
      parts.comment.title = capture.comment ?? '';
      setText(parts.state, capture.state);
      parts.state.dataset.state = capture.state;
      parts.pinned.hidden = !capture.pinned;
      setText(parts.reason, reasonOf(capture));
      setText(parts.iface, capture.interface);
      setText(parts.engine, [capture.engine, capture.mode].filter(Boolean).join(' · '));
      setText(parts.filter, capture.filter || 'none');
      parts.filter.classList.toggle('none', !capture.filter);
      parts.filter.title = capture.filter ?? '';
      setText(parts.duration, `for ${duration(secondsBetween(capture.startedAt, capture.stoppedAt))}`);
      parts.download.hidden = isRecorder(capture);
      for (const [part, does] of [['download', 'Download'], ['repeat', 'Repeat'], ['edit', 'Rename or comment'], ['remove', 'Delete']]) {
        parts[part].setAttribute('aria-label', `${does}: ${title}`);
      }
      tick();
      showFigures();
      showProblem(problem);
    },
  };
}
