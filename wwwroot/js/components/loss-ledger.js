import { createList, fromTemplate, setText } from '../dom.js';
import { count, timeOfDay } from '../format.js';
import { lossAdvice } from '../loss-advice.js';
import { ledgerRows, unwantedText } from '../loss-ledger.js';

const NAMES = { nic: 'Network card', ring: 'Capture ring', writer: 'Writer' };
const MEANINGS = {
  nic: 'Lost before the kernel saw them: the device had no free buffer.',
  ring: 'The ring was full: packets came faster than MgCap took them out.',
  writer: 'Read, but not stored: the disk did not keep up.',
};
const SHOWN = 50;

/** Where on the way packets were lost, how many, when, and what to do about it. `name` is what stories find its stages by. */
export function createLossLedger(parts, name = 'loss') {
  const updateStages = createList(parts.stages, { key: (row) => row.stage, create: (row) => createStage(row, name) });
  const updateEvents = createList(parts.events, { key: ({ stage, fromSeconds }) => `${stage} ${fromSeconds}`, create: createEvent });

  return {
    /**
     * `figures` and `ledger` are of a capture, `capture` is what REST says of it, `timeOf` turns seconds since its start into
     * seconds since 1970, `imbalance` is what is said of uneven queues.
     */
    update({ figures, ledger, timeOf, capture, imbalance }) {
      const time = (elapsed) => timeOfDay(timeOf(elapsed) * 1000);
      const events = ledger.events;
      updateStages(ledgerRows(figures, ledger).map((row) => ({
        ...row,
        when: row.last ? `last at ${time(row.last.toSeconds)}` : '',
        advice: row.packets > 0 ? lossAdvice(row.stage, capture, imbalance) : [],
      })));
      updateEvents(events.slice(0, SHOWN).map((event) => ({ ...event, when: `${time(event.fromSeconds)} – ${time(event.toSeconds)}` })));
      const unwanted = unwantedText(figures);
      setText(parts.unwanted, unwanted);
      parts.unwanted.hidden = unwanted === '';
      parts.eventTable.hidden = events.length === 0;
      setText(parts.eventNote, events.length > SHOWN ? `The newest ${SHOWN} of ${count(events.length)}.` : '');
    },
  };
}

function createStage({ stage }, name) {
  const { root, ...parts } = fromTemplate('loss-stage');
  const updateAdvice = createList(parts.advice, { key: ({ text }) => text, create: createAdvice });
  root.dataset.stage = stage;
  root.dataset.testid = `${name}-${stage}`;
  setText(parts.name, NAMES[stage]);
  setText(parts.meaning, MEANINGS[stage]);
  return {
    root,
    update({ packets, share, when, advice }) {
      root.classList.toggle('lossy', packets > 0);
      setText(parts.value, packets > 0 ? `${count(packets)} (${share})` : '0');
      setText(parts.when, when);
      updateAdvice(advice);
    },
  };
}

function createAdvice() {
  const root = document.createElement('li');
  const text = document.createElement('span');
  const command = document.createElement('code');
  root.append(text, command);
  return {
    root,
    update(advice) {
      setText(text, advice.text);
      setText(command, advice.command ?? '');
      command.hidden = !advice.command;
    },
  };
}

function createEvent({ stage }) {
  const { root, ...parts } = fromTemplate('loss-event');
  root.dataset.stage = stage;
  setText(parts.stage, NAMES[stage]);
  return {
    root,
    update({ when, packets }) {
      setText(parts.when, when);
      setText(parts.packets, count(packets));
    },
  };
}
