//! The one writer of the log.
//!
//! All appends, of this process and of every other on the same database, run one after the other: the log
//! lock is taken before numbers are given and held until the commit. So `seq` has no gaps, and a version is
//! never committed after one with a higher number was already visible: a follower that has seen `seq` 7 will
//! not miss 6.

use std::collections::{BTreeMap, HashMap};

use platform::database::Database;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Set};

use super::tables::entity_version::{ActiveModel, Entity};
use super::types::{Change, Content, RefreshState};
use super::{batch, refresh, statements, text};
use crate::clock;

/// Makes `changes` true in the log and remembers what was read, in one transaction: all of it is committed or
/// none.
///
/// A change to the content that is already there is dropped, and so is the deletion of an entity that does
/// not exist. The rest is numbered without gaps in the order of the entity references; where `changes` names
/// an entity twice, the last one counts. Refresh states of `removed_states` are deleted before `states` are
/// written.
///
/// Returns the last `seq` written, or `None` when the log did not change (refresh states may have). Whoever
/// calls this tells the followers.
///
/// # Errors
/// The database failed, or a text holds a NUL character, which PostgreSQL cannot store. Nothing was written.
pub async fn append(
    db: &Database,
    changes: Vec<Change>,
    states: Vec<RefreshState>,
    removed_states: Vec<String>,
) -> Result<Option<i64>, DbErr> {
    append_at(db, clock::now(), changes, states, removed_states).await
}

/// [`append`] at a given time (Unix milliseconds).
pub(super) async fn append_at(
    db: &Database,
    now: i64,
    changes: Vec<Change>,
    states: Vec<RefreshState>,
    removed_states: Vec<String>,
) -> Result<Option<i64>, DbErr> {
    if changes.is_empty() && states.is_empty() && removed_states.is_empty() {
        return Ok(None);
    }
    text::check(&changes, &states)?;
    // Sorted and without duplicates: the numbering is the same on every run, and no row is touched twice.
    let wanted: BTreeMap<String, Option<Content>> =
        changes.into_iter().map(|change| (change.entity_ref, change.content)).collect();

    let txn = db.begin_write().await?;
    db.lock_log(&txn).await?;
    let last = write_versions(&txn, now, wanted).await?;
    refresh::remove(&txn, removed_states).await?;
    refresh::save(&txn, states).await?;
    txn.commit().await?;
    Ok(last)
}

/// The newest version of an entity, as far as the writer needs it.
struct Newest {
    seq: i64,
    /// Empty for a tombstone.
    hash: String,
}

pub(super) async fn write_versions(
    txn: &impl ConnectionTrait,
    now: i64,
    mut wanted: BTreeMap<String, Option<Content>>,
) -> Result<Option<i64>, DbErr> {
    let newest = newest_of(txn, wanted.keys()).await?;
    // What never was and what is deleted both have the empty hash, which no content has.
    wanted.retain(|entity_ref, content| {
        let hash = newest.get(entity_ref).map_or("", |newest| &newest.hash);
        content.as_ref().map_or("", |content| &content.hash) != hash
    });
    if wanted.is_empty() {
        return Ok(None);
    }

    let (last, last_time) = end_of_log(txn).await?;
    // A clock that was set back must not make the log run backwards.
    let time = now.max(last_time);
    let (mut seq, mut closed, mut rows) = (last, Vec::new(), Vec::with_capacity(wanted.len()));
    for (entity_ref, content) in wanted {
        seq += 1;
        if let Some(newest) = newest.get(&entity_ref) {
            closed.push((newest.seq, seq));
        }
        rows.push(row(seq, time, entity_ref, content));
    }

    // Old versions end before new ones begin: the unique index allows one open version per entity.
    for part in closed.chunks(batch::ROWS) {
        txn.execute(&statements::close(part, time)).await?;
    }
    for part in batch::split(rows, weight) {
        Entity::insert_many(part).exec_without_returning(txn).await?;
    }
    Ok(Some(seq))
}

async fn newest_of(
    txn: &impl ConnectionTrait,
    entity_refs: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Newest>, DbErr> {
    let mut found = HashMap::new();
    let entity_refs: Vec<&str> = entity_refs.map(String::as_str).collect();
    for part in entity_refs.chunks(batch::ROWS) {
        let rows: Vec<(String, i64, String)> = statements::newest_of(part).into_tuple().all(txn).await?;
        found.extend(rows.into_iter().map(|(entity_ref, seq, hash)| (entity_ref, Newest { seq, hash })));
    }
    Ok(found)
}

/// The newest `seq` and its time; zeros for an empty log.
async fn end_of_log(txn: &impl ConnectionTrait) -> Result<(i64, i64), DbErr> {
    Ok(statements::end_of_log().into_tuple().one(txn).await?.unwrap_or_default())
}

fn row(seq: i64, valid_from: i64, entity_ref: String, content: Option<Content>) -> ActiveModel {
    let (hash, document) =
        content.map_or_else(Default::default, |content| (content.hash, Some(content.document)));
    ActiveModel {
        seq: Set(seq),
        entity_ref: Set(entity_ref),
        valid_from: Set(valid_from),
        hash: Set(hash),
        document: Set(document),
        ..Default::default()
    }
}

fn weight(row: &ActiveModel) -> usize {
    row.document.try_as_ref().and_then(Option::as_ref).map_or(0, String::len)
}
