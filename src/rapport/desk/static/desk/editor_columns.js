// The columns of the editing page: how high the bar above the text is, and which of the columns beside it scrolls.
"use strict";

(() => {
  const bar = document.querySelector(".editor__bar");
  const columns = document.querySelector(".editor__columns");
  if (!bar || !columns) return;

  // What is written, and what is jumped to, stands clear of the bar.
  new ResizeObserver(() => document.documentElement.style.setProperty("--editor-bar", `${bar.offsetHeight}px`)).observe(bar);

  // On a narrow page the abstract is folded: the text comes after it.
  const abstract = document.getElementById("source-abstract");
  if (abstract && matchMedia("(max-width: 68.74rem)").matches) abstract.open = false;

  // A column beside the text ends where the window does, also while the page's head stands above it. One that has
  // more than fits is reached by keys, and fades out where it goes on.
  const beside = [...document.querySelectorAll("section.editor__article, .editor__seen")];
  let asked = 0;

  function look() {
    asked = 0;
    columns.style.setProperty("--above", `${Math.max(0, Math.round(columns.getBoundingClientRect().top))}px`);
    for (const column of beside) {
      const scrolls = column.scrollHeight > column.clientHeight + 1;
      if (scrolls) column.tabIndex = 0;
      else column.removeAttribute("tabindex");
      column.classList.toggle("goes-on", scrolls && column.scrollTop + column.clientHeight < column.scrollHeight - 1);
    }
  }

  const soon = () => (asked ||= requestAnimationFrame(look));
  const sizes = new ResizeObserver(soon);
  for (const column of beside) {
    column.addEventListener("scroll", soon, { passive: true });
    for (const part of [column, ...column.children]) sizes.observe(part);
    new MutationObserver(() => {
      for (const part of column.children) sizes.observe(part);
    }).observe(column, { childList: true });
  }
  window.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon);
  look();
})();
