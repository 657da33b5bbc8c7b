//! Forgets what is old. Each process does so: what one has forgotten, another does not find.

use std::time::Duration;

use platform::database::Database;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::store;

/// Pause between two looks.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Tidies up until `stop`.
pub(super) async fn tidy(database: Database, retention: Duration, stop: CancellationToken) {
    let mut rounds = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => {}
        }
        let before = clock::now().saturating_sub(clock::millis(retention));
        match store::forget_before(&database, before).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!("{forgotten} old notifications were forgotten"),
            Err(error) => tracing::warn!(%error, "old notifications were not forgotten: {error}"),
        }
    }
}
