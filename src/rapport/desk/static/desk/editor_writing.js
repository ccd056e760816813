// Writing Markdown in the fields of the editing page: bold, italic, links, lists; by buttons and by keys. All of it is
// typed as the browser itself types (insertText), so that its undo takes it back.
"use strict";

(() => {
  function put(area, text, start, end) {
    area.focus();
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    area.setSelectionRange(start, end);
  }

  function around(area, sign) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const size = sign.length;
    if (value.slice(start - size, start) === sign && value.slice(end, end + size) === sign) {
      area.setSelectionRange(start - size, end + size);
      put(area, value.slice(start, end), start - size, end - size);
    } else put(area, `${sign}${value.slice(start, end)}${sign}`, start + size, end + size);
  }

  const writing = {
    bold: (area) => around(area, "**"),
    italic: (area) => around(area, "*"),
    list(area) {
      const { selectionStart, selectionEnd, value } = area;
      const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
      const lines = value.slice(start, selectionEnd).split("\n");
      const listed = lines.every((line) => line.startsWith("- "));
      const text = lines.map((line) => (listed ? line.slice(2) : line.startsWith("- ") ? line : `- ${line}`)).join("\n");
      area.setSelectionRange(start, selectionEnd);
      put(area, text, start + text.length, start + text.length);
    },
    link(area) {
      const { selectionStart: start, selectionEnd: end, value } = area;
      const words = value.slice(start, end);
      const place = start + words.length + 3;
      put(area, `[${words}](https://)`, words ? place : start + 1, words ? place + 8 : start + 1);
    },
  };

  for (const bar of document.querySelectorAll("#words [role=toolbar]")) {
    const buttons = [...bar.querySelectorAll("button")];
    const area = document.getElementById(bar.getAttribute("aria-controls"));
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) writing[button.dataset.write](area);
    });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = buttons.indexOf(document.activeElement);
      const to = buttons[(at + step + buttons.length) % buttons.length];
      buttons.forEach((button) => (button.tabIndex = button === to ? 0 : -1));
      to.focus();
    });
  }

  // --- the next point of a list ------------------------------------------------------------------------

  const POINT = /^([ \t]*)([-*+]|(\d{1,3})([.)]))([ \t]+)/;

  // Within a point, Enter begins the next one; on a point that is empty it ends the list. Says whether it did either.
  function nextPoint(area) {
    const { selectionStart: at, selectionEnd: to, value } = area;
    const start = value.lastIndexOf("\n", at - 1) + 1;
    const found = POINT.exec(value.slice(start));
    if (!found || at < start + found[0].length) return false;
    const [mark, indent, sign, number, dot, space] = found;
    const end = value.indexOf("\n", to) < 0 ? value.length : value.indexOf("\n", to);
    if (!value.slice(start + mark.length, end).trim()) {
      area.setSelectionRange(start, end);
      // A blank line, without which what is typed next would belong to the point before.
      const blank = start > 0 && value.slice(0, start - 1).split("\n").at(-1).trim() ? "\n" : "";
      if (blank) put(area, blank, start + 1, start + 1);
      else document.execCommand("delete");
      return true;
    }
    const gap = /^[ \t]*/.exec(value.slice(to))[0].length; // the words behind begin the next point
    const next = `\n${indent}${number ? `${Number(number) + 1}${dot}` : sign}${space}`;
    area.setSelectionRange(at, to + gap);
    put(area, next, at + next.length, at + next.length);
    return true;
  }

  // The first letter in a field of points begins the first point; a mark typed behind a mark is the same one.
  document.addEventListener("beforeinput", (event) => {
    const area = event.target.closest("#words textarea[data-words]:not([data-one-line])");
    if (!area || event.inputType !== "insertText" || !event.data) return;
    const { selectionStart: at, selectionEnd: to, value } = area;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    if (event.data === " " && at === to && /^[ \t]*[-*+] [-*+]$/.test(line)) {
      event.preventDefault();
      area.setSelectionRange(at - 1, at);
      document.execCommand("delete");
    } else if ("points" in area.dataset && !value.trim() && /^[\p{L}“«"'*(]/u.test(event.data)) {
      event.preventDefault();
      area.setSelectionRange(0, value.length);
      put(area, `- ${event.data}`, 2 + event.data.length, 2 + event.data.length);
    }
  });

  // --- keys -------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const area = event.target.closest("#words textarea[data-words]");
    if (!area) return;
    const composes = event.isComposing || event.keyCode === 229; // Safari ends a composition with an Enter of its own
    const isOneLine = area.dataset.oneLine !== undefined;
    const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (event.key === "Enter" && !composes && (isOneLine || (!held && nextPoint(area)))) event.preventDefault();
    if (isOneLine || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const deed = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    writing[deed](area);
  });
})();
