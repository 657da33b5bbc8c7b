//! The catalog as it was: views built from the log, off the request path.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use parking_lot::Mutex;
use platform::database::Database;
use platform::error::Error;

use super::lately::Lately;
use crate::store;
use crate::view::View;

/// Past views that are kept or in the making at once. Each costs about as much memory as the live view.
const ROOM: usize = 2;
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
    kept: Lately<i64, View>,
    changes: Mutex<(i64, Vec<(String, String)>)>,
}

impl PastViews {
    pub(super) fn new(database: Database) -> Self {
        Self { database, kept: Lately::new(ROOM), changes: Mutex::default() }
    }

    /// The view of that moment, from the last one kept or from the log.
    pub(super) async fn at(&self, moment: AsOf) -> Result<Arc<View>, Error> {
        let seq = match moment {
            AsOf::Seq(seq) => seq.min(store::newest_seq(&self.database).await?),
            AsOf::Time(time) => store::seq_at(&self.database, time).await?,
        };
        self.kept.get_or_make(seq, self.build(seq)).await
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
