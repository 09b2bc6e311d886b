import { createList, partsOf, setText } from '../dom.js';

const NOTHING = 'Nothing is being captured. Choose an interface, then start a capture: its rates appear here at once.';
const NO_CARD = 'What is being captured can’t be shown: a part of this page could not be fetched. Reload the page.';

/** The captures that run, a card for each. What a card needs, its chart above all, is fetched when there is one to show. */
export function createRunningList(root, { api, live, confirmDrop, onChanged }) {
  const parts = partsOf(root);
  let state = { captures: [], known: false };
  let cards = new Map();
  let createCard = null;
  let fetching = false;
  let failed = false;
  let toReveal = null;

  const updateCards = createList(parts.cards, {
    key: (capture) => capture.id,
    create(capture) {
      live.watch(capture.id);
      return createCard(capture, { api, confirmDrop, onChanged });
    },
    refocus: () => root.focus(),
    remove(card, id) {
      live.unwatch(id);
      card.destroy();
    },
  });

  setInterval(() => {
    for (const card of cards.values()) card.tick();
  }, 1000);

  async function fetchCard() {
    fetching = true;
    try {
      ({ createRunningCard: createCard } = await import('./running-card.js'));
      failed = false;
    } catch {
      failed = true;
    }
    fetching = false;
    if (createCard) show();
    else showText();
  }

  function show() {
    const { captures, connection } = state;
    if (connection !== 'live') for (const card of cards.values()) card.disconnected();
    if (createCard) cards = updateCards(captures);
    else if (captures.length > 0 && !fetching) fetchCard();
    if (cards.has(toReveal)) {
      cards.get(toReveal).root.scrollIntoView({ block: 'nearest' });
      toReveal = null;
    }
    showText();
  }

  function showText() {
    const { captures, known } = state;
    parts.empty.hidden = captures.length > 0 && !failed;
    if (failed && captures.length > 0) setText(parts.empty, NO_CARD);
    else setText(parts.empty, known ? NOTHING : 'Asking for captures…');
  }

  return {
    update(next) {
      state = next;
      root.dataset.connection = next.connection;
      show();
    },
    sample: (sample) => cards.get(sample.captureId)?.sample(sample),
    /** Brings a capture's card into view, once it is there. */
    reveal(id) {
      toReveal = id;
      show();
    },
  };
}
