// On the way to a draft: one press, or the key a, ticks what is suggested. Without this the server ticks it.
"use strict";

(() => {
  const suggested = document.querySelector("[data-accept-all]");

  const acceptAll = () => {
    for (const input of document.querySelectorAll("[data-suggested] input")) input.checked = true;
    const status = suggested.querySelector("[data-accepted]");
    status.textContent = status.dataset.accepted;
    (suggested.closest("form").querySelector("input:invalid") || suggested.querySelector("button")).focus(); // what is still open
  };

  const writesText = (target) => target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

  if (suggested) {
    suggested.querySelector("[data-keys]").hidden = false;
    suggested.querySelector("button").addEventListener("click", (event) => {
      event.preventDefault();
      acceptAll();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writesText(event.target)) return;
      event.preventDefault();
      acceptAll();
    });
  }
})();
