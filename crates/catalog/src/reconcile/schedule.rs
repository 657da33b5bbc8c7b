//! When a pass runs: at start, when a file changes, when somebody asks, and at an interval in case a change was missed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use integrations::Integrations;
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use rustc_hash::FxHashSet;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tracing::{error, info};

use super::known::{Difference, Known, Stamp};
use super::pass::{Away, Outcome, Pass};
use super::place::Place;
use super::{Refresh, some_files};
use crate::config::OrphanStrategy;
use crate::reading::{Changed, Rules, Source, Watcher};
use crate::remote::{Marks, Signals};
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
    /// What may be read over the network.
    pub(crate) integrations: Integrations,
    /// How fetching and reading wake each other.
    pub(crate) signals: Signals,
}

/// Pause before a pass that failed is tried again; doubled with each failure, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs passes until `stopped` resolves. A failed pass is logged and tried again. `first_pass` is told the newest `seq`
/// after the first one that did not fail.
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
    let mut is_watching = false;
    if known.is_none() {
        // The first pass over a large catalog takes a while, in which files change as well.
        watcher.watch(&schedule.sources, &[]);
    }
    let mut waiting: Vec<Refresh> = Vec::new();
    let mut pause = None;
    let mut changed = Changed::Anything;
    loop {
        let outcome = tokio::select! {
            outcome = schedule.pass(&mut known, &changed, &waiting) => outcome,
            () = &mut stopped => return,
        };
        match outcome {
            Ok(Done { seq, sources, moved }) => {
                if moved || !is_watching {
                    watcher.watch(&sources, &known.as_ref().map(Known::paths).unwrap_or_default());
                    is_watching = true;
                }
                if let Some(first_pass) = first_pass.take() {
                    let _nobody_waits = first_pass.send(seq);
                }
                pause = None;
            }
            Err(error) => {
                error!(error.cause = ?error, "could not bring the catalog in line with its files");
                // What makes the next pass succeed may be a change of these.
                if !is_watching {
                    watcher.watch(&schedule.sources, &[]);
                }
                pause = Some(pause.map_or(FIRST_PAUSE, |pause: Duration| (pause * 2).min(LONGEST_PAUSE)));
            }
        }
        for refresh in waiting.drain(..) {
            // Whoever asked may have gone away; that is their right.
            let _gone = refresh.done.send(schedule.feed.newest());
        }
        // What nobody reported is looked for.
        changed = Changed::Anything;
        let next = pause.into_iter().chain(schedule.interval).min().map(|pause| Instant::now() + pause);
        tokio::select! {
            // After a failure nobody knows what is still to be read.
            hint = watcher.changed() => if pause.is_none() { changed = hint },
            () = schedule.signals.changed.notified() => {}
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

/// What a pass ended at.
struct Done {
    /// The newest `seq`.
    seq: i64,
    sources: Arc<Vec<Source>>,
    /// Whether there may be other files to watch than before.
    moved: bool,
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

    /// One pass, over as little as it takes. Afterwards `known` is what it saw.
    async fn pass(
        &self,
        known: &mut Option<Known>,
        changed: &Changed,
        waiting: &[Refresh],
    ) -> Result<Done, Error> {
        let sources = Arc::new(self.all_sources().await?);
        let forced: FxHashSet<String> =
            waiting.iter().flat_map(|refresh| refresh.locations.clone()).collect();
        let away = Away {
            database: self.database.clone(),
            integrations: self.integrations.clone(),
            signals: self.signals.clone(),
            marks: Arc::new(store::remote_marks(&self.database).await?),
        };
        let pass = || {
            let (sources, stamp) = (Arc::clone(&sources), self.stamp.clone());
            Pass::new(&self.database, &self.feed, sources, stamp, away.clone(), &forced)
        };
        if let Some(known) = known.as_mut()
            && let Some(files) =
                tokio::task::block_in_place(|| files_to_read(known, &sources, changed, &forced, &away.marks))
        {
            if files.is_empty() {
                // As an earlier pass left them, perhaps that of an earlier process.
                return Ok(Done { seq: self.feed.newest(), sources, moved: false });
            }
            if files.len() <= some_files::MOST
                && let Some(outcome) = pass().over_some_files(files, self.orphans).await?
            {
                self.announce(&outcome);
                let moved = known.take_over(outcome.known);
                return Ok(Done { seq: outcome.seq, sources, moved });
            }
        }
        let outcome = pass().over_all_files(self.orphans).await?;
        self.announce(&outcome);
        *known = Some(outcome.known);
        Ok(Done { seq: outcome.seq, sources, moved: true })
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
        }
    }
}

/// The files that changed or that somebody wants to be read; `None` when only a whole pass can tell.
fn files_to_read(
    known: &Known,
    sources: &[Source],
    changed: &Changed,
    forced: &FxHashSet<String>,
    marks: &Marks,
) -> Option<Vec<Place>> {
    let mut files = match changed {
        Changed::Files(files) => known.concerned(files),
        Changed::Anything => match known.difference(sources, marks) {
            Difference::Files(files) => files,
            Difference::Structure => return None,
        },
    };
    for location in forced {
        let place = Place::of(location)?;
        if !known.files.contains_key(&place) {
            return None;
        }
        if !files.contains(&place) {
            files.push(place);
        }
    }
    Some(files)
}
