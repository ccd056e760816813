// While services are asked: say so, and do not ask twice. Without this the page simply takes its time.
"use strict";

for (const form of document.querySelectorAll("form[data-look-up]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.asked) {
      event.preventDefault();
      return;
    }
    form.dataset.asked = "yes";
    const status = form.querySelector("[data-status]");
    const button = event.submitter;
    if (status && button && button.dataset.busy) status.textContent = button.dataset.busy;
    form.setAttribute("aria-busy", "true");
  });
}

// A page that the browser kept and shows again can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-asked]")) {
    delete form.dataset.asked;
    form.removeAttribute("aria-busy");
    const status = form.querySelector("[data-status]");
    if (status) status.textContent = "";
  }
});

// In the one field where an article is asked for, Enter asks; Shift and Enter begins a line.
for (const field of document.querySelectorAll("textarea#typed")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit(field.form.querySelector("button"));
  });
}

// Who types something else has chosen it.
for (const other of document.querySelectorAll(".difference__other")) {
  const radio = other.parentElement.querySelector('input[type="radio"]');
  other.addEventListener("input", () => { radio.checked = true; });
}
