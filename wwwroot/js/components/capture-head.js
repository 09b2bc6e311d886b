import { explanationOf, isFinished, reasonOf, titleOf } from '../captures.js';
import { WRITTEN } from '../disk.js';
import { partsOf, setText, setTime, showMessage } from '../dom.js';
import { whyEngine } from '../engines.js';
import { fromCapture } from '../figures.js';
import { bytes, count, duration, NONE, parseTime } from '../format.js';
import { isRecorder } from '../recorder.js';
import { filesInWords } from '../rotation.js';
import { SNAPLEN_FULL } from '../start-request.js';
import { stampedBy, stampsInDetail } from '../time-stamps.js';
import { createDownload } from './download.js';
import { createEditInPlace } from './edit-in-place.js';

const DIRECTIONS = { in: 'in', out: 'out', both: 'in and out' };
const MODES = { mirror: 'mirror (packets continue to the host)', drop: 'drop (captured packets go no further)' };

/** What a capture is and how it ended, with what can be done with it as a whole. */
export function createCaptureHead(root, { id, api, confirm, onChanged, onDeleted }) {
  const parts = partsOf(root);
  let capture;
  const name = createEditInPlace(root.querySelector('[data-edit=name]'), { save: (text) => change({ name: text }), shown: () => titleOf(capture) });
  const comment = createEditInPlace(root.querySelector('[data-edit=comment]'), {
    save: (text) => change({ comment: text }),
    shown: (text) => text || 'No comment.',
  });
  createDownload(parts.download, { id, api, showProblem: (text) => showMessage(parts.failure, text) });
  parts.repeat.href = `./?${new URLSearchParams({ repeat: id })}`;
  parts.remove.addEventListener('click', remove);
  parts.pin.addEventListener('click', async () => {
    try {
      await change({ pinned: !capture.pinned });
      showMessage(parts.failure, '');
    } catch (error) {
      showMessage(parts.failure, `Could not be ${capture.pinned ? 'unpinned' : 'pinned'}: ${error.message}`);
    }
  });

  async function change(body) {
    onChanged(await api.change(id, body));
  }

  async function remove() {
    if (parts.remove.getAttribute('aria-disabled') === 'true') return;
    const { captured, fileBytes } = fromCapture(capture);
    const agreed = await confirm({
      title: `Delete ${titleOf(capture)}?`,
      text: `${count(captured)} packets in ${bytes(fileBytes)} are removed from this machine for good.`,
    });
    if (!agreed) return;
    showMessage(parts.failure, '');
    parts.remove.setAttribute('aria-disabled', 'true');
    try {
      await api.remove(id);
      onDeleted();
    } catch (error) {
      parts.remove.removeAttribute('aria-disabled');
      if (error.code === 'capture_not_found') onDeleted();
      else showMessage(parts.failure, `Could not be deleted: ${error.message}`);
    }
  }

  function showTimes() {
    const end = capture.stoppedAt ? parseTime(capture.stoppedAt) : Date.now();
    setTime(parts.started, capture.startedAt);
    setTime(parts.stopped, capture.stoppedAt);
    setText(parts.duration, duration((end - parseTime(capture.startedAt)) / 1000));
  }

  return {
    update(next) {
      capture = next;
      const finished = isFinished(capture);
      name.update(capture.name);
      comment.update(capture.comment ?? '');
      setText(parts.state, capture.state);
      parts.state.dataset.state = capture.state;
      setText(parts.ended, reasonOf(capture));
      showMessage(parts.explanation, finished ? explanationOf(capture) : '');
      parts.explanation.classList.toggle('mild', capture.state === 'recovered');
      setText(parts.iface, capture.interface);
      setText(parts.engine, capture.engineDetail ? `${capture.engine} (${capture.engineDetail})` : capture.engine);
      showMessage(parts.reason, whyEngine(capture));
      setText(parts.mode, MODES[capture.mode] ?? capture.mode);
      setText(parts.direction, DIRECTIONS[capture.direction] ?? capture.direction);
      setText(parts.filter, capture.filter || 'none');
      parts.filter.classList.toggle('none', !capture.filter);
      setText(parts.snaplen, capture.snaplen >= SNAPLEN_FULL ? 'whole packets' : `the first ${capture.snaplen} B of each`);
      setText(parts.files, filesInWords(capture));
      setText(parts.written, isRecorder(capture) ? NONE : WRITTEN[capture.fileIo] ?? capture.fileIo);
      setText(parts.stamps, stampedBy(capture));
      setText(parts.clock, stampsInDetail(capture));
      showTimes();
      parts.pin.setAttribute('aria-pressed', String(Boolean(capture.pinned)));
      parts.live.hidden = finished;
      parts.remove.hidden = !finished;
      parts.download.hidden = isRecorder(capture);
      setText(parts.download, finished ? 'Download' : 'Download so far');
    },
  };
}
