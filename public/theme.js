// Makes the switch for colours act at once. Without this file it is a form that loads the page again.

const form = document.getElementById("theme");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = event.submitter;
  document.documentElement.dataset.theme = chosen.value;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  // The cookie is for the next page load; the colours don't wait for it.
  fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ theme: chosen.value }),
  }).catch(() => {});
});
