// Small comforts of the desk's frame. Everything works without them. It is on every page of the desk, and what it names
// at its top level no other script there may name.
"use strict";

// The menu closes when somebody looks elsewhere, and with Escape, which leaves the focus on it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// <button data-copy="id of a field" data-copied="Copied" hidden>: shown only where it can do something.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !field) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}

// Where a page has several forms, sending one would lose what was typed into another: the browser asks first.
// The form of the editor's page watches over its words itself.
{
  const typed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.method === "post" && !("unsaved" in form.dataset)) typed.add(form);
  });
  document.addEventListener("reset", (event) => typed.delete(event.target));
  let sent = null;
  document.addEventListener("submit", (event) => {
    sent = typed.delete(event.target) && !event.defaultPrevented && event.target;
  });
  window.addEventListener("beforeunload", (event) => {
    if (![...typed].some((form) => form.isConnected)) return;
    event.preventDefault();
    if (sent) typed.add(sent); // whoever then stays has not sent it
  });
}

// What an address names may be folded away: unfold it. Browsers that do so themselves find it open.
const unfold = () => {
  let folded = location.hash && document.getElementById(location.hash.slice(1));
  while (folded && (folded = folded.parentElement && folded.parentElement.closest("details:not([open])"))) folded.open = true;
};
addEventListener("hashchange", unfold);
unfold();
