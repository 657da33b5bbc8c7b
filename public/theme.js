// Makes the switches for colours act at once. Without this file each is a form that loads the page again.
import { painted } from "/painted.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".theme-switch")) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  // The header has one, and the settings have another.
  for (const button of document.querySelectorAll(".theme-switch button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  // All that is on the page gets other colours.
  await painted();
  document.documentElement.dataset.theme = chosen;
  // The cookie is for the next page load; the colours don't wait for it.
  fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ theme: chosen }),
  }).catch(() => {});
});
