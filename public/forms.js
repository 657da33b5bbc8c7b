// Lets forms that only ask (`<form data-live>`) act at once: a choice when it is made, a text while it is typed. Without
// this file each has a button that sends it.
import { painted } from "/painted.js";

// How long after the last key a text is searched for.
const PAUSE = 200;
const TYPED = "input[type=search]";
// Fields that are sent by a button of their own, and not with the others.
const LATER = "[data-later]";

/** The address that a form leads to. Fields that are empty say nothing. */
function addressOf(form, submitter) {
  const address = new URL(form.action);
  const part = submitter?.closest(LATER);
  address.search = "";
  for (const field of form.elements) {
    const chosen = ["checkbox", "radio"].includes(field.type) ? field.checked : !["submit", "button"].includes(field.type);
    const apart = field.closest(LATER);
    if (field.name && chosen && field.value !== "" && (!apart || apart === part)) {
      address.searchParams.append(field.name, field.value);
    }
  }
  return address;
}

/** Goes to an address as a link of the page does: the portal's own pages are changed in place. */
export async function go(address, replace, scroll = false) {
  if (address.pathname + address.search === location.pathname + location.search) return;
  await painted();
  const link = document.createElement("a");
  link.href = address;
  if (!scroll) link.dataset.noscroll = "";
  link.replace = replace;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}

// Links within the portal: the router makes the next page while it is told of the click, so that it is told after a paint.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  // The hidden ones are those of `go`.
  if (!plain || event.defaultPrevented || !(link instanceof HTMLAnchorElement) || link.hidden) return;
  if (link.target || link.rel || link.hasAttribute("download") || link.origin !== location.origin || link.hash) return;
  if (link.pathname + link.search === location.pathname + location.search) return;
  event.preventDefault();
  link.dataset.going = "";
  await go(new URL(link.href), false, !("noscroll" in link.dataset));
  delete link.dataset.going;
});

const isLive = (field) => field.form?.matches("form[data-live]") && !field.closest(LATER);

let timer = 0;

document.addEventListener("input", ({ target }) => {
  if (!isLive(target) || !target.matches(TYPED)) return;
  clearTimeout(timer);
  // Each letter shall not be a step of its own for the back button.
  timer = setTimeout(() => target.isConnected && go(addressOf(target.form), true), PAUSE);
});

document.addEventListener("change", ({ target }) => {
  if (isLive(target) && !target.matches(TYPED)) go(addressOf(target.form), false);
});

/** What the server answers; nothing where it does not. */
async function ask(about, question) {
  const answer = await fetch(`/api/portico/ui/${about}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(question),
  }).catch(() => {});
  return answer?.ok ? answer.json() : undefined;
}

// Values to choose from, for the field that another names.
async function offer(field) {
  const text = field.value;
  const of = document.getElementById(field.dataset.values).value;
  const found = await ask("filter-values", { address: location.search, field: of, text });
  // Answers may overtake each other. A field without values to choose from has none to offer.
  if (field.value === text) field.list.innerHTML = found ?? "";
}

let looking = 0;

for (const event of ["input", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    if (!target.matches?.("input[data-values]")) return;
    clearTimeout(looking);
    looking = setTimeout(offer, event === "input" ? PAUSE : 0, target);
  });
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("form[data-live]") || event.defaultPrevented || submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  clearTimeout(timer);
  const address = addressOf(form, submitter);
  // What several fields say together, the server says in one parameter.
  const short = submitter?.closest(LATER) && (await ask("list-address", { address: address.search }));
  go(short ? new URL(short, address) : address, false);
});

// Forms that change something: the page stays until the server has answered, and with it what was typed. Others lead to other
// sites, or to a place within a page, which a script is not told.
const CHANGES = /^\/api\/portico\/(ui|forms)\//;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const action = new URL(form.action);
  if (form.method !== "post" || event.defaultPrevented || !CHANGES.test(action.pathname)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, submitter));
  const answer = await fetch(action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => {});
  if (answer?.redirected && answer.ok) return location.assign(answer.url);
  const said = form.querySelector(".failed") ?? form.appendChild(document.createElement("p"));
  said.className = "failed";
  said.setAttribute("role", "alert");
  said.textContent = answer
    ? `The server refused it (${answer.status}). Reload the page, then try again.`
    : "The server did not answer. Check your connection, then send it again.";
});

// Of some fields can only be asked whether they are there: for them no condition that compares is offered, and no value.
document.addEventListener("change", ({ target }) => {
  const part = target.closest?.("[data-later]");
  const [field, condition, value] = part ? ["field", "is", "value"].map((name) => part.querySelector(`[name="add.${name}"]`)) : [];
  if (!field) return;
  const there = Boolean(field.selectedOptions[0].closest("[data-presence]"));
  for (const option of condition.options) option.disabled = there && "compares" in option.dataset;
  if (condition.selectedOptions[0]?.disabled !== false) condition.value = [...condition.options].find((option) => !option.disabled).value;
  value.disabled = !("compares" in condition.selectedOptions[0].dataset);
});

// The return key presses the button of the fields that have one of their own, and not the first of the form.
document.addEventListener("keydown", (event) => {
  const own = event.key === "Enter" && event.target.matches?.("input") && event.target.closest(LATER)?.querySelector("button");
  if (!own) return;
  event.preventDefault();
  own.click();
});

// Ctrl and the return key press the second button of a form that has two.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.form?.querySelector("button[data-ctrl-enter]")?.click();
});
