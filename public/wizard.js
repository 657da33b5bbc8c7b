// The form of a template (`<form data-wizard>`): its answers take the place of the page without a page load, and where a choice
// can change what is asked (`data-decides`), it is sent when it is made. Without this file each button loads the page.

const FORM = "form[data-wizard]";
const SAID = "The server did not answer. Check your connection, then try again.";

/** What the form says now, as text. Files are told by name and size. */
const said = (form) => [...new FormData(form)].map(([name, value]) => `${name}=${value.name ? `${value.name}/${value.size}` : value}`).join("\n");

let sending = false;

/** Sends the form, and merges the page that comes back into this one. */
async function send(form, data, focuses) {
  if (sending) return;
  sending = true;
  form.setAttribute("aria-busy", "true");
  const before = said(form);
  const multipart = form.enctype === "multipart/form-data";
  const body = multipart ? data : new URLSearchParams(data);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => {});
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("portico-html");
  sending = false;
  form.removeAttribute("aria-busy");
  const place = form.closest("portico-html");
  if (!place) return;
  // What was typed meanwhile is newer than the answer.
  if (!focuses && before !== said(form)) return update(form);
  if (!page) return complain(form);
  const operation = data.get("~do");
  const lists = operation && [...place.querySelectorAll("fieldset[id]")].map((list) => [list.id, list.querySelectorAll(":scope > ol > li").length]);
  place.html = page.innerHTML;
  if (focuses) place.querySelector("#form-mistakes, #dry-run, #wizard-step")?.focus();
  // Where an item was added, it is next.
  for (const [id, count] of lists ?? []) {
    const items = document.getElementById(id)?.querySelectorAll(":scope > ol > li") ?? [];
    if (items.length > count) items[items.length - 1].querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
}

function complain(form) {
  const words = form.querySelector(".failed") ?? form.appendChild(document.createElement("p"));
  words.className = "failed";
  words.setAttribute("role", "alert");
  words.textContent = SAID;
}

function update(form) {
  const data = new FormData(form);
  data.set("~go", "update");
  return send(form, data, false);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches(FORM) || event.defaultPrevented) return;
  event.preventDefault();
  send(form, new FormData(form, submitter), submitter?.name !== "~do" && submitter?.value !== "update");
});

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.(FORM);
  if (form && "decides" in form.dataset && target.type !== "file") update(form);
});
