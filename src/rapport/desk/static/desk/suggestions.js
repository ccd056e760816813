// Suggestions by keys: j and k go to the next and the previous one, a accepts, x sets aside. Each is a button too.
"use strict";

const all = () => [...document.querySelectorAll("[data-suggestion]")];
const here = () => document.activeElement && document.activeElement.closest("[data-suggestion]");

const show = () => {
  const current = here();
  for (const mark of document.querySelectorAll(".abstract__seen[data-names]")) {
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

// The first field in which a finding's own words are still to be typed.
const nextToName = () => [...document.querySelectorAll(".naming__fields > .field input[type=text]")].find((field) => !field.value);

// After one was accepted, the one that takes its place has the focus, so that a key can answer it too; after the last
// one, the words that the accepted findings still need.
let place = -1;
document.addEventListener("htmx:beforeRequest", () => { place = all().indexOf(here()); });

// What was typed about findings that are here already stays, although the page around it is made anew.
const typed = new Map();
const wordFields = () => document.querySelectorAll(".naming :is(input[type=text], textarea)");
document.addEventListener("htmx:beforeSwap", () => { for (const field of wordFields()) typed.set(field.id, field.value); });

document.addEventListener("htmx:afterSettle", () => {
  for (const field of wordFields()) field.value = typed.get(field.id) || field.value;
  reveal();
  if (place < 0) return;
  const suggestions = all();
  const next = suggestions[Math.min(place, suggestions.length - 1)] || nextToName() || document.getElementById("suggestions-title");
  place = -1;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: false });
  show();
});

const reveal = () => {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
};
reveal();

// After some words were saved, the address names the next field.
const named = location.hash && document.getElementById(location.hash.slice(1));
if (named && named.matches("input, textarea")) named.focus();
