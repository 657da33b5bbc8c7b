// The form of a template (`<form data-wizard>`): its answers take the place of the page without a page load, and where a choice
// can change what is asked (`data-decides`), it is sent when it is made. Without this file each button loads the page.

import { drawnIn } from "/drawn.js";
import { go } from "/forms.js";

const FORM = "form[data-wizard]";
const FOCUS = ["form-mistakes", "dry-run", "wizard-step"];

/** What a form sends. Some files go along with some buttons only (`data-with`). */
function dataOf(form, submitter) {
  const data = new FormData(form, submitter);
  for (const field of form.querySelectorAll("[data-with]")) {
    if (!field.dataset.with.split(" ").includes(submitter?.value)) data.delete(field.name);
  }
  return data;
}

/** What the form says now, as text. Files are told by name and size. */
const said = (form) => [...new FormData(form)].map(([name, value]) => `${name}=${value.name ? `${value.name}/${value.size}` : value}`).join("\n");

let sending;

/** Sends the form, and merges the page that comes back into this one. A button is more than a choice that is being sent. */
async function send(form, data, focuses, pressed = true) {
  if (sending && !pressed) return;
  sending?.abort();
  const { signal } = (sending = new AbortController());
  form.setAttribute("aria-busy", "true");
  const before = said(form);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const answer = await fetch(form.action, { method: "POST", body, signal, headers: { Accept: "text/html" } }).catch(() => {});
  const text = (await answer?.text().catch(() => "")) ?? "";
  if (signal.aborted) return;
  sending = undefined;
  // What was begun has a page of its own.
  if (answer?.redirected && new URL(answer.url).pathname !== location.pathname) return go(new URL(answer.url), false, true);
  const page = drawnIn(text);
  const place = form.closest("portico-html");
  if (!place) return;
  // What was typed meanwhile is newer than the answer.
  if (!pressed && before !== said(form)) return update(form);
  if (!page) return complain(form, new DOMParser().parseFromString(text, "text/html").querySelector(".failure p")?.textContent);
  const operation = data.get("~do");
  const lists = operation && [...place.querySelectorAll("fieldset[id]")].map((list) => [list.id, list.querySelectorAll(":scope > ol > li").length]);
  // The form that comes is no longer busy.
  place.html = page;
  // A folder that was opened brings a text of its own.
  const source = form.elements["~source"];
  if (data.get("~go") === "open") opened(place, page);
  // What was written meanwhile is newer.
  else if (pressed && source && source.value.replace(/\r\n/g, "\n") !== data.get("~source").replace(/\r\n/g, "\n")) update(form);
  // What is wrong comes before what came of it, and that before where one is.
  if (focuses) FOCUS.map((id) => document.getElementById(id)).find(Boolean)?.focus();
  // Where an item was added, it is next.
  for (const [id, count] of lists ?? []) {
    const items = document.getElementById(id)?.querySelectorAll(":scope > ol > li") ?? [];
    if (items.length > count) items[items.length - 1].querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
}

/** Shows the text of a template that was opened. */
function opened(place, page) {
  const sent = new DOMParser().parseFromString(page, "text/html").querySelector("portico-source[data-opened] textarea");
  const source = place.querySelector("portico-source");
  if (sent && source) source.text = sent.value;
}

function complain(form, why) {
  form.removeAttribute("aria-busy");
  const words = form.querySelector(".failed") ?? form.appendChild(document.createElement("p"));
  words.className = "failed";
  words.setAttribute("role", "alert");
  words.textContent = why ?? "The server did not answer. Check your connection, then try again.";
}

function update(form) {
  const data = dataOf(form);
  data.set("~go", "update");
  send(form, data, false, false);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches(FORM) || event.defaultPrevented) return;
  event.preventDefault();
  send(form, dataOf(form, submitter), submitter?.name !== "~do" && submitter?.value !== "update");
});

// What is written in a form changes the form itself.
document.addEventListener("portico-update", ({ target }) => update(target));

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.(FORM);
  if (form && "decides" in form.dataset && target.type !== "file") update(form);
});
