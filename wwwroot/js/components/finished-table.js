import { explanationOf, pageOf, reasonOf, titleOf } from '../captures.js';
import { createList, fromTemplate, partsOf, setText, setTime, showMessage } from '../dom.js';
import { fromCapture, totalLost } from '../figures.js';
import { bytes, count, duration, secondsBetween } from '../format.js';
import { createDownload } from './download.js';

export function createFinishedTable(root, { api, confirm, onDeleted, onMore }) {
  const parts = partsOf(root);
  const heading = root.querySelector('h2');
  const updateRows = createList(parts.rows, {
    key: (capture) => capture.id,
    create: (capture) => createRow(capture, { api, confirm, onDeleted }),
    refocus: (row) => (row?.querySelector('[data-part=remove]') ?? heading).focus(),
  });
  parts.more.addEventListener('click', onMore);

  return {
    update({ captures, known, more, problem }) {
      showMessage(parts.problem, problem);
      updateRows(captures);
      parts.table.hidden = captures.length === 0;
      parts.empty.hidden = captures.length > 0;
      setText(parts.empty, known ? 'No finished capture yet. Once one is stopped, its PCAP-NG file waits here for Wireshark.' : 'Asking for captures…');
      parts.more.hidden = !more;
    },
  };
}

function createRow({ id }, { api, confirm, onDeleted }) {
  const { root, ...parts } = fromTemplate('finished-row');
  let capture;
  let problem = '';
  root.dataset.id = id;
  parts.title.href = pageOf(id);
  createDownload(parts.download, { id, api, showProblem });
  parts.remove.addEventListener('click', remove);

  function showProblem(text) {
    problem = text;
    showMessage(parts.problem, problem || explanationOf(capture));
    parts.problem.classList.toggle('mild', !problem && capture.state === 'recovered');
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

  return {
    root,
    update(next) {
      capture = next;
      const figures = fromCapture(capture);
      const lost = totalLost(figures.dropped);
      const title = titleOf(capture);
      setText(parts.title, title);
      setText(parts.state, capture.state);
      parts.state.dataset.state = capture.state;
      setText(parts.reason, reasonOf(capture));
      setText(parts.iface, capture.interface);
      setText(parts.engine, [capture.engine, capture.mode === 'drop' && 'drop'].filter(Boolean).join(' · '));
      setText(parts.filter, capture.filter || 'none');
      parts.filter.classList.toggle('none', !capture.filter);
      setTime(parts.started, capture.startedAt);
      setText(parts.duration, duration(secondsBetween(capture.startedAt, capture.stoppedAt)));
      setText(parts.packets, count(figures.captured));
      setText(parts.size, bytes(figures.fileBytes));
      setText(parts.lost, count(lost));
      parts.lost.classList.toggle('bad', lost > 0);
      parts.download.setAttribute('aria-label', `Download ${title}`);
      parts.remove.setAttribute('aria-label', `Delete ${title}`);
      showProblem(problem);
    },
  };
}
