//! The catalog as it was: views built from the log, off the request path.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use parking_lot::Mutex;
use platform::database::Database;
use platform::error::Error;
use tokio::sync::Semaphore;

use crate::store;
use crate::view::View;

/// Past views that may be in the making at once. Each costs about as much memory as the live view.
const CONCURRENT_BUILDS: usize = 2;
/// How long a past view is kept after its last use; comparing two moments asks for it again and again.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Versions fetched per round trip while a view is built.
const PAGE: u64 = 5_000;

/// A moment of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AsOf {
    /// Everything up to and including this `seq`.
    Seq(i64),
    /// Everything that was valid at this time (Unix milliseconds).
    Time(i64),
}

impl AsOf {
    /// Reads a `seq` ("123") or a time in RFC 3339 ("2026-05-12T08:00:00Z"). The last hours of the year 9999, which the
    /// library cannot hold, are the last moment that it can.
    ///
    /// # Errors
    /// The text is neither.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Ok(seq) = text.parse::<i64>() {
            return Ok(Self::Seq(seq));
        }
        let beyond = || {
            let pieces = Pieces::parse(text).ok()?;
            let time = pieces.date().to_datetime(pieces.time()?);
            let end = if time.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
            pieces.to_numeric_offset()?.to_timestamp(time).is_err().then_some(end)
        };
        let time = text.parse::<Timestamp>().ok().or_else(beyond).ok_or_else(|| {
            Error::input(format!(
                "asOf must be a sequence number or a time such as 2026-05-12T08:00:00Z, but is {text:?}"
            ))
        })?;
        Ok(Self::Time(time.as_millisecond()))
    }
}

/// Builds past views and keeps the last one for a while.
pub(super) struct PastViews {
    database: Database,
    building: Semaphore,
    kept: Arc<Mutex<Option<Kept>>>,
}

struct Kept {
    seq: i64,
    view: Arc<View>,
    used: tokio::time::Instant,
}

impl PastViews {
    pub(super) fn new(database: Database) -> Self {
        Self { database, building: Semaphore::new(CONCURRENT_BUILDS), kept: Arc::default() }
    }

    /// The view of that moment, from the last one kept or from the log.
    pub(super) async fn at(&self, moment: AsOf) -> Result<Arc<View>, Error> {
        let seq = match moment {
            AsOf::Seq(seq) => seq.min(store::newest_seq(&self.database).await?),
            AsOf::Time(time) => store::seq_at(&self.database, time).await?,
        };
        if let Some(view) = self.kept(seq) {
            return Ok(view);
        }
        let _permit = self.building.acquire().await.map_err(Error::internal)?;
        // Whoever waited for the permit may find that the view was built meanwhile.
        if let Some(view) = self.kept(seq) {
            return Ok(view);
        }
        let view = Arc::new(self.build(seq).await?);
        self.keep(seq, &view);
        Ok(view)
    }

    async fn build(&self, seq: i64) -> Result<View, Error> {
        let mut view = View::default();
        let mut after = 0;
        loop {
            let versions = store::at_seq(&self.database, seq, after, PAGE).await?;
            let Some(last) = versions.last() else { return Ok(view) };
            after = last.seq;
            view = tokio::task::spawn_blocking(move || {
                view.apply(&versions);
                view
            })
            .await
            .map_err(Error::internal)?;
        }
    }

    fn kept(&self, seq: i64) -> Option<Arc<View>> {
        let mut kept = self.kept.lock();
        let kept = kept.as_mut().filter(|kept| kept.seq == seq)?;
        kept.used = tokio::time::Instant::now();
        Some(Arc::clone(&kept.view))
    }

    fn keep(&self, seq: i64, view: &Arc<View>) {
        let used = tokio::time::Instant::now();
        *self.kept.lock() = Some(Kept { seq, view: Arc::clone(view), used });
        let slot = Arc::clone(&self.kept);
        tokio::spawn(async move {
            loop {
                let until = match slot.lock().as_ref() {
                    Some(kept) if kept.seq == seq => kept.used + KEPT_FOR,
                    _ => return,
                };
                if until <= tokio::time::Instant::now() {
                    *slot.lock() = None;
                    return;
                }
                tokio::time::sleep_until(until).await;
            }
        });
    }
}
