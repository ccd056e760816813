// Suggestions by keys: j and k go to the next and the previous one, a accepts, x sets aside. Each is a button too.
"use strict";

const all = () => [...document.querySelectorAll("[data-suggestion]")];
const here = () => document.activeElement && document.activeElement.closest("[data-suggestion]");

const show = () => {
  const current = here();
  for (const mark of document.querySelectorAll(".abstract__seen")) {
    mark.classList.toggle("is-current", Boolean(current) && mark.dataset.names.split(" ").includes(current.dataset.suggestion));
  }
};

const go = (step) => {
  const suggestions = all();
  if (!suggestions.length) return;
  const place = suggestions.indexOf(here());
  const next = place < 0 ? (step > 0 ? 0 : suggestions.length - 1) : Math.min(suggestions.length - 1, Math.max(0, place + step));
  suggestions[next].focus();
};

const keys = { j: () => go(1), k: () => go(-1), a: () => press("accept"), x: () => press("set-aside") };

const press = (deed) => {
  const current = here();
  if (current) current.querySelector(`button[value="${deed}"]`)?.click(); // an author accepts none once readers see it
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const deed = keys[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});
document.addEventListener("focusin", show);

// After one was accepted, the one that takes its place has the focus, so that a key can answer it too.
let place = -1;
document.addEventListener("htmx:beforeRequest", () => { place = all().indexOf(here()); });
document.addEventListener("htmx:afterSettle", () => {
  reveal();
  if (place < 0) return;
  const suggestions = all();
  const next = suggestions[Math.min(place, suggestions.length - 1)] || document.getElementById("suggestions-title");
  place = -1;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: false });
  show();
});

const reveal = () => {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
};
reveal();
