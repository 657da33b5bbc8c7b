// A run that has not ended (`<portico-run data-follow data-stream>`): its page is brought up to date when something happens in it.
import { drawnIn } from "/drawn.js";

/** Events come in bursts; the page is asked for once in this many milliseconds. */
const PAUSE = 250;
/** How long after a refusal the stream is asked for again, in milliseconds. */
const AGAIN = 2000;
/** How near to its end a log is scrolled for it to stay there, in pixels. */
const NEAR = 40;

const logOf = (run) => run.querySelector(".run-log");
const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const toEnd = (log) => (log.scrollTop = log.scrollHeight);

customElements.define(
  "portico-run",
  class extends HTMLElement {
    static observedAttributes = ["data-follow"];
    #source;
    #timer = 0;
    #asks = false;
    #turn = () => (document.visibilityState === "visible" ? this.#follow() : this.#leave());

    connectedCallback() {
      document.addEventListener("visibilitychange", this.#turn);
      const log = logOf(this);
      // Who came for a line stays there.
      if (log && "follow" in this.dataset && !log.querySelector(":target")) toEnd(log);
      this.#turn();
    }

    disconnectedCallback() {
      document.removeEventListener("visibilitychange", this.#turn);
      this.#leave();
    }

    attributeChangedCallback() {
      // What was ended may go on; what goes on is followed from where the stream is.
      if (!this.isConnected) return;
      if (!("follow" in this.dataset)) this.#leave();
      else if (!this.#source) this.#turn();
    }

    #follow() {
      if (this.#source || !("follow" in this.dataset)) return;
      this.#source = new EventSource(`${this.dataset.stream}?after=${this.dataset.follow}`);
      for (const kind of ["log", "completion", "cancelled", "recovered"]) {
        this.#source.addEventListener(kind, () => this.#soon());
      }
      // What happened while nobody looked.
      this.#source.addEventListener("open", () => this.#soon());
      this.#source.addEventListener("error", () => this.#lost());
    }

    /** Browsers come back to a server that is away, and not to one that answered with an error, as while it starts. */
    #lost() {
      if (this.#source?.readyState !== EventSource.CLOSED) return;
      this.#leave();
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        if (this.isConnected) this.#turn();
      }, AGAIN);
    }

    #leave() {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#source?.close();
      this.#source = undefined;
    }

    #soon() {
      this.#timer ||= setTimeout(() => this.#redraw(), PAUSE);
    }

    async #redraw() {
      this.#timer = 0;
      // One answer after the other, so that none overtakes a newer one.
      if (this.#asks) return this.#soon();
      this.#asks = true;
      const { pathname, search } = location;
      const text = await fetch(pathname + search, { headers: { Accept: "text/html" } })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .catch(() => "");
      this.#asks = false;
      const html = text && this.isConnected && location.pathname === pathname && location.search === search && drawnIn(text);
      // A form that is being sent brings its own answer.
      if (!html || this.querySelector("form[aria-busy]")) return;
      const log = logOf(this);
      const follows = log && isAtEnd(log);
      this.closest("portico-html").html = html;
      if (follows) toEnd(logOf(this) ?? log);
    }
  },
);
