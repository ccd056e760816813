// The editing page, alive: figures marked where they stand, saving by itself, keys. Without it every step has a button.
"use strict";

(() => {
  const form = document.getElementById("words");
  const places = new Map([...document.querySelectorAll("textarea[data-words]")].map((area) => [area.dataset.words, area]));
  const keptAt = (address) => `rapport-words:${address}`;

  // On the page where two texts are chosen from: whoever takes the other's lets their own go.
  const away = document.querySelector("[data-throw-away]");
  if (away) away.addEventListener("click", () => sessionStorage.removeItem(keptAt(away.dataset.throwAway)));
  if (!form) return;

  const texts = () => Object.fromEntries([...places].map(([name, area]) => [name, area.value]));
  const same = (one, other) => Boolean(one && other) && Object.keys(one).every((name) => one[name] === other[name]);

  // --- figures, marked in the text they stand in (editor_marks.js) ----------------------------

  const isOpen = (figure) => ["contradicted", "disagree", "unsupported"].includes(figure.mark);
  const next = document.getElementById("next-figure");
  const verdict = document.getElementById("to-verdict");
  let figures = [];
  let lastPlace = [...places.values()][0];

  function readFigures(asked) {
    figures = [...document.querySelectorAll("[data-figure]")].map((line) => ({
      line,
      field: line.dataset.field,
      start: Number(line.dataset.start),
      end: Number(line.dataset.end),
      mark: line.dataset.mark,
    }));
    next.hidden = !figures.some(isOpen);
    verdict.hidden = !figures.length;
    if (asked) for (const [name, area] of places) follow(name, asked[name], area.value);
    for (const name of places.keys()) paint(name);
  }

  // What was typed since moves the figures behind it, and takes away those it touches.
  function follow(name, before, after) {
    if (before === after) return;
    let start = 0;
    while (start < before.length && start < after.length && before[start] === after[start]) start++;
    let end = 0;
    while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
    const moved = after.length - before.length;
    figures = figures.filter((figure) => {
      if (figure.field !== name || figure.end <= start) return true;
      if (figure.start >= before.length - end) {
        figure.start += moved;
        figure.end += moved;
        return true;
      }
      return false;
    });
  }

  function paint(name) {
    const layer = document.querySelector(`[data-marks="${name}"]`);
    const text = places.get(name).value;
    const apart = [];
    for (const figure of figures.filter((one) => one.field === name).sort((a, b) => a.start - b.start)) {
      const at = apart.length ? apart.at(-1).end : 0;
      if (figure.start >= at && figure.end <= text.length) apart.push(figure);
    }
    rapportMarks.draw(layer, text, apart);
  }

  // What a screen reader hears. The same is not said twice, and what is saved by itself is not said at all.
  const said = document.getElementById("said");
  function announce(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  // A figure of the text with its verdict, as its line in the list has them.
  const verdictOf = (line) =>
    [...line.querySelectorAll(".figure__place .mark, .figure__message, .figure__question")].map((part) => part.textContent.trim()).join(". ");

  function show(name, start, end, drawn) {
    const area = places.get(name);
    area.focus({ preventScroll: true });
    area.setSelectionRange(start, end);
    (drawn || area).scrollIntoView({ block: "center" });
  }

  function nextFigure(backwards) {
    const order = [...places.keys()];
    const before = (a, b) => order.indexOf(a.field) - order.indexOf(b.field) || a.start - b.start;
    const open = figures.filter(isOpen).sort(before);
    if (!open.length) return;
    if (backwards) open.reverse();
    const here = { field: lastPlace.dataset.words, start: backwards ? lastPlace.selectionStart : lastPlace.selectionEnd - 0.5 };
    const beyond = (figure) => (backwards ? before(figure, here) < 0 : before(figure, here) > 0);
    const found = open.find(beyond) || open[0];
    show(found.field, found.start, found.end, found.drawn);
    announce(verdictOf(found.line));
  }

  // From the figure at the cursor to its line in the list; from a line there is a link back.
  function toVerdict() {
    const at = lastPlace.selectionEnd;
    const found = figures.find((one) => one.field === lastPlace.dataset.words && one.start <= at && at <= one.end);
    if (!found) return announce(verdict.dataset.none);
    const group = found.line.closest("details");
    if (group) group.open = true;
    found.line.querySelector("[data-jump]").focus();
  }

  next.addEventListener("click", () => nextFigure(false));
  verdict.addEventListener("click", toVerdict);

  document.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    const quoted = event.target.closest("[data-quote]");
    if (jump) {
      const figure = figures.find((one) => one.line === jump.closest("[data-figure]"));
      if (!figure) return;
      event.preventDefault();
      show(figure.field, figure.start, figure.end, figure.drawn);
    } else if (quoted) {
      const words = quoted.dataset.quote.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      const found = new RegExp(words.join("\\s+")).exec(places.get(quoted.dataset.field).value);
      if (!found) return;
      event.preventDefault();
      show(quoted.dataset.field, found.index, found.index + found[0].length);
    }
    const link = event.target.closest("#preview a[href]");
    if (link) link.target = "_blank"; // what is being written stays open
  });

  // --- saving by itself ----------------------------------------------------------------------------

  const status = document.getElementById("saved");
  const autosave = document.getElementById("autosave");
  const keys = document.getElementById("keys");
  let saved = form.dataset.unsaved === "yes" ? null : texts();
  let timer = 0;
  let wait = 3000;
  let clash = false;
  let leaving = false;

  const isDirty = () => !same(saved, texts());

  function keep() {
    form.classList.toggle("is-dirty", isDirty());
    try {
      if (isDirty()) sessionStorage.setItem(keptAt(form.getAttribute("action")), JSON.stringify(texts()));
      else sessionStorage.removeItem(keptAt(form.getAttribute("action")));
    } catch {
      // A browser that keeps nothing: the warning on leaving is what remains.
    }
  }

  function later(pause) {
    if (timer || clash) return;
    timer = setTimeout(() => {
      timer = 0;
      if (isDirty() && !clash) htmx.trigger(autosave, "save-now");
    }, pause);
  }

  function say(text) {
    status.replaceChildren(Object.assign(document.createElement("span"), { className: "editor__trouble", textContent: text }));
    announce(text);
  }

  // Heard are trouble, its end, and a saving that was asked for.
  let askedFor = false;
  let troubled = false;
  function hearWhatIsSaved() {
    const trouble = status.querySelector(".editor__trouble");
    if (trouble || askedFor || troubled) announce((trouble || status).textContent.trim());
    askedFor = false;
    troubled = Boolean(trouble);
  }

  function saveNow() {
    askedFor = true;
    if (isDirty() && !clash) htmx.trigger(autosave, "save-now");
    else hearWhatIsSaved();
  }

  function failed(text, again) {
    say(text);
    wait = Math.min(wait * 2, 30000);
    if (again) later(wait);
  }

  for (const area of places.values()) {
    let before = area.value;
    area.addEventListener("input", () => {
      follow(area.dataset.words, before, area.value);
      before = area.value;
      paint(area.dataset.words);
      keep();
      later(wait);
      form.dispatchEvent(new Event("edited"));
    });
    area.addEventListener("focus", () => (lastPlace = area));
  }

  // What is saved, or checked, is what stood there when it was sent.
  const sent = new WeakMap();
  document.addEventListener("htmx:beforeSend", (event) => sent.set(event.detail.elt, texts()));
  document.addEventListener("saved", (event) => {
    forget(event.target);
    wait = 3000;
    saved = sent.get(event.target);
    keep();
    if (isDirty()) later(wait);
  });
  document.addEventListener("conflict", () => (clash = true));
  const writes = (event) => {
    const element = event.detail.requestConfig.elt;
    return element === autosave || element.matches("button[name=do]");
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const answered = event.detail.successful && event.detail.xhr.getResponseHeader("HX-Trigger");
    if (writes(event) && event.detail.successful && !answered) failed(autosave.dataset.away, false); // the sign-in page
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => writes(event) && failed(autosave.dataset.offline, true));
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (!writes(event)) return;
    const gone = [401, 403].includes(event.detail.xhr.status);
    failed(gone ? autosave.dataset.away : autosave.dataset.offline, !gone);
  });
  // The button saves where one is; with two texts at once, its page lets one choose.
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.value === "save" && !clash) {
      event.preventDefault();
      saveNow();
    } else leaving = true;
  });
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && (isDirty() || holdsTyped())) event.preventDefault();
  });

  // Words that another visit could not save.
  const kept = document.getElementById("kept");
  let before = null;
  try {
    before = JSON.parse(sessionStorage.getItem(keptAt(form.getAttribute("action"))));
  } catch {
    before = null;
  }
  if (before && !same(before, texts())) {
    kept.hidden = false;
    document.getElementById("kept-back").addEventListener("click", () => {
      for (const [name, area] of places) if (name in before) area.value = before[name];
      kept.hidden = true;
      for (const area of places.values()) area.dispatchEvent(new Event("input", { bubbles: true }));
      lastPlace.focus();
    });
    document.getElementById("kept-away").addEventListener("click", () => {
      kept.hidden = true;
      keep();
      lastPlace.focus();
    });
  } else keep();

  // --- what htmx puts in place keeps what was typed, opened and focused ------------------------------

  const typed = new Map();
  const opened = new Map();
  let focused = null;
  let check = document.getElementById("check");
  let stood = check.dataset.said;

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-typed]")) typed.set(event.target.id, event.target.value);
  });

  // Whether a note or a reason was begun, and not sent.
  function holdsTyped() {
    return [...typed].some(([id, value]) => value.trim() && document.getElementById(id));
  }
  document.addEventListener("toggle", (event) => event.target.id && opened.set(event.target.id, event.target.open), true);

  // The answer to a deed holds what was not taken; what was taken is not offered again.
  function forget(button) {
    const around = button.closest(".note__deeds, .notes__new, .figure__answer");
    if (around) for (const area of around.querySelectorAll("[data-typed]")) typed.delete(area.id);
  }

  document.addEventListener("htmx:beforeSwap", () => {
    const active = document.activeElement;
    focused = active && active !== document.body ? { element: active, at: active.closest(".notes, #check") } : null;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    for (const [id, value] of typed) {
      const area = document.getElementById(id);
      if (area && area.value !== value) area.value = value;
    }
    for (const [id, open] of opened) {
      const details = document.getElementById(id);
      if (details && details.open !== open) details.open = open;
    }
    const newest = document.getElementById("check");
    if (newest !== check) {
      check = newest;
      readFigures(sent.get(event.detail.requestConfig.elt));
      if (check.dataset.said !== stood) announce(check.dataset.said);
      stood = check.dataset.said;
    }
    if (writes(event)) hearWhatIsSaved();
    if (focused && !focused.element.isConnected) {
      const again = focused.element.id && document.getElementById(focused.element.id);
      const around = focused.at && document.getElementById(focused.at.id);
      const place = again || (around && (around.querySelector("summary") || around));
      if (place && document.activeElement !== place) place.focus({ preventScroll: true });
    }
    focused = null;
  });

  // --- keys ---------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      nextFigure(event.shiftKey);
      return;
    }
    if (event.key === "F9" && !verdict.hidden) {
      event.preventDefault();
      toVerdict();
      return;
    }
    if (event.key === "?" && !event.target.closest("input, textarea, select")) {
      keys.open = true;
      keys.querySelector("summary").focus();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      saveNow();
    }
  });

  // --- paragraphs: which one a note is about, which one of the original is being translated -----------

  const paragraphsOf = (text) =>
    text
      .split(/\n[ \t]*\n/)
      .flatMap((block) => block.split(/\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])/))
      .map((part) => part.trim())
      .filter(Boolean);

  function quoteOf(paragraph) {
    const line = [...paragraph.split(/\s+/).filter(Boolean).join(" ")];
    if (line.length <= 80) return line.join("");
    const cut = line.slice(0, 80).join("");
    return cut.includes(" ") ? cut.slice(0, cut.lastIndexOf(" ")) : cut;
  }

  const paragraphAt = (area) => Math.max(0, paragraphsOf(`${area.value.slice(0, area.selectionStart)}x`).length - 1);

  document.addEventListener("toggle", (event) => {
    const choice = event.target.open && event.target.querySelector && event.target.querySelector("[data-paragraphs]");
    if (choice) offerParagraphs(choice, true);
  }, true);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-paragraphs]")) offerParagraphs(event.target, false);
  });

  function offerParagraphs(choice, choose) {
    const area = places.get(choice.dataset.paragraphs);
    const quotes = paragraphsOf(area.value).map(quoteOf);
    const chosen = choose && lastPlace === area ? quotes[paragraphAt(area)] : choice.value;
    const first = choice.options[0];
    choice.replaceChildren(first, ...quotes.map((quote) => new Option(`${quote}…`, quote)));
    choice.value = quotes.includes(chosen) ? chosen : "";
  }

  document.addEventListener("selectionchange", () => {
    const area = document.activeElement;
    const original = area && area.dataset.words && document.querySelector(`[data-original="${area.dataset.words}"]`);
    if (!original) return;
    const standing = [...original.querySelectorAll(".original__paragraph")];
    standing.forEach((paragraph, at) => paragraph.classList.toggle("is-here", at === paragraphAt(area)));
  });

  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
  keys.hidden = false;
  form.classList.add("is-alive");
  readFigures();
})();
