//! The browser's end of the change feed: whether the page is connected, and when its data is out of date.
//!
//! `public/live.js` holds the one event stream of the browser and leaves its state on the document's root element;
//! this module reads it and turns it into signals. Events carry no data that a page shows: a page that hears of a
//! change asks for its data again.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;

/// At most one new request per resource in this time, however fast changes arrive.
const BREATH: Duration = Duration::from_millis(500);

/// Whether changes reach this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// No script runs (yet): the page is as fresh as its last load.
    Still,
    /// The first connection is being made.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// The stream broke off at this local time ("14:02").
    Disconnected(String),
}

/// What pages need of the feed. Lies in the context.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Counts the moments at which data went out of date: a source for resources.
    stale: RwSignal<u32>,
    connection: RwSignal<Connection>,
    /// The last revision heard of; `None` before the first.
    heard: StoredValue<Option<String>>,
    breathing: StoredValue<bool>,
    again: StoredValue<bool>,
}

impl Live {
    /// Starts listening and puts itself into the context.
    pub(crate) fn provide() -> Self {
        let live = Self {
            stale: RwSignal::new(0),
            connection: RwSignal::new(Connection::Still),
            heard: StoredValue::new(None),
            breathing: StoredValue::new(false),
            again: StoredValue::new(false),
        };
        provide_context(live);
        // Effects run in the browser alone.
        Effect::new(move |_| {
            live.read();
            // The page's lifetime is the listener's, so nobody removes it.
            let _listener = window_event_listener_untyped("portico:live", move |_| live.read());
        });
        live
    }

    /// The feed of this page, for components below the app.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Makes the resource that reads this load again when its data went out of date.
    pub(crate) fn track(self) -> u32 {
        self.stale.get()
    }

    /// Tells the feed which change the page was drawn at: another one that is heard of is news.
    pub(crate) fn drawn_at(self, change: u64) {
        self.heard.update_value(|heard| {
            heard.get_or_insert_with(|| change.to_string());
        });
    }

    /// Whether the page is connected.
    pub(crate) fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Loads the page's data again.
    pub(crate) fn refresh(self) {
        if self.breathing.get_value() {
            self.again.set_value(true);
            return;
        }
        self.breathing.set_value(true);
        self.stale.update(|count| *count = count.wrapping_add(1));
        set_timeout(
            move || {
                self.breathing.set_value(false);
                if self.again.get_value() {
                    self.again.set_value(false);
                    self.refresh();
                }
            },
            BREATH,
        );
    }

    /// Takes over what the script left on the root element.
    fn read(self) {
        let next = match browser::root_attribute("data-live").as_deref() {
            Some("live") => Connection::Live,
            Some("disconnected") => {
                Connection::Disconnected(browser::root_attribute("data-live-since").unwrap_or_default())
            }
            // Nobody is told of changes.
            Some("off") => Connection::Still,
            _ => Connection::Connecting,
        };
        let reconnected = next == Connection::Live
            && matches!(self.connection.get_untracked(), Connection::Disconnected(_));
        if self.connection.get_untracked() != next {
            self.connection.set(next);
        }

        // Empty until the stream has told one.
        let revision = browser::root_attribute("data-live-revision").filter(|revision| !revision.is_empty());
        let is_news = revision.is_some() && self.heard.with_value(|heard| *heard != revision);
        if is_news {
            self.heard.set_value(revision);
        }
        if reconnected || is_news {
            self.refresh();
        }
    }
}
