import { pageOf } from '../captures.js';
import { fromTemplate, setText, showMessage } from '../dom.js';
import { count, dateTime } from '../format.js';
import { nameOf, stateOf, whatOf, whenOf } from '../schedules.js';

/** A schedule: when it starts what, what became of it, and its buttons. */
export function createScheduleRow({ id }, { api, confirm, onChanged, onDeleted }) {
  const { root, ...parts } = fromTemplate('schedule-row');
  let schedule;

  parts.pause.addEventListener('click', () => attempt(async () => onChanged(await api.changeSchedule(id, { paused: !schedule.paused })), 'changed'));
  parts.remove.addEventListener('click', async () => {
    const text = 'Nothing is started by it any more. Captures that it has started stay as they are, and one that runs goes on.';
    if (await confirm({ title: `Delete ${nameOf(schedule)}?`, text })) await attempt(remove, 'deleted');
  });

  async function remove() {
    try {
      await api.removeSchedule(id);
    } catch (error) {
      if (error.code !== 'schedule_not_found') throw error;
    }
    onDeleted(id);
  }

  async function attempt(action, what) {
    showMessage(parts.failure, '');
    try {
      await action();
    } catch (error) {
      showMessage(parts.failure, `Could not be ${what}: ${error.message}`);
    }
  }

  function showMissed() {
    const { missed, missedCount } = schedule;
    parts.missed.hidden = missedCount === 0;
    setText(parts.missedCount, `${count(missedCount)} ${missedCount === 1 ? 'start was' : 'starts were'} missed`);
    parts.missedList.replaceChildren(...missed.map(({ at, why }) => {
      const line = document.createElement('li');
      line.textContent = `${dateTime(at)}: ${why}`;
      return line;
    }));
  }

  function showTimes() {
    const { nextStart, nextStop, running, last } = schedule;
    setText(parts.next, [running && nextStop && `Stops at ${dateTime(nextStop)}`, nextStart && `Starts next at ${dateTime(nextStart)}`].filter(Boolean).join(', ') || 'Nothing is started while it is paused.');
    parts.last.hidden = !last;
    if (!last) return;
    setText(parts.lastText, last.problem ? `Not started at ${dateTime(last.at)}: ${last.problem}` : `Last started at ${dateTime(last.at)}.`);
    parts.capture.hidden = !last.capture;
    if (last.capture) parts.capture.href = pageOf(last.capture);
  }

  function show() {
    const title = nameOf(schedule);
    setText(parts.name, title);
    setText(parts.state, stateOf(schedule));
    parts.state.dataset.state = stateOf(schedule);
    setText(parts.when, whenOf(schedule));
    setText(parts.what, whatOf(schedule));
    setText(parts.pause, schedule.paused ? 'Resume' : 'Pause');
    parts.pause.setAttribute('aria-label', `${schedule.paused ? 'Resume' : 'Pause'}: ${title}`);
    parts.remove.setAttribute('aria-label', `Delete: ${title}`);
    showTimes();
    showMissed();
  }

  return {
    root,
    /** The zone that times are shown in is another one. */
    renew: show,
    update(next) {
      if (JSON.stringify(next) === JSON.stringify(schedule)) return;
      schedule = next;
      show();
    },
  };
}
