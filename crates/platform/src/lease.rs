//! Work that one process has at a time. A lease ends by itself, so that the work of a process that is gone goes on in
//! another; who has one renews it while it works, and stops when it is lost.
//!
//! Where leases are written down is their owner's business; so is to check with each write that the lease is still had.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// How often a lease is renewed in its length: a renewal or two may fail without its being lost.
const RENEWALS: u32 = 4;

/// Renews a lease of this `length`, taken at `since`, for as long as the future is polled. Resolves when the lease is lost:
/// `renew` says that another has it by now, or did not reach whoever keeps the leases until the length was over.
///
/// `since` is the moment before the lease was asked for, so that this process never thinks to have it longer than others
/// do.
pub async fn keep<E, Renewal>(length: Duration, since: Instant, renew: impl Fn() -> Renewal)
where
    E: Display,
    Renewal: Future<Output = Result<bool, E>>,
{
    let every = length / RENEWALS;
    let mut until = since + length;
    let mut next = since + every;
    loop {
        tokio::time::sleep_until(next.min(until).into()).await;
        let asked = Instant::now();
        if asked >= until {
            tracing::warn!("a lease of {length:?} could not be renewed in time and is given up");
            return;
        }
        match tokio::time::timeout_at(until.into(), renew()).await {
            Ok(Ok(true)) => until = asked + length,
            Ok(Ok(false)) => return,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a lease was not renewed, which is tried again: {error}");
            }
            // The loop finds that it is over.
            Err(_) => {}
        }
        next = asked + every;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use super::*;

    const LENGTH: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_lease_is_had_as_long_as_it_is_renewed() {
        let (started, renewals) = (Instant::now(), Cell::new(0));
        keep(LENGTH, started, || {
            renewals.set(renewals.get() + 1);
            ready(Ok::<_, &str>(renewals.get() < 12))
        })
        .await;
        assert_eq!(renewals.get(), 12);
        assert!(started.elapsed() > LENGTH, "it was had for longer than its length");
    }

    #[tokio::test]
    async fn it_is_lost_when_nobody_hears_the_renewal() {
        for hangs in [false, true] {
            let (started, renewals) = (Instant::now(), Cell::new(0));
            keep(LENGTH, started, || async {
                renewals.set(renewals.get() + 1);
                if hangs {
                    pending::<()>().await;
                }
                Err::<bool, _>("the database is away")
            })
            .await;
            assert!(started.elapsed() >= LENGTH, "not before it is over");
            assert!(renewals.get() >= 1, "it was tried");
        }
    }

    #[tokio::test]
    async fn what_was_lost_before_is_not_renewed() {
        let long_ago = Instant::now() - 2 * LENGTH;
        let renewals = Cell::new(0);
        keep(LENGTH, long_ago, || {
            renewals.set(renewals.get() + 1);
            ready(Ok::<_, &str>(true))
        })
        .await;
        assert_eq!(renewals.get(), 0, "another may have it by now");
    }
}
