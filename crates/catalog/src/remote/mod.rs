//! Files behind addresses: fetched beside the passes, so that no slow host holds them up, and kept in the database, so
//! that a start asks only whether they changed.
//!
//! A pass reads what was fetched ([`Fetched`]) and says which addresses it wants; [`run`] fetches those whose time has
//! come, and wakes the schedule when one holds something else. [`Draft`] is the same in memory, for looking at an
//! address before it is registered.

mod draft;
mod fetch;

use std::sync::Arc;

use integrations::Integrations;
use model::{Problem, ProblemCode, Severity};
use platform::database::Database;
use rustc_hash::FxHashMap;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

pub(crate) use self::draft::Draft;
pub(crate) use self::fetch::{Fetcher, run};
use crate::reading::{Remote, RemoteListing, RemoteText, remote_sign};
use crate::store::{self, RemoteMark};

/// The sign of an address behind which the host says there is nothing.
pub(crate) const MISSING: &str = "missing";

/// What is known of all addresses, by address.
pub(crate) type Marks = FxHashMap<String, RemoteMark>;

/// How fetching and reading wake each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals {
    /// There are addresses to fetch.
    pub(crate) wanted: Arc<Notify>,
    /// Addresses hold something else than before.
    pub(crate) changed: Arc<Notify>,
    /// Counts the rounds of fetching.
    pub(crate) rounds: Arc<watch::Sender<u64>>,
}

impl Signals {
    /// Waits until everything that is due by now was fetched: the round in progress, and one that began after it.
    pub(crate) async fn fetched(&self) {
        let mut rounds = self.rounds.subscribe();
        let goal = *rounds.borrow_and_update() + 2;
        self.wanted.notify_one();
        // An error means that the portal stops.
        let _stopped = rounds.wait_for(|round| *round >= goal).await;
    }
}

/// The sign of an address, for comparison only.
pub(crate) fn sign_of<'a>(marks: &'a Marks, address: &str) -> &'a str {
    let mark = marks.get(address);
    remote_sign(
        mark.and_then(|mark| mark.fingerprint.as_deref()),
        mark.is_some_and(|mark| mark.failure.is_some()),
    )
}

/// What was fetched, as a pass reads it: on a thread that may wait for the database.
pub(crate) struct Fetched<'a> {
    pub(crate) database: &'a Database,
    pub(crate) integrations: &'a Integrations,
    pub(crate) marks: &'a Marks,
}

impl Fetched<'_> {
    fn content(&self, address: &str) -> Result<(String, String), RemoteText> {
        let Some(mark) = self.marks.get(address) else { return Err(RemoteText::Pending) };
        let why = || mark.failure.clone();
        match mark.fingerprint.as_deref() {
            None => return Err(why().map_or(RemoteText::Pending, RemoteText::Failed)),
            Some(MISSING) => {
                return Err(RemoteText::Missing(why().unwrap_or_else(|| "there is no such file".to_owned())));
            }
            Some(_) => {}
        }
        match Handle::current().block_on(store::remote_content(self.database, address)) {
            Ok(Some((Some(fingerprint), Some(text)))) => Ok((text, fingerprint)),
            Ok(_) => Err(RemoteText::Pending),
            Err(error) => {
                tracing::error!(%error, "could not read what was fetched: {error}");
                Err(RemoteText::Failed("the database failed".to_owned()))
            }
        }
    }

    /// The files that a pattern means; nothing as long as nobody knows.
    pub(crate) fn listing(&self, address: &str) -> Result<RemoteListing, RemoteText> {
        let (text, _) = self.content(address)?;
        serde_json::from_str(&text).map_err(|error| RemoteText::Failed(error.to_string()))
    }
}

impl Remote for Fetched<'_> {
    fn resolve(&self, target: &str, base: &str) -> Result<String, String> {
        resolve(self.integrations, target, base)
    }

    fn same_repository(&self, one: &str, other: &str) -> bool {
        self.integrations.same_repository(one, other)
    }

    fn edit_url(&self, address: &str) -> Option<String> {
        self.integrations.edit_url(address)
    }

    fn folder_url(&self, address: &str) -> Option<String> {
        self.integrations.folder_url(address)
    }

    fn text(&self, address: &str) -> RemoteText {
        match self.content(address) {
            Ok((text, fingerprint)) => RemoteText::Text { text, fingerprint },
            Err(state) => state,
        }
    }
}

fn resolve(integrations: &Integrations, target: &str, base: &str) -> Result<String, String> {
    integrations.resolve(target, base).map_err(|error| error.to_string())
}

/// Addresses that could not be read, as problems. Where the host says that there is nothing, the file itself is marked.
pub(crate) fn problems(marks: &Marks) -> Vec<Problem> {
    let failed = marks.values().filter(|mark| mark.fingerprint.as_deref() != Some(MISSING));
    let problem = |mark: &RemoteMark| {
        let why = mark.failure.as_ref()?;
        let kept = if mark.fingerprint.is_some() { "; what it brought before is kept" } else { "" };
        let again = match clock_time(mark.next_at) {
            Some(time) => format!("It is tried again at {time}, or when you refresh its location."),
            None => "It is tried again when you refresh its location.".to_owned(),
        };
        Some(Problem {
            position: None,
            code: ProblemCode::Location,
            severity: Severity::Error,
            entity_ref: None,
            message: format!("{} cannot be read: {why}{kept}", mark.url),
            found: None,
            allowed: None,
            help: Some(again),
        })
    };
    failed.filter_map(problem).collect()
}

/// A moment as a person reads it; nothing for one that never comes.
pub(crate) fn clock_time(milliseconds: i64) -> Option<String> {
    if milliseconds == i64::MAX {
        return None;
    }
    let time = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(time.strftime("%H:%M UTC").to_string())
}
