// Marks figures where they stand in a field. Behind each field lies its text once more, as one stretch: an element
// around a figure would change the kerning beside it, and with that where lines break. What is drawn are highlights
// of that stretch, and beside an open figure a sign. A browser without highlights has the signs, and the list.
"use strict";

const rapportMarks = (() => {
  const SIGNS = { contradicted: "✕", disagree: "≠", unsupported: "?" };
  const highlights = new Map();
  const drawn = new Map(); // by the layer: [range, mark, sign] of each of its figures

  function highlight(mark) {
    if (typeof Highlight === "undefined" || !CSS.highlights) return new Set();
    if (!highlights.has(mark)) {
      highlights.set(mark, new Highlight());
      CSS.highlights.set(`figure-${mark}`, highlights.get(mark));
    }
    return highlights.get(mark);
  }

  function signOf(figure) {
    const sign = document.createElement("span");
    sign.className = `sign sign--${figure.mark}`;
    sign.textContent = SIGNS[figure.mark] || "";
    figure.drawn = sign;
    return sign;
  }

  // Each sign goes to the end of its figure.
  function place(layer) {
    const frame = layer.getBoundingClientRect();
    const ends = drawn.get(layer).map(([range]) => [...range.getClientRects()].at(-1));
    drawn.get(layer).forEach(([, , sign], at) => {
      if (!ends[at]) return;
      sign.style.left = `${ends[at].right - frame.left}px`;
      sign.style.top = `${ends[at].top - frame.top}px`;
    });
  }

  const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => place(target)));
  document.fonts.addEventListener("loadingdone", () => drawn.forEach((_figures, layer) => place(layer)));

  // Draw the figures of a field, of which none overlaps another.
  function draw(layer, text, figures) {
    for (const [range, mark] of drawn.get(layer) || []) highlight(mark).delete(range);
    if (!drawn.has(layer)) sizes.observe(layer);
    const words = document.createTextNode(`${text}\u200b`); // so that a last line that is empty has its height
    const ranges = [];
    layer.replaceChildren(words);
    for (const figure of figures) {
      const range = new Range();
      range.setStart(words, figure.start);
      range.setEnd(words, figure.end);
      highlight(figure.mark).add(range);
      ranges.push([range, figure.mark, signOf(figure)]);
    }
    layer.append(...ranges.map(([, , sign]) => sign));
    drawn.set(layer, ranges);
    place(layer);
  }

  return { draw };
})();
