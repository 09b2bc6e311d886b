/** Pixels of the longest element that every browser lays out; Firefox gives up first, at 17.8 million. */
export const LONGEST = 15_000_000;

/**
 * How a list of any length scrolls: what a browser scrolls is at most `longest` pixels high, what the list shows are pixels
 * of all its rows laid out one below the other. `visible` is the height of the part of them that is seen.
 */
export class ScrollScale {
  constructor({ count = 0, rowHeight = 1, visible = 0, longest = LONGEST } = {}) {
    this.count = count;
    this.rowHeight = rowHeight;
    this.visible = visible;
    this.whole = count * rowHeight;
    this.height = Math.min(this.whole, longest);
  }

  get scaled() {
    return this.height < this.whole;
  }

  /** The greatest top: the last row ends where the visible part ends. */
  get end() {
    return Math.max(this.whole - this.visible, 0);
  }

  get scrollEnd() {
    return Math.max(this.height - this.visible, 0);
  }

  clamp(top) {
    return Math.min(Math.max(top, 0), this.end);
  }

  topOf(scroll) {
    if (!this.scaled) return this.clamp(scroll);
    return this.clamp((scroll / this.scrollEnd) * this.end);
  }

  scrollOf(top) {
    return this.scaled ? (top / this.end) * this.scrollEnd : top;
  }

  /**
   * The top after the browser scrolled. A step within one page is a finger's and moves the rows as far as the finger; a
   * longer one is the scroll bar's and means the share of the whole.
   */
  afterScroll(top, from, to) {
    const atAnEnd = to <= 0 || to >= this.scrollEnd;
    return this.scaled && !atAnEnd && Math.abs(to - from) < this.visible ? this.clamp(top + to - from) : this.topOf(to);
  }

  /** The rows that are seen, `last` included, and how many pixels of the first are above the edge. */
  range(top) {
    const first = Math.floor(top / this.rowHeight);
    const last = Math.min(Math.ceil((top + this.visible) / this.rowHeight), this.count) - 1;
    return { first, last, shift: top - first * this.rowHeight };
  }

  /** The nearest top at which this row is seen whole; with `centred`, in the middle unless it is seen already. */
  reveal(top, index, centred = false) {
    const [begin, end] = [index * this.rowHeight, (index + 1) * this.rowHeight];
    if (begin >= top && end <= top + this.visible) return top;
    if (centred) return this.clamp(begin - (this.visible - this.rowHeight) / 2);
    return this.clamp(begin < top ? begin : end - this.visible);
  }

  /** Whole rows in one page, for the keys that turn it. */
  get page() {
    return Math.max(Math.floor(this.visible / this.rowHeight) - 1, 1);
  }
}
