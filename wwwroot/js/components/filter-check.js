import { setText } from '../dom.js';

const DEBOUNCE_MS = 250;
const PATIENCE_MS = 400;

/** Checks the filter field while its user types, and shows what libpcap says; an overtaken answer is never shown. */
export function createFilterCheck(input, status, api, { whenEmpty = 'Empty: every packet is captured.' } = {}) {
  let linkType = null;
  let timer;
  let inFlight;

  const show = (state, text) => {
    status.dataset.state = state;
    setText(status, text);
    input.setAttribute('aria-invalid', String(state === 'invalid'));
  };

  async function check(filter) {
    inFlight = new AbortController();
    const { signal } = inFlight;
    const slow = setTimeout(() => show('checking', 'Checking…'), PATIENCE_MS);
    try {
      const answer = await api.validateFilter(filter, linkType, signal);
      if (signal.aborted) return;
      if (answer.valid) show('valid', `Valid: ${answer.instructions} ${answer.instructions === 1 ? 'instruction' : 'instructions'}`);
      else show('invalid', answer.error);
    } catch (error) {
      if (signal.aborted) return;
      const about = error.errors?.filter;
      if (about) show('invalid', [about].flat().join(' '));
      else show('unknown', `Not checked: ${error.message}`);
    } finally {
      clearTimeout(slow);
    }
  }

  function schedule(delay) {
    clearTimeout(timer);
    inFlight?.abort();
    const filter = input.value.trim();
    if (!filter) show('empty', whenEmpty);
    else timer = setTimeout(() => check(filter), delay);
  }

  input.addEventListener('input', () => schedule(DEBOUNCE_MS));
  schedule(0);

  return {
    update(nextLinkType) {
      if (nextLinkType === linkType) return;
      linkType = nextLinkType;
      schedule(0);
    },
    recheck: () => schedule(0),
    refuse: (text) => show('invalid', text),
  };
}
