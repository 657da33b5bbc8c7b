//! Sessions on the hot path: a small memory in front of the table, so that a page and all its parts cost one question.
//!
//! What this process ends is gone at once. What another process ends is gone here when the memory is too old, after
//! [`REMEMBERED`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use platform::database::Database;
use platform::error::Error;
use quick_cache::sync::Cache;

use crate::clock::now;
use crate::store::{self, Session};

/// How long an answer of the table is believed.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Sessions that are remembered.
const ROOM: usize = 10_000;
/// A session is marked as used at most once in this time, in milliseconds.
const MARK_EVERY: i64 = 60_000;
/// Without use, a session ends after this time, in milliseconds: a week.
pub(crate) const IDLE: i64 = 7 * 24 * 60 * 60 * 1000;

/// The sessions of all people.
pub(crate) struct Sessions {
    database: Database,
    remembered: Cache<String, (Instant, Arc<Session>)>,
    /// Counts what ended here, so that an answer from before is not remembered after.
    ended: AtomicU64,
}

impl Sessions {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, remembered: Cache::new(ROOM), ended: AtomicU64::new(0) }
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    /// The session with this token, if it is in force.
    pub(crate) async fn find(&self, token_hash: String) -> Result<Option<Arc<Session>>, Error> {
        let now = now();
        if let Some((since, session)) = self.remembered.get(&token_hash)
            && since.elapsed() < REMEMBERED
        {
            return Ok(in_force(&session, now).then_some(session));
        }
        let ended = self.ended.load(Ordering::SeqCst);
        let Some(session) = store::find_session(&self.database, &token_hash).await? else {
            self.remembered.remove(&token_hash);
            return Ok(None);
        };
        if !in_force(&session, now) {
            return Ok(None);
        }
        let session = Arc::new(session);
        if now - session.seen_at >= MARK_EVERY {
            let (database, token_hash) = (self.database.clone(), token_hash.clone());
            // Nobody waits for it, and the next request tries again.
            tokio::spawn(async move {
                if let Err(error) = store::mark_seen(&database, &token_hash, now).await {
                    tracing::warn!(%error, "a session could not be marked as used: {error}");
                }
            });
        }
        self.remembered.insert(token_hash.clone(), (Instant::now(), session.clone()));
        if self.ended.load(Ordering::SeqCst) != ended {
            self.remembered.remove(&token_hash);
        }
        Ok(Some(session))
    }

    /// Forgets what is remembered. Call it after sessions have ended in the table.
    pub(crate) fn forget(&self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
        self.remembered.clear();
    }
}

fn in_force(session: &Session, now: i64) -> bool {
    now < session.expires_at && now - session.seen_at < IDLE
}
