//! Looks now and then for runs that nobody works on, and forgets what is not needed any more.

use std::time::Duration;

use platform::error::Error;
use tokio_util::sync::CancellationToken;

use super::Tools;
use crate::clock;
use crate::journal::{completion, name_of};
use crate::notice;
use crate::store::{self, TaskState};

/// How long the workspace of a run that failed is kept, so that it can be retried.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a form is kept that nobody goes on with.
pub(crate) const DRAFTS_KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Runs that are failed in one round.
const AT_ONCE: u64 = 100;

/// Tidies up until `stop`.
pub(crate) async fn tidy(tools: Tools, stop: CancellationToken) {
    let mut rounds = tokio::time::interval(tools.settings.janitor_frequency());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        if let Err(error) = round(&tools).await {
            tracing::warn!(error.cause = ?error.cause(), "runs were not tidied up: {error}");
        }
    }
}

/// Fails runs without a sign of life for `scaffolder.taskTimeout`, which workers would have taken up long before if there
/// were any; and forgets workspaces of runs that ended long ago and forms that
/// nobody went on with.
pub(super) async fn round(tools: &Tools) -> Result<(), Error> {
    let timeout = tools.settings.task_timeout();
    let now = store::now(&tools.database).await?;
    let before = now.saturating_sub(clock::millis(timeout));
    for task in store::stale(&tools.database, before, AT_ONCE).await? {
        let error = format!(
            "No process has worked on this run for {} (scaffolder.taskTimeout). Retry it when workers are there.",
            in_words(timeout)
        );
        let event = completion(TaskState::Failed, None, Some((&error, None)));
        if store::fail_stale(&tools.database, &task, before, error, event).await? {
            tools.feed.publish_name(&name_of(&task));
            notice::ended(tools, &task).await;
        }
    }
    store::forget_ended(&tools.database, now.saturating_sub(clock::millis(KEPT_FOR))).await?;
    Ok(store::forget_drafts(&tools.database, now.saturating_sub(clock::millis(DRAFTS_KEPT_FOR))).await?)
}

/// A length of time for people.
pub(super) fn in_words(length: Duration) -> String {
    let (seconds, minute, hour) = (length.as_secs(), 60, 60 * 60);
    if seconds >= 2 * hour && seconds.is_multiple_of(hour) {
        format!("{} hours", seconds / hour)
    } else if seconds >= 2 * minute && seconds.is_multiple_of(minute) {
        format!("{} minutes", seconds / minute)
    } else {
        format!("{seconds} s")
    }
}
