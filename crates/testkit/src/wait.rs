//! Waiting for a condition, never for a time.

use std::future::Future;
use std::time::{Duration, Instant};

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Asks until the answer is `Some`, and fails the test when `patience` is over; `what` completes "waited for …".
pub async fn eventually<T, Answer>(what: &str, patience: Duration, mut ask: impl FnMut() -> Answer) -> T
where
    Answer: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < patience, "waited {patience:?} for {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
