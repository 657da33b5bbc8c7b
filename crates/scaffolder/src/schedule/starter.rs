//! Starts the runs of schedules that are due.

use std::time::Duration;

use platform::error::Error;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::service::Scaffolder;
use crate::store;

/// How often it is looked whether a schedule is due; none is due more often than every minute.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Schedules of one round.
const AT_ONCE: u64 = 100;

/// Starts what is due until `stop`, in a process that works on runs. Several processes may do so at once.
pub(crate) async fn run(scaffolder: Scaffolder, stop: CancellationToken) {
    if scaffolder.inner.tools.settings.limit() == 0 {
        return;
    }
    let mut rounds = tokio::time::interval(LOOK_EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        if let Err(error) = round(&scaffolder).await {
            tracing::warn!(error.cause = ?error.cause(), "it is not known whether a schedule is due: {error}");
        }
    }
}

/// Starts what is due now. One that the portal failed to start stays due, and keeps no other from being started.
pub(crate) async fn round(scaffolder: &Scaffolder) -> Result<(), Error> {
    let now = store::now(scaffolder.database()).await?;
    for row in store::due_schedules(scaffolder.database(), now, AT_ONCE).await? {
        if let Err(error) = scaffolder.start_due(&row.id, now).await {
            tracing::warn!(error.cause = ?error.cause(), schedule = row.id, "a schedule was not started, which is tried again: {error}");
        }
    }
    Ok(())
}
