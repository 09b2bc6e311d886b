/**
 * Rows with a bar each: `level` is from 0 to 1, of the largest row, so that small ones can be told apart; `part` is of the
 * whole, which may be more than the rows' own sum.
 */
export function bars(rows, whole, by = 'packets') {
  const largest = rows.reduce((most, row) => Math.max(most, row[by]), 0);
  return rows.map((row) => ({ row, level: largest ? row[by] / largest : 0, part: whole ? row[by] / whole : NaN }));
}

/** Lengths of packets as "60–79 B", or "60 B" where both ends are the same. `to` is included. */
export const lengthLabel = ({ from, to }) => (to == null ? `${from}\u00a0B and more` : from === to ? `${from}\u00a0B` : `${from}–${to}\u00a0B`);
