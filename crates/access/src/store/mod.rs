//! Sessions and begun sign-ins in the database. This module knows nothing of cookies, providers or the catalog; tokens
//! arrive as hashes, times as Unix milliseconds.

mod attempts;
mod sessions;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use self::attempts::{Attempt, begin_attempt, take_attempt};
pub(crate) use self::sessions::{
    Session, create_session, end_other_sessions, end_session, end_session_of, find_session, mark_seen,
    sessions_of,
};

use platform::database::Database;
use sea_orm::DbErr;

/// Removes what has expired, and sessions that nobody used since `unused_since`.
pub(crate) async fn remove_expired(db: &Database, now: i64, unused_since: i64) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    attempts::remove_expired(&txn, now).await?;
    sessions::remove_expired(&txn, now, unused_since).await?;
    txn.commit().await
}
