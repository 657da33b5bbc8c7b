//! When a pass runs: at start, when a file changes, when somebody asks, and at an interval in case a change was missed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use rustc_hash::FxHashSet;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tracing::{error, info};

use super::Refresh;
use super::known::{Known, Stamp};
use super::pass::{self, Outcome};
use crate::config::OrphanStrategy;
use crate::reading::{Rules, Source, Watcher};
use crate::store;

/// What a schedule needs to know.
pub(crate) struct Schedule {
    pub(crate) database: Database,
    pub(crate) feed: Feed,
    /// Sources of the configuration and the command line, in the order given.
    pub(crate) sources: Vec<Source>,
    /// Rules for locations that were registered while running.
    pub(crate) rules: Rules,
    pub(crate) orphans: OrphanStrategy,
    /// The settings, as part of every fingerprint.
    pub(crate) stamp: Stamp,
    /// Pause between two passes that nothing asked for; nothing means only on a signal.
    pub(crate) interval: Option<Duration>,
    /// Folder that relative paths start from.
    pub(crate) base: PathBuf,
}

/// Runs passes until `stopped` resolves. A failed pass is logged and tried again at the next occasion. `first_pass` is
/// told the newest `seq` after the first one that did not fail.
pub(crate) async fn run(
    schedule: Schedule,
    mut refreshes: mpsc::Receiver<Refresh>,
    first_pass: oneshot::Sender<i64>,
    stopped: impl Future<Output = ()>,
) {
    tokio::pin!(stopped);
    let mut watcher = Watcher::new();
    let mut first_pass = Some(first_pass);
    let mut known = schedule.recall().await;
    let mut waiting: Vec<Refresh> = Vec::new();
    loop {
        let outcome = tokio::select! {
            outcome = schedule.pass(known.as_ref(), &waiting) => outcome,
            () = &mut stopped => return,
        };
        match outcome {
            Ok(Some(outcome)) => {
                watcher.watch(&schedule.sources, &outcome.known.paths());
                schedule.announce(&outcome);
                if let Some(first_pass) = first_pass.take() {
                    let _nobody_waits = first_pass.send(outcome.seq);
                }
                known = Some(outcome.known);
            }
            Ok(None) => {
                // The files are as an earlier process left them: nothing to read, but from now on something to watch.
                if let (Some(first_pass), Some(known)) = (first_pass.take(), &known) {
                    watcher.watch(&schedule.sources, &known.paths());
                    let _nobody_waits = first_pass.send(schedule.feed.newest());
                }
            }
            Err(error) => error!(error.cause = ?error, "could not bring the catalog in line with its files"),
        }
        for refresh in waiting.drain(..) {
            // Whoever asked may have gone away; that is their right.
            let _gone = refresh.done.send(schedule.feed.newest());
        }
        let next = schedule.interval.map(|interval| Instant::now() + interval);
        tokio::select! {
            () = watcher.changed() => {}
            refresh = refreshes.recv() => match refresh {
                Some(refresh) => waiting.push(refresh),
                None => return,
            },
            () = async { match next { Some(at) => sleep_until(at).await, None => std::future::pending().await } } => {}
            () = &mut stopped => return,
        }
        // Requests that came meanwhile are answered by the same pass.
        while let Ok(refresh) = refreshes.try_recv() {
            waiting.push(refresh);
        }
    }
}

impl Schedule {
    /// What an earlier process knew of the files; without it all of them are read.
    async fn recall(&self) -> Option<Known> {
        match Known::recall(&self.database, self.stamp.clone()).await {
            Ok(known) => known,
            Err(error) => {
                error!(error.cause = ?error, "could not recall the files of the catalog; all are read again");
                None
            }
        }
    }

    /// One pass; nothing when nothing changed since the last one.
    async fn pass(&self, known: Option<&Known>, waiting: &[Refresh]) -> Result<Option<Outcome>, Error> {
        let sources = Arc::new(self.all_sources().await?);
        let forced: FxHashSet<String> =
            waiting.iter().filter_map(|refresh| refresh.location.clone()).collect();
        if let Some(known) = known
            && forced.is_empty()
            && tokio::task::block_in_place(|| known.is_current(&sources))
        {
            return Ok(None);
        }
        let stamp = self.stamp.clone();
        pass::run(&self.database, &self.feed, sources, stamp, self.orphans, &forced).await.map(Some)
    }

    /// Configured sources, then the registered ones.
    async fn all_sources(&self) -> Result<Vec<Source>, Error> {
        let mut sources = self.sources.clone();
        for location in store::list_locations(&self.database).await? {
            let location = model::LocationRef { kind: location.kind, target: location.target };
            sources.push(Source::registered(location, &self.base, self.rules.clone()));
        }
        Ok(sources)
    }

    fn announce(&self, outcome: &Outcome) {
        if outcome.changed {
            info!(catalog.seq = outcome.seq, "the catalog is in line with its files at seq {}", outcome.seq);
            // Also when no version is new: problems of files change without one.
            self.feed.publish(outcome.seq);
        }
    }
}
