import { setText } from '../dom.js';
import { dropWarning } from '../drop.js';
import { dateTime, NONE } from '../format.js';
import { placeProblem } from '../start-request.js';

const OWN = ['start', 'stop', 'zone'];

/**
 * Saves a schedule that starts what the form asks for, and says when that is. Answers what is wrong, as placeProblem does; null
 * where nothing is.
 */
export async function saveSchedule(button, text, { body, form, api, confirmDrop }) {
  if (button.getAttribute('aria-disabled') === 'true') return null;
  if (body.mode === 'drop' && !(await confirmDrop({ title: 'Drop these packets, each time?', text: dropWarning(body), action: 'Save' }))) return null;
  button.setAttribute('aria-disabled', 'true');
  try {
    const schedule = await api.addSchedule(scheduleOf(body, form));
    setText(text, `Saved: it starts at ${schedule.nextStart ? dateTime(schedule.nextStart) : NONE}, and again and again. `);
    const link = document.createElement('a');
    link.href = 'schedules.html';
    link.textContent = 'All schedules';
    text.append(link);
    return null;
  } catch (error) {
    return placeProblem({ ...error, message: error.message, errors: fieldsOf(error.errors) });
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** The body of POST /api/schedules. */
export function scheduleOf(capture, { scheduleStart, scheduleStop, scheduleZone }) {
  const given = { start: scheduleStart.trim(), stop: scheduleStop.trim(), zone: scheduleZone.trim(), name: capture.name };
  return { ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)), capture };
}

/** The form's fields have a capture's names as they are, and a schedule's own with a word before them. */
function fieldsOf(errors = {}) {
  return Object.fromEntries(Object.entries(errors).map(([key, messages]) => [OWN.includes(key) ? `schedule.${key}` : key.replace(/^capture\./, ''), messages]));
}
