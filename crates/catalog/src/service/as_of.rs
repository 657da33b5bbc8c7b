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

/// Builds past views and keeps the last ones for a while.
pub(super) struct PastViews {
    database: Database,
    building: Semaphore,
    /// The last used at the end. Together with those in the making they are never more than [`CONCURRENT_BUILDS`].
    kept: Arc<Mutex<Vec<Kept>>>,
    changes: Mutex<(i64, Vec<(String, String)>)>,
}

struct Kept {
    seq: i64,
    view: Arc<View>,
    used: tokio::time::Instant,
}

impl PastViews {
    pub(super) fn new(database: Database) -> Self {
        Self {
            database,
            building: Semaphore::new(CONCURRENT_BUILDS),
            kept: Arc::default(),
            changes: Mutex::default(),
        }
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
        self.make_room();
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
        let mut all = self.kept.lock();
        let place = all.iter().position(|kept| kept.seq == seq)?;
        let mut kept = all.remove(place);
        kept.used = tokio::time::Instant::now();
        let view = Arc::clone(&kept.view);
        all.push(kept);
        Some(view)
    }

    /// Forgets the views that were not used for longest, so that there is memory for those in the making.
    fn make_room(&self) {
        let building = CONCURRENT_BUILDS - self.building.available_permits().min(CONCURRENT_BUILDS);
        let mut kept = self.kept.lock();
        let too_many = (kept.len() + building).saturating_sub(CONCURRENT_BUILDS).min(kept.len());
        kept.drain(..too_many);
    }

    fn keep(&self, seq: i64, view: &Arc<View>) {
        let used = tokio::time::Instant::now();
        {
            let mut kept = self.kept.lock();
            kept.retain(|kept| kept.seq != seq);
            kept.push(Kept { seq, view: Arc::clone(view), used });
        }
        let slot = Arc::clone(&self.kept);
        tokio::spawn(async move {
            loop {
                let until = {
                    let mut all = slot.lock();
                    let Some(place) = all.iter().position(|kept| kept.seq == seq) else { return };
                    let until = all[place].used + KEPT_FOR;
                    if until <= tokio::time::Instant::now() {
                        all.remove(place);
                        return;
                    }
                    until
                };
                tokio::time::sleep_until(until).await;
            }
        });
    }

    /// The last changes in words, if they were told since the log had this end.
    pub(super) fn changes(&self, newest: i64) -> Option<Vec<(String, String)>> {
        let changes = self.changes.lock();
        (changes.0 == newest && newest > 0).then(|| changes.1.clone())
    }

    /// Keeps what [`PastViews::changes`] tells until the log has another end.
    pub(super) fn keep_changes(&self, newest: i64, changes: Vec<(String, String)>) -> Vec<(String, String)> {
        *self.changes.lock() = (newest, changes.clone());
        changes
    }
}
