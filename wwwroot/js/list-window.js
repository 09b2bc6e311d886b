const GUESS = 52;

/**
 * Which rows of a long list are worth having in the page: those that are seen and some before and after. Rows may be of
 * different heights; one that was never shown is taken to be as high as the others are in the mean. Lengths are pixels.
 */
export class ListWindow {
  #heights = new Map();
  #sum = 0;

  constructor(margin = 800) {
    this.margin = margin;
  }

  measured(key, height) {
    this.#sum += height - (this.#heights.get(key) ?? 0);
    this.#heights.set(key, height);
  }

  /** Forgets every height: the rows are laid out again. */
  reset() {
    this.#heights.clear();
    this.#sum = 0;
  }

  /**
   * The rows from `first` to before `end`, and the height of those `above` and `below`, where a viewport of this height begins
   * `top` pixels below the list's beginning.
   */
  range(keys, top, height) {
    const mean = this.#heights.size ? this.#sum / this.#heights.size : GUESS;
    const [from, to] = [top - this.margin, top + height + this.margin];
    let [at, first, above, end, shown] = [0, 0, 0, 0, 0];
    for (const [place, key] of keys.entries()) {
      const next = at + (this.#heights.get(key) ?? mean);
      if (next <= from) [first, above] = [place + 1, next];
      if (at < to) [end, shown] = [place + 1, next];
      at = next;
    }
    // Beyond the list's end nothing is seen.
    if (end <= first) return { first: end, end, above: shown, below: at - shown };
    return { first, end, above, below: at - shown };
  }
}
