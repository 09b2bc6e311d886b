import { createList, setText, setTime } from '../dom.js';

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
      setText(text, detail);
    },
  };
}
