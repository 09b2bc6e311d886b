/**
 * Rows of a long list, in pages as the server gives them. The pages used last are kept, so that memory stays the same however
 * far one scrolls.
 */
export class PacketPages {
  #pages = new Map();
  #size;
  #keep;

  constructor({ size = 100, keep = 200 } = {}) {
    this.#size = size;
    this.#keep = keep;
  }

  get size() {
    return this.#size;
  }

  row(index) {
    return this.#pages.get(Math.floor(index / this.#size))?.rows[index % this.#size];
  }

  /** Takes a page of a list that had `count` rows then. */
  put(page, rows, count) {
    this.#touch(page, { rows, count });
    while (this.#pages.size > this.#keep) this.#pages.delete(this.#pages.keys().next().value);
  }

  /** Forgets all of them. */
  clear() {
    this.#pages.clear();
  }

  /** The pages to be fetched for rows `first` to `last` of a list of `count`, in order. */
  missing(first, last, count) {
    const pages = [];
    for (let page = Math.floor(Math.max(first, 0) / this.#size); page * this.#size <= Math.min(last, count - 1); page++) {
      const known = this.#pages.get(page);
      if (known) this.#touch(page, known);
      // What was the last page has more rows when the list has grown.
      if (!known || (known.rows.length < this.#size && known.count < count)) pages.push(page);
    }
    return pages;
  }

  #touch(page, known) {
    this.#pages.delete(page);
    this.#pages.set(page, known);
  }
}
