// The editor of templates. Its text (`<portico-source>`) is an editor for code instead of a plain field, and the form, the values and
// what is wrong follow it while it is typed. Without this file the field is plain, and a button brings the page up to date.

// How long after the last key the page follows.
const PAUSE = 300;
const CODEMIRROR = "/editor/codemirror.js";

/** The colours of the page, whichever theme it has. */
const theme = {
  "&": { backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "var(--size-s)", border: "1px solid var(--line-control)", borderRadius: "var(--radius-s)" },
  "&.cm-focused": { outline: "2px solid var(--ring)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.55", minHeight: "24rem", maxHeight: "70vh" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--accent-soft)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line-control)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px var(--space-2)", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { color: "var(--text-muted)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { fontFamily: "var(--font)", padding: "var(--space-2) var(--space-3)", maxWidth: "22rem" },
  // Where there is no room beside the list, it would lie on it.
  ".cm-completionInfo-left-narrow, .cm-completionInfo-right-narrow": { display: "none" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warning)" },
};

/** Words in the colours that files have on the other pages. */
const colours = (tags) => [
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-strong)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: tags.comment, color: "var(--text-muted)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.bool, tags.number, tags.null], color: "var(--warning)" },
];

/** What is left once a choice is made: the key opens the list of what may stand behind it. */
const again = (cm, view, text) => {
  if (/[\s.]$|: $|- $/.test(text)) cm.startCompletion(view);
};

/** What may stand where the cursor is. */
const complete = (cm) => async (context) => {
  const before = context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos);
  // A line that was not begun is asked about only when somebody wants to know.
  if (!context.explicit && !/[\w:.|'-]$|: $/.test(before)) return null;
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort(), { onDocChange: true });
  const answer = await fetch("/api/portico/scaffolder/completions", {
    method: "POST",
    signal: stop.signal,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ source: context.state.doc.toString(), offset: context.pos }),
  }).catch(() => {});
  if (!answer?.ok) return null;
  const { from, items, isIncomplete } = await answer.json();
  const options = items.map(({ label, kind, insert, before = 0, detail, info }, place) => ({
    label,
    type: kind,
    detail,
    info,
    // The likely ones come first, as they were sent.
    boost: Math.max(-90, 50 - place),
    apply: (view, _, start, end) => {
      const text = insert ?? label;
      const begin = start - before;
      view.dispatch({ changes: { from: begin, to: end, insert: text }, selection: { anchor: begin + text.length }, userEvent: "input.complete" });
      again(cm, view, text);
    },
  }));
  // Of very many only some are sent, those that fit what is typed by now.
  return { from, options, validFor: isIncomplete ? undefined : /^[\w:$/-]*$/ };
};

/** What is wrong, as the page says it below the text. */
const diagnostics = (doc, list) =>
  [...(list?.querySelectorAll("li[data-line]") ?? [])].map((item) => {
    const { line, column, severity } = item.dataset;
    const { from: start, to: end } = doc.line(Math.min(Number(line), doc.lines));
    const from = Math.min(start + Number(column) - 1, end);
    const word = /^[^\s:,]+/.exec(doc.sliceString(from, end));
    return { from, to: from + (word?.[0].length ?? 0), severity, message: item.querySelector(".editor__message").textContent.trim() };
  });

