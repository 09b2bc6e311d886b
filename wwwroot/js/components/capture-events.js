import { pageOf } from '../captures.js';
import { createList, setTime } from '../dom.js';

const CAPTURE = /\bcapture ([0-9a-f-]{36})$/;

/** What happened to a capture while it ran, as that its interface went down and up again; hidden where nothing did. */
export function createCaptureEvents(root) {
  const update = createList(root, { key: ({ at, what }) => `${at} ${what}`, create: createEvent });
  return {
    update({ events = [] }) {
      update(events);
      root.hidden = events.length === 0;
    },
  };
}

function createEvent({ what }) {
  const root = document.createElement('li');
  const time = document.createElement('time');
  const text = document.createElement('span');
  root.dataset.what = what;
  root.append(time, ' ', text);
  return {
    root,
    update({ at, detail }) {
      setTime(time, at);
      showDetail(text, detail);
    },
  };
}

/** What a recorder saved is a capture, and a step away. */
function showDetail(root, detail) {
  if (root.textContent === detail) return;
  const [saved, id] = CAPTURE.exec(detail) ?? [];
  root.textContent = saved ? detail.slice(0, -saved.length) : detail;
  if (!saved) return;
  const link = document.createElement('a');
  link.href = pageOf(id);
  link.textContent = saved;
  root.append(link);
}
