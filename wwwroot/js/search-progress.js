import { count } from './format.js';

/** What the list shows, and how far a search has come. Packets that could not be searched are no packets without a match. */
export function progressOf({ search, total, filtered, count: shown }) {
  if (search?.state === 'searching' && !search.shown) return 'Searching…';
  if (!search?.shown && filtered) return counted(shown, 'match', 'matches');
  if (!search?.shown) return total === null ? 'Reading…' : counted(total, 'packet', 'packets');
  const unread = search.notSearched ? `${counted(search.notSearched, 'packet', 'packets')} could not be searched` : '';
  const searched = search.scannedTo - search.notSearched;
  if (unread && searched <= 0) return unread;
  const matches = counted(search.matches, 'match', 'matches');
  const where = search.state === 'done' ? ` in ${counted(searched, 'packet', 'packets')}` : `, scanned to ${count(search.scannedTo)} of ${count(Math.max(search.scannedTo, total))}`;
  return matches + where + (unread && `; ${unread}`);
}

const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
