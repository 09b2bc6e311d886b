import { showMessage } from '../dom.js';
import { editableTime, momentOf, toNanoseconds } from '../instants.js';

/**
 * The two ends of a range as text in the shown zone. A field stands for the moment that was put into it until its text is changed: a
 * clock may show the same time twice. `onChange` gets `{ from, to }`, each null where its field is empty; `start` is what a time of
 * day comes after.
 */
export function createRangeFields({ from, to, rangeProblem }, { start, onChange }) {
  const ends = { from: { field: from }, to: { field: to } };
  let shown;

  for (const end of Object.values(ends)) {
    Object.assign(end, { text: '', moment: null, edited: false });
    end.field.addEventListener('input', () => {
      end.edited = true;
    });
    end.field.addEventListener('change', read);
  }

  /** The moment in a field, null where it is empty, undefined where it holds none. */
  function momentIn({ field, text, moment }) {
    const value = field.value.trim();
    if (!value) return null;
    return value === text ? moment : (momentOf(value, start()) ?? undefined);
  }

  function read() {
    const moments = { from: momentIn(ends.from), to: momentIn(ends.to) };
    for (const [name, { field }] of Object.entries(ends)) field.setAttribute('aria-invalid', String(moments[name] === undefined));
    const problem = problemOf(moments);
    showMessage(rangeProblem, problem);
    if (!problem) onChange(moments);
  }

  return {
    /** Shows a range or, where there is none, the `whole` as placeholders. What is being written stays, unless the range is another one. */
    update(range, whole) {
      const other = range !== shown;
      shown = range;
      if (other) showMessage(rangeProblem, '');
      for (const [name, end] of Object.entries(ends)) {
        end.field.placeholder = editableTime(whole[name], 3);
        if (end.edited && !other) continue;
        end.moment = range?.[name] ?? null;
        end.text = end.moment ? editableTime(end.moment) : '';
        end.edited = false;
        end.field.value = end.text;
        end.field.setAttribute('aria-invalid', 'false');
      }
    },
  };
}

function problemOf({ from, to }) {
  if (from === undefined || to === undefined) return 'Write a time of day (12:30:05.25), a date and time, or seconds since the start (+1.5).';
  return from && to && toNanoseconds(from) >= toNanoseconds(to) ? 'The end must be later than the beginning.' : '';
}
