//! Works on runs: takes those that are due, as many at once as the configuration allows, and gives them back in order when
//! the process ends.

mod attempt;
mod folder;
mod janitor;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::database::Database;
use platform::feed::{Feed, Heard};
use platform::keyring::Keyring;
use platform::notify::Notifier;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::attempt::attempt;
pub(crate) use self::attempt::{cancel_name, secrets_context};
pub(crate) use self::janitor::{DRAFTS_KEPT_FOR, tidy};
use crate::action::Registry;
use crate::clock;
use crate::config::Settings;
use crate::store;

/// The name under which the feed tells that a run is due.
pub(crate) const DUE: &str = "tasks";

/// How often it is looked whether a run is due: a wait may be over, and news may be lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long runs may take to stop when the process ends. The server waits longer than this for all of it.
const GRACE: Duration = Duration::from_secs(8);

/// What workers work with.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) settings: Settings,
    pub(crate) database: Database,
    pub(crate) feed: Feed,
    pub(crate) keyring: Keyring,
    pub(crate) registry: Arc<Registry>,
    pub(crate) notifier: Arc<dyn Notifier>,
}

/// Works until `stop`. Runs that are under way then are put away where they are.
pub(crate) async fn run(tools: Tools, stop: CancellationToken) {
    let limit = tools.settings.limit();
    if limit == 0 {
        return;
    }
    folder::sweep(&tools.settings.working_directory()).await;
    let owner = Uuid::new_v4().to_string();
    let mut names = tools.feed.names();
    let mut polls = tokio::time::interval(LOOK_EVERY);
    polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = polls.tick() => {}
            heard = names.next() => if matches!(heard, Heard::Name(name) if &*name != DUE) { continue },
            Some(ended) = running.join_next() => note(ended),
        }
        while running.len() < limit && !stop.is_cancelled() {
            let taken = Instant::now();
            match take(&tools, &owner).await {
                Ok(Some(claimed)) => {
                    running.spawn(attempt(tools.clone(), claimed, taken, stop.clone()));
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "it is not known whether a run is due: {error}");
                    break;
                }
            }
        }
    }
    let ended = tokio::time::timeout(GRACE, async { while running.join_next().await.map(note).is_some() {} });
    if ended.await.is_err() {
        tracing::warn!("{} runs did not stop in time; they go on when their leases are over", running.len());
    }
}

/// Takes a run that is due.
async fn take(tools: &Tools, owner: &str) -> Result<Option<store::Claimed>, sea_orm::DbErr> {
    let now = store::now(&tools.database).await?;
    store::claim(&tools.database, owner, now, now.saturating_add(clock::millis(tools.settings.lease()))).await
}

/// An attempt handles its own failures; what is left is a fault of the program.
fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a worker broke off: {error}");
    }
}
