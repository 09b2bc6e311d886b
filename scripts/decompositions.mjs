// Writes src/MgCap.Web/Catalogue/Decompositions.txt: every character with a canonical decomposition (Unicode, NFD) and what it is
// decomposed into, in hexadecimal. Hangul syllables are left out: they are decomposed by arithmetic. Run it with a newer Node when a
// newer Unicode is wanted: node scripts/decompositions.mjs
import { writeFileSync } from 'node:fs';

const LAST = 0x10ffff;
const isLeftOut = (value) => (value >= 0xd800 && value < 0xe000) || (value >= 0xac00 && value < 0xac00 + 11_172);
const lines = [];
for (let value = 0; value <= LAST; value++) {
  if (isLeftOut(value)) continue;
  const character = String.fromCodePoint(value);
  const parts = character.normalize('NFD');
  if (parts !== character) lines.push(`${value.toString(16)}=${[...parts].map((part) => part.codePointAt(0).toString(16)).join(' ')}\n`);
}
writeFileSync(new URL('../src/MgCap.Web/Catalogue/Decompositions.txt', import.meta.url), lines.join(''));
