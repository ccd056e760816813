/* allauth's script tells of a passkey that was refused or cancelled in the console only; here it is told on the page. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.querySelector("[data-passkey-problem]");
  if (problem) problem.hidden = false;
});
