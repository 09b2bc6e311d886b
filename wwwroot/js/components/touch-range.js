/**
 * Lets a finger do on a chart what a mouse does: drag over a range, and read off a place. uPlot itself hears of mice only, and of
 * taps as browsers tell them of a mouse. A finger that goes up or down scrolls the page (`touch-action` of `.u-over`).
 */
export const touchRange = {
  hooks: {
    init(chart) {
      const { over } = chart;
      let drag = null;

      const place = (event) => {
        const { left, width } = over.getBoundingClientRect();
        return Math.min(Math.max(event.clientX - left, 0), width);
      };
      const ofFinger = (event) => event.pointerType !== 'mouse' && event.isPrimary;

      over.addEventListener('pointerdown', (event) => {
        if (ofFinger(event)) drag = { from: place(event), before: { ...chart.select }, moved: false };
      });
      over.addEventListener('pointermove', (event) => {
        if (!drag || !ofFinger(event)) return;
        const to = place(event);
        drag.moved = true;
        chart.setCursor({ left: to, top: 0 });
        chart.setSelect({ left: Math.min(drag.from, to), width: Math.abs(to - drag.from), top: 0, height: over.clientHeight }, false);
      });
      over.addEventListener('pointerup', (event) => {
        if (drag?.moved && ofFinger(event)) chart.setSelect({ ...chart.select }, true);
        drag = null;
      });
      // The page scrolls: what was chosen stays.
      over.addEventListener('pointercancel', () => {
        if (drag?.moved) chart.setSelect(drag.before, false);
        drag = null;
      });
    },
  },
};
