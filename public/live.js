// The browser's one event stream, shared by all tabs of the portal.
//
// HTTP/1.1 allows six connections per host, so tabs must not hold one each. The tab that gets the lock "portico-live"
// leads: it holds the stream and tells the others over a channel; when it closes, the lock moves on. Where there are no
// locks (pages over plain HTTP on other hosts), each tab holds a stream while it is visible.
//
// What is known is left on the root element, where it can be read at any time:
//   data-live           "connecting" | "live" | "disconnected"
//   data-live-since     local time of the loss ("14:02")
//   data-live-revision  counts the changes that a page could show
// and announced by the event "portico:live" on the document.

const STREAM = "/api/portico/events";
const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

const root = document.documentElement;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("portico-live") : null;

/** Counts the news for the person alone, which the number of the catalog's changes does not tell. */
let own = 0;
let known = { state: "connecting", since: "", revision: "" };
let leading = false;
let source = null;
let timer = 0;
let delay = FIRST_DELAY;

/** Takes over what is new, shows it, and announces it. */
function show(news) {
  known = { ...known, ...news };
  root.dataset.live = known.state;
  root.dataset.liveSince = known.since;
  root.dataset.liveRevision = known.revision;
  document.dispatchEvent(new CustomEvent("portico:live", { bubbles: true, detail: { ...known } }));
}

/** For the tab that leads: shows the news and tells the others. */
function tell(news) {
  show(news);
  channel?.postMessage({ news: known });
}

/** What pages compare: the catalog's change, and with it what concerns the person alone. */
const revisionOf = (change) => (own ? `${change}.${own}` : String(change));

function connect() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource(STREAM);
  source.addEventListener("open", () => {
    delay = FIRST_DELAY;
    tell({ state: "live", since: "" });
  });
  source.addEventListener("change", (event) => {
    const { change = "" } = JSON.parse(event.data);
    tell({ state: "live", since: "", revision: revisionOf(change) });
  });
  source.addEventListener("own", () => {
    own += 1;
    tell({ revision: revisionOf(known.revision.split(".")[0]) });
  });
  source.addEventListener("error", lost);
}

/** The stream broke off: says since when, and tries again after a pause that grows. */
function lost() {
  source?.close();
  source = null;
  if (known.state !== "disconnected") {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    tell({ state: "disconnected", since: `${two(now.getHours())}:${two(now.getMinutes())}` });
  }
  clearTimeout(timer);
  // Many browsers lose the same server at the same moment; they should not all return at the same one.
  timer = setTimeout(connect, delay * (0.5 + Math.random() / 2));
  delay = Math.min(delay * 2, LONGEST_DELAY);
}

function disconnect() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

/** Leads as soon as no other tab does, until the page goes away. */
function lead() {
  navigator.locks
    .request("portico-live", () => {
      leading = true;
      connect();
      return new Promise((release) => addEventListener("pagehide", release, { once: true }));
    })
    .finally(() => {
      leading = false;
      disconnect();
    });
}

channel?.addEventListener("message", ({ data }) => {
  if (data.news && !leading) {
    show(data.news);
  } else if (data.ask && leading) {
    channel.postMessage({ news: known });
  }
});

function start() {
  if (navigator.locks && channel) {
    lead();
    // The tab that leads answers with what it knows.
    channel.postMessage({ ask: true });
  } else if (document.visibilityState === "visible") {
    connect();
  }
}

if (!(navigator.locks && channel)) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      connect();
    } else {
      disconnect();
    }
  });
}

addEventListener("online", () => {
  if (leading || !navigator.locks) {
    delay = FIRST_DELAY;
    connect();
  }
});

// A page that comes back from the browser's cache has lost its lock.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    start();
  }
});

show({});
start();
