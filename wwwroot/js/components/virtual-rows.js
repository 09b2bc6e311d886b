import { ScrollScale } from '../scroll-scale.js';

const SETTLED_MS = 150;

/**
 * Shows of a list of any length the rows that are seen. `viewport` scrolls, `spacer` in it is as high as the list (or as high
 * as browsers allow), `pane` sticks to the viewport's edge and holds `body` with the rows. `create` makes a row, a component
 * whose update() takes its place in the list; `onRange` hears of the places seen.
 */
export function createVirtualRows({ viewport, spacer, pane, body }, { create, onRange = () => {} }) {
  const rows = [create()];
  let scale = new ScrollScale();
  let count = 0;
  let top = 0;
  let scrolled = 0;
  let settling;
  body.append(rows[0].root);

  function measure() {
    rows[0].root.hidden = false;
    const rowHeight = rows[0].root.getBoundingClientRect().height;
    if (!rowHeight || !viewport.clientHeight) return;
    const first = top / scale.rowHeight;
    const above = body.offsetTop;
    const changed = rowHeight !== scale.rowHeight;
    scale = new ScrollScale({ count, rowHeight, visible: Math.max(viewport.clientHeight - above, rowHeight) });
    spacer.style.height = `${scale.height + above}px`;
    pane.style.height = `${viewport.clientHeight}px`;
    moveTo(changed ? first * rowHeight : top);
  }

  /** Shows the rows from `to` on, and lets the scroll bar say so. */
  function moveTo(to) {
    top = scale.clamp(to);
    syncBar();
    render();
  }

  function syncBar() {
    viewport.scrollTop = scale.scrollOf(top);
    // Browsers round it; what they made of it is no step of the reader's.
    scrolled = viewport.scrollTop;
  }

  function render() {
    const { first, last, shift } = scale.range(top);
    while (rows.length <= last - first) {
      rows.push(create());
      body.append(rows.at(-1).root);
    }
    for (const [at, row] of rows.entries()) {
      const seen = first + at <= last;
      row.root.hidden = !seen;
      if (seen) row.update(first + at);
    }
    body.style.transform = `translateY(${-shift}px)`;
    onRange(first, last);
  }

  viewport.addEventListener('scroll', () => {
    const to = viewport.scrollTop;
    if (to === scrolled) return;
    top = scale.afterScroll(top, scrolled, to);
    scrolled = to;
    render();
    clearTimeout(settling);
    if (scale.scaled) settling = setTimeout(syncBar, SETTLED_MS);
  });

  // Where one pixel of the bar is many of the rows, a turn of the wheel would skip what was to be read.
  viewport.addEventListener('wheel', (event) => {
    if (!scale.scaled || event.ctrlKey || event.deltaY === 0) return;
    const unit = [1, scale.rowHeight, scale.visible][event.deltaMode];
    event.preventDefault();
    moveTo(top + event.deltaY * unit);
  }, { passive: false });

  new ResizeObserver(measure).observe(viewport);

  return {
    /** A list of so many rows, of which those known may have changed. */
    update(next) {
      if (next !== count || !scale.visible) {
        count = next;
        measure();
      } else render();
    },
    reveal(index, centred = false) {
      moveTo(scale.reveal(top, index, centred));
    },
    toTop: () => moveTo(0),
    page: () => scale.page,
    /** Whether this place is seen, if only in part. */
    sees(index) {
      const { first, last } = scale.range(top);
      return index >= first && index <= last;
    },
  };
}
