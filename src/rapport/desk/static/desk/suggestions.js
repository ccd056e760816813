// Suggestions by keys: j and k go to the next and the previous one, a accepts, x sets aside. Each is a button too.
"use strict";

(() => {
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
    if (!event.repeat || event.key === "j" || event.key === "k") deed(); // a key that is held answers one, not all
  });
  document.addEventListener("focusin", show);

  // The first field in which a finding's own words are still to be typed.
  const nextToName = () => [...document.querySelectorAll(".naming__fields > .field input[type=text]")].find((field) => !field.value);

  // After one was accepted, the one that takes its place has the focus, so that a key can answer it too; after the last
  // one, the words that the accepted findings still need.
  let place = -1;
  document.addEventListener("htmx:beforeRequest", () => { place = all().indexOf(here()); });

  // What was typed anywhere on the page stays, although the page is made anew; and desk.js still knows of it.
  let typed = [];
  const page = () => document.getElementById("article-page");
  const wasRefused = (field) => field.closest(".field--wrong") || (field.closest("#naming") && document.querySelector("#naming .errors"));
  const isTyped = (field) => {
    if (field.type === "radio") return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue || (field.value && wasRefused(field));
  };

  function keepTyped() {
    const fields = [...page().querySelectorAll("input[type=text], input[type=radio]:checked, textarea")];
    typed = fields.filter(isTyped).map(({ id, name, type, value }) => ({ id, name, type, value }));
  }

  function putBack({ id, name, type, value }) {
    const field = type === "radio" ? page().querySelector(`[name="${name}"][value="${value}"]`) : document.getElementById(id);
    if (!field || (type === "radio" ? field.checked : field.value === value)) return;
    if (type === "radio") field.checked = true;
    else field.value = value;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("htmx:beforeSwap", keepTyped);
  document.addEventListener("htmx:afterSettle", () => {
    typed.splice(0).forEach(putBack);
    reveal();
    if (place < 0) return;
    const suggestions = all();
    const next = suggestions[Math.min(place, suggestions.length - 1)] || nextToName() || document.getElementById("suggestions-title");
    place = -1;
    if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
    next.focus({ preventScroll: false });
    show();
  });

  // What was not answered is said: no network, or somebody is signed out. The page stays as it is.
  const told = document.getElementById("told");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 && xhr.responseText.includes('id="article-page"')) return;
    event.detail.shouldSwap = false;
    told.textContent = told.dataset[xhr.status >= 500 ? "offline" : "away"];
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => (told.textContent = told.dataset.offline));
  }

  const reveal = () => {
    for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
  };
  reveal();

  // After some words were saved, the address names the next field.
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named && named.matches("input, textarea")) named.focus();
})();
