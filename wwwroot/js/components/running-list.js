import { createList, partsOf, setText } from '../dom.js';
import { createRunningCard } from './running-card.js';

export function createRunningList(root, { api, live, confirmDrop, onChanged }) {
  const parts = partsOf(root);
  let cards = new Map();

  const updateCards = createList(parts.cards, {
    key: (capture) => capture.id,
    create(capture) {
      live.watch(capture.id);
      return createRunningCard(capture, { api, confirmDrop, onChanged });
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

  return {
    update({ captures, known, connection }) {
      root.dataset.connection = connection;
      if (connection !== 'live') for (const card of cards.values()) card.disconnected();
      cards = updateCards(captures);
      parts.empty.hidden = captures.length > 0;
      setText(parts.empty, known ? 'Nothing is being captured. Choose an interface, then start a capture: its rates appear here at once.' : 'Asking for captures…');
    },
    sample: (sample) => cards.get(sample.captureId)?.sample(sample),
    reveal(id) {
      cards.get(id)?.root.scrollIntoView({ block: 'nearest' });
    },
  };
}
