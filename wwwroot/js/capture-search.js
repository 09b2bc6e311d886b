/** What the list of captures is searched by; an empty part searches by nothing. */
export const EVERYTHING = { text: '', state: '', interface: '' };

const FOLDED = { ß: 'ss', ẞ: 'ss', ς: 'σ', ſ: 's', µ: 'μ' };

const lower = (character) => {
  const small = character.toLowerCase();
  return [...small].length === 1 ? small : character;
};

/** Text as a search compares it: the console's SearchText.cs does the same. */
const folded = (text) => [...text.normalize('NFD')].map((character) => FOLDED[character] ?? lower(character)).join('').replaceAll('i\u0307', 'i');

const words = (text) => text.split(/\s+/).filter(Boolean);

export const isSearch = ({ text, state, interface: name }) => Boolean(words(text).length || state || name);

/** The query of GET /api/captures that finds the ended captures of a search. */
export const toQuery = ({ text, state, interface: name }) => ({ state: state || 'ended', interface: name, text: words(text).join(' ') });

/** Whether the console would find an ended capture by a search: what the hub tells of is judged here. */
export function finds({ text, state, interface: name }, capture) {
  if (state && capture.state !== state) return false;
  if (name && !(capture.interfaces ?? [capture.interface]).includes(name)) return false;
  const fields = [capture.name, capture.comment, capture.interface, capture.filter].map((field) => folded(field ?? ''));
  return words(folded(text)).every((word) => fields.some((field) => field.includes(word)));
}