customElements.define(
  "portico-source",
  class extends HTMLElement {
    #view;
    // The text that is somewhere else as well: as it came, or as it was copied.
    #known;
    #timer = 0;
    #codemirror;

    async connectedCallback() {
      if (this.#view) return;
      const area = this.querySelector("textarea");
      this.#known = area?.value;
      area?.addEventListener("copy", () => this.#copied());
      this.#codemirror = await import(CODEMIRROR).catch(() => undefined);
      const cm = this.#codemirror;
      // The plain field does as well.
      if (!cm || !this.isConnected || !area) return this.#plain(area);
      const root = document.createElement("div");
      root.className = "source";
      // In a shadow the editor's styles are sheets of their own, which need no exception from the policy of the page.
      const shadow = root.attachShadow({ mode: "open" });
      const extensions = [
        cm.lineNumbers(),
        cm.history(),
        cm.drawSelection(),
        cm.indentOnInput(),
        cm.indentUnit.of("  "),
        cm.EditorState.tabSize.of(2),
        cm.bracketMatching(),
        cm.closeBrackets(),
        cm.autocompletion({ override: [complete(cm)], icons: false }),
        cm.highlightActiveLine(),
        cm.highlightSelectionMatches(),
        cm.search({ top: true }),
        cm.lintGutter(),
        cm.yaml(),
        cm.syntaxHighlighting(cm.HighlightStyle.define(colours(cm.tags))),
        cm.EditorView.lineWrapping,
        cm.EditorView.theme(theme),
        cm.EditorView.contentAttributes.of({ "aria-label": this.querySelector("label").textContent, "aria-multiline": "true", tabindex: "0" }),
        // Tab leads on, as everywhere; the usual keys for more and less of an indent are Ctrl+] and Ctrl+[.
        cm.keymap.of([
          { key: "Mod-Enter", run: () => this.#press() },
          ...cm.closeBracketsKeymap,
          ...cm.completionKeymap,
          ...cm.searchKeymap,
          ...cm.historyKeymap,
          ...cm.lintKeymap,
          ...cm.defaultKeymap,
        ]),
        cm.EditorView.domEventHandlers({ copy: () => this.#copied(), cut: () => this.#copied() }),
        cm.EditorView.updateListener.of(({ docChanged, view }) => {
          if (!docChanged) return;
          area.value = view.state.doc.toString();
          this.#later();
        }),
      ];
      const state = cm.EditorState.create({ doc: area.value, extensions });
      this.#view = new cm.EditorView({ state, parent: shadow, root: shadow });
      const hadFocus = document.activeElement === area;
      area.hidden = true;
      area.after(root);
      // What is sent by a button needs no further update.
      area.form.addEventListener("submit", () => clearTimeout(this.#timer));
      this.querySelector("label").addEventListener("click", () => this.#view.focus());
      if (hadFocus) this.#view.focus();
      this.tell();
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
    }

    /** Marks what is wrong in the text. */
    tell() {
      if (!this.#view) return;
      const list = document.getElementById(this.dataset.problems);
      this.#view.dispatch(this.#codemirror.setDiagnostics(this.#view.state, diagnostics(this.#view.state.doc, list)));
    }

    /** Whether there is something to lose. */
    get isChanged() {
      return this.querySelector("textarea")?.value !== this.#known;
    }

    /** The text of another template. */
    set text(text) {
      this.#known = text;
      this.querySelector("textarea").value = text;
      if (this.#view) this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
      clearTimeout(this.#timer);
    }

    /** Leads to a place in the text. */
    go(line, column) {
      if (!this.#view) return this.focus();
      const { doc } = this.#view.state;
      const found = doc.line(Math.min(line, doc.lines));
      this.#view.dispatch({ selection: { anchor: Math.min(found.from + column - 1, found.to) }, scrollIntoView: true });
      this.#view.focus();
    }

    focus() {
      if (this.#view) this.#view.focus();
      else this.querySelector("textarea")?.focus();
    }

    /** What was copied whole is not lost. */
    #copied() {
      const area = this.querySelector("textarea");
      const { main } = this.#view?.state.selection ?? { main: { from: area.selectionStart, to: area.selectionEnd } };
      if (main.to - main.from >= area.value.trim().length) this.#known = area.value;
      return false;
    }

    #plain(area) {
      area?.addEventListener("input", () => this.#later());
    }

    #later() {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.closest("form")?.dispatchEvent(new Event("portico-update", { bubbles: true })), PAUSE);
    }

    #press() {
      this.closest("form")?.querySelector("button[data-ctrl-enter]")?.click();
      return true;
    }
  },
);

// What is wrong is marked anew whenever the page says something else.
new MutationObserver((changes) => {
  const sources = new Set();
  for (const { target } of changes) {
    const source = target.ownerDocument.querySelector("portico-source");
    const list = source && document.getElementById(source.dataset.problems);
    if (list && (list.contains(target) || target.contains(list))) sources.add(source);
  }
  for (const source of sources) source.tell();
}).observe(document.body, { childList: true, subtree: true, characterData: true, attributeFilter: ["data-line", "data-column"] });

// A problem leads to its place. The plain field takes the focus, as without scripts.
document.addEventListener(
  "click",
  (event) => {
    const item = event.target.closest?.(".editor__place")?.closest("li[data-line]");
    const source = item && document.querySelector("portico-source");
    if (!source) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    source.go(Number(item.dataset.line), Number(item.dataset.column));
  },
  true,
);

// A text that was changed here is nowhere else. Whoever has copied all of it has it.
const LOSE = "The text was changed and is nowhere else yet. Leave it?";
const isChanged = () => document.querySelector("portico-source")?.isChanged ?? false;
addEventListener("beforeunload", (event) => {
  if (isChanged()) event.preventDefault();
});
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href]");
    const stays = !link || link.target || link.hasAttribute("download") || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (stays || link.pathname === location.pathname || !isChanged() || confirm(LOSE)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// F6 leads from one part of the editor to the next.
document.addEventListener("keydown", (event) => {
  if (event.key !== "F6") return;
  const panes = [...document.querySelectorAll(".editor [data-pane]")];
  if (panes.length === 0) return;
  event.preventDefault();
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + (event.shiftKey ? panes.length - 1 : 1)) % panes.length];
  (next.querySelector("portico-source") ?? next.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
});
