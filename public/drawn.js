// What the server draws: `<portico-html>`. What comes later for the same path is merged into what is there, so that the
// focus, a text that is being typed, and what was unfolded stay.
import { go } from "/forms.js";

/* global Idiomorph */
const options = {
  morphStyle: "innerHTML",
  callbacks: {
    // What a reader has unfolded, or folded, is the reader's.
    beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
    // And so is the text in a field that has the focus, and a choice that is not sent yet.
    beforeNodeMorphed: (node, newer) => {
      if (node === document.activeElement && node.matches?.(TEXT)) newer.setAttribute("value", node.value);
      if (node.nodeType === Node.TEXT_NODE && node.data.trim() !== newer.data?.trim()) mark(node);
      // What a script of its own has made of an element (`data-own`) is not drawn by the server.
      if (node instanceof HTMLElement && "own" in node.dataset) return false;
      return !(node instanceof HTMLSelectElement && node.closest("[data-later]")) && !isKept(node);
    },
    afterNodeAdded: mark,
  },
};

/** Whether a field holds what somebody typed and has not sent, in a form that keeps it (`data-kept`). */
const isKept = (node) => node.closest?.("[data-kept]") && "defaultValue" in node && node.type !== "hidden" && node.value !== node.defaultValue;

const TEXT = "input:not([type=checkbox], [type=radio])";

// What has changed while somebody looks on is marked for a moment; a style says how. Ages change all the time.
const MARKED = "li, tr, dd, p, h1, h2";
const MARKED_FOR = 4000;
let looksOn = false;

function mark(node) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  if (!looksOn || !(element instanceof HTMLElement) || element.closest("time")) return;
  const marked = element.closest(MARKED) ?? element;
  marked.dataset.fresh = "";
  setTimeout(() => delete marked.dataset.fresh, MARKED_FOR);
}

/** What the server drew in a page, as text. */
export const drawnIn = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("portico-html")?.innerHTML;

const STOPS = "a[href], button, summary, input, select";

/** Changes an element. What takes the focus away with it leaves it to what took its place, or to what comes first. */
function keepingFocus(element, change) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const list = focused?.closest("ul, ol");
  const stops = () => [...(list?.isConnected ? list.querySelectorAll(STOPS) : [])];
  const place = stops().indexOf(focused);
  change();
  if (!focused || focused.isConnected) return;
  const next = stops()[place] ?? stops().at(-1) ?? element.querySelector(STOPS);
  next?.focus({ preventScroll: true });
}

customElements.define(
  "portico-html",
  class extends HTMLElement {
    #path = this.dataset.path;
    #address = location.href;

    constructor() {
      super();
      // What was set before this file had been read hides the setter.
      if (Object.hasOwn(this, "html")) {
        const { html } = this;
        delete this.html;
        this.html = html;
      }
    }

    /** Newer HTML; nothing for what is there already. */
    set html(html) {
      if (!html) return;
      if (this.dataset.path === this.#path && this.firstChild) {
        // What answers a form, somebody has asked for.
        looksOn = this.#address === location.href && !this.querySelector("form[aria-busy]");
        keepingFocus(this, () => Idiomorph.morph(this, html, options));
      } else {
        this.innerHTML = html;
      }
      this.#path = this.dataset.path;
      this.#address = location.href;
    }
  },
);

// Links of a picture are none that the router sees.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".graph-small a[href]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(new URL(link.getAttribute("href"), location.href), false, true);
});

// What unfolds over the page (`<details data-pop>`) folds when one is done with it: by Escape, by a click elsewhere, and by a
// choice where there is one to make (`data-pop="one"`).
const POP = "details[data-pop]";

function fold(pop) {
  pop.open = false;
  pop.querySelector("summary").focus();
}

document.addEventListener("click", ({ target, isTrusted }) => {
  // What a script clicks, nobody has turned to.
  if (!isTrusted) return;
  for (const pop of document.querySelectorAll(`${POP}[open]`)) {
    if (!pop.contains(target)) pop.open = false;
    else if (pop.dataset.pop === "one" && target.closest("a[href]")) fold(pop);
  }
  target.closest?.("a[href]")?.closest("[popover]")?.hidePopover();
  // The way back from a moment goes away with it.
  if (target.closest?.(".time__band a[href]")) document.querySelector(".time__menu summary")?.focus();
});

document.addEventListener("submit", ({ submitter }) => {
  const pop = submitter?.closest(POP);
  if (pop) fold(pop);
});

document.addEventListener("keydown", (event) => {
  const pop = event.key === "Escape" && event.target.closest?.(`${POP}[open]`);
  if (pop) fold(pop);
});

// Buttons that put a text on the clipboard. Browsers allow that on safe origins alone; styles hide the buttons elsewhere.
if (navigator.clipboard) document.documentElement.dataset.canCopy = "";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const said = button.querySelector("[aria-live]");
  const label = (button.dataset.label ??= said.textContent);
  const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
  said.textContent = await navigator.clipboard.writeText(text).then(
    () => "Copied",
    () => "Your browser does not allow it",
  );
  setTimeout(() => (said.textContent = label), 3000);
});

// Results: arrow keys go from the field to the results, and among them.
document.addEventListener("keydown", (event) => {
  const down = event.key === "ArrowDown";
  if (!down && event.key !== "ArrowUp") return;
  const places = [...(event.target.closest?.("form[data-results]")?.querySelectorAll("input[type=search], .hit__title") ?? [])];
  const place = places.indexOf(document.activeElement);
  const next = place < 0 ? undefined : places[place + (down ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
