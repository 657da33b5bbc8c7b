//! Reading the log: forwards for followers, as it stands, as it stood, and by entity.

use platform::database::Database;
use rustc_hash::FxHashMap;
use sea_orm::{DbErr, QuerySelect, Select};

use super::tables::entity_version::{Column, Entity};
use super::types::{Version, VersionMark};
use super::{batch, statements, text};

/// The number of the last version in the log; 0 for an empty one.
///
/// # Errors
/// The database failed.
pub async fn newest_seq(db: &Database) -> Result<i64, DbErr> {
    let end: Option<(i64, i64)> = statements::end_of_log().into_tuple().one(db.reader()).await?;
    Ok(end.map_or(0, |(seq, _)| seq))
}

/// What was appended after `seq`, tombstones included, in log order, at most `limit` versions.
///
/// # Errors
/// The database failed.
pub async fn versions_after(db: &Database, seq: i64, limit: u64) -> Result<Vec<Version>, DbErr> {
    fetch(db, statements::versions_after(seq).limit(limit)).await
}

/// As [`versions_after`], but only which entities: `seq` and canonical reference.
///
/// # Errors
/// The database failed.
pub async fn refs_after(db: &Database, seq: i64, limit: u64) -> Result<Vec<(i64, String)>, DbErr> {
    statements::refs_after(seq).limit(limit).into_tuple().all(db.reader()).await
}

/// Number and entity reference of the newest versions, newest first, tombstones included, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn newest(db: &Database, limit: u64) -> Result<Vec<(i64, String)>, DbErr> {
    statements::newest().limit(limit).into_tuple().all(db.reader()).await
}

/// The versions with these numbers, newest first.
///
/// # Errors
/// The database failed.
pub async fn numbered(db: &Database, seqs: &[i64]) -> Result<Vec<Version>, DbErr> {
    let mut found = Vec::new();
    for part in seqs.chunks(batch::ROWS) {
        found.extend(fetch(db, statements::numbered(part)).await?);
    }
    Ok(found)
}

/// A page of the entities that exist now: their newest versions after `after_seq`, in log order.
///
/// To load all of them, start with 0 and go on from the last `seq` of each page. A version that is replaced
/// meanwhile drops out of the later pages; its successor has a higher `seq` and comes with
/// [`versions_after`].
///
/// # Errors
/// The database failed.
pub async fn current(db: &Database, after_seq: i64, limit: u64) -> Result<Vec<Version>, DbErr> {
    fetch(db, statements::current(after_seq).limit(limit)).await
}

/// A page of the entities that existed when `seq` was the newest, those after `after`, in log order.
///
/// All pages together pass once over the log up to `seq`.
///
/// # Errors
/// The database failed.
pub async fn at_seq(db: &Database, seq: i64, after: i64, limit: u64) -> Result<Vec<Version>, DbErr> {
    fetch(db, statements::at_seq(seq, after).limit(limit)).await
}

/// The versions of these entities (canonical references) when `seq` was the newest; those that did not exist are left out.
///
/// # Errors
/// The database failed.
pub async fn at_seq_of(db: &Database, entity_refs: &[&str], seq: i64) -> Result<Vec<Version>, DbErr> {
    let mut found = Vec::new();
    // Before the first version there was nothing.
    if seq <= 0 {
        return Ok(found);
    }
    let entity_refs: Vec<&str> = entity_refs.iter().copied().filter(|text| text::is_storable(text)).collect();
    for part in entity_refs.chunks(batch::ROWS) {
        found.extend(fetch(db, statements::at_seq_of(part, seq)).await?);
    }
    Ok(found)
}

/// The entities (canonical references) with a version after one `seq`, up to another, each with `seq` and time (Unix
/// milliseconds) of the last one.
///
/// # Errors
/// The database failed.
pub async fn touched(db: &Database, after: i64, until: i64) -> Result<FxHashMap<String, (i64, i64)>, DbErr> {
    const PAGE: u64 = 10_000;
    let mut touched = FxHashMap::default();
    let mut after = after;
    loop {
        let page = statements::touched(after, until).limit(PAGE);
        let page: Vec<(i64, String, i64)> = page.into_tuple().all(db.reader()).await?;
        let Some((last, ..)) = page.last() else { return Ok(touched) };
        after = *last;
        touched.extend(page.into_iter().map(|(seq, entity_ref, time)| (entity_ref, (seq, time))));
    }
}

/// `seq` and time (Unix milliseconds) of the newest versions, newest first, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn newest_marks(db: &Database, limit: u64) -> Result<Vec<(i64, i64)>, DbErr> {
    statements::end_of_log().limit(limit).into_tuple().all(db.reader()).await
}

/// When (Unix milliseconds) this `seq` was written; nothing if the log has none like it.
///
/// # Errors
/// The database failed.
pub async fn time_of(db: &Database, seq: i64) -> Result<Option<i64>, DbErr> {
    let version = statements::versions_after(seq.saturating_sub(1)).limit(1);
    let version: Option<(i64, i64)> =
        version.select_only().columns([Column::Seq, Column::ValidFrom]).into_tuple().one(db.reader()).await?;
    Ok(version.filter(|(found, _)| *found == seq).map(|(_, time)| time))
}

/// When (Unix milliseconds) the log began; nothing for an empty one.
///
/// # Errors
/// The database failed.
pub async fn began(db: &Database) -> Result<Option<i64>, DbErr> {
    statements::start_of_log().into_tuple().one(db.reader()).await
}

/// As [`at_seq`], at a time (Unix milliseconds).
///
/// # Errors
/// The database failed.
pub async fn at_time(db: &Database, unix_ms: i64, after: i64, limit: u64) -> Result<Vec<Version>, DbErr> {
    at_seq(db, seq_at(db, unix_ms).await?, after, limit).await
}

/// The newest `seq` at a time (Unix milliseconds); 0 before the log began. Time never runs backwards in the
/// log, so this `seq` stands for the whole moment.
///
/// # Errors
/// The database failed.
pub async fn seq_at(db: &Database, unix_ms: i64) -> Result<i64, DbErr> {
    Ok(statements::seq_at(unix_ms).into_tuple().one(db.reader()).await?.unwrap_or(0))
}

/// The versions of one entity (canonical reference), newest first, tombstones included, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn history(db: &Database, entity_ref: &str, limit: u64) -> Result<Vec<Version>, DbErr> {
    if !text::is_storable(entity_ref) {
        return Ok(Vec::new());
    }
    fetch(db, statements::history(entity_ref).limit(limit)).await
}

/// The versions of one entity (canonical reference) up to and including `seq`, newest first, tombstones included, at
/// most `limit`.
///
/// # Errors
/// The database failed.
pub async fn history_until(
    db: &Database,
    entity_ref: &str,
    seq: i64,
    limit: u64,
) -> Result<Vec<Version>, DbErr> {
    if !text::is_storable(entity_ref) {
        return Ok(Vec::new());
    }
    fetch(db, statements::history_until(entity_ref, seq).limit(limit)).await
}

/// As [`history`], without the documents.
///
/// # Errors
/// The database failed.
pub async fn history_marks(db: &Database, entity_ref: &str, limit: u64) -> Result<Vec<VersionMark>, DbErr> {
    if !text::is_storable(entity_ref) {
        return Ok(Vec::new());
    }
    statements::history_marks(entity_ref).limit(limit).into_model().all(db.reader()).await
}

/// The newest versions of these entities (canonical references), without those that are deleted or never
/// were.
///
/// # Errors
/// The database failed.
pub async fn current_of(db: &Database, entity_refs: &[&str]) -> Result<Vec<Version>, DbErr> {
    let entity_refs: Vec<&str> = entity_refs.iter().copied().filter(|text| text::is_storable(text)).collect();
    let mut found = Vec::new();
    for part in entity_refs.chunks(batch::ROWS) {
        found.extend(fetch(db, statements::current_of(part)).await?);
    }
    Ok(found)
}

/// Since when each of these entities (canonical references) is as it is now, in Unix milliseconds.
///
/// # Errors
/// The database failed.
pub async fn current_times_of(db: &Database, entity_refs: &[&str]) -> Result<FxHashMap<String, i64>, DbErr> {
    let entity_refs: Vec<&str> = entity_refs.iter().copied().filter(|text| text::is_storable(text)).collect();
    let mut times = FxHashMap::default();
    for part in entity_refs.chunks(batch::ROWS) {
        let rows: Vec<(String, i64)> = statements::times_of(part).into_tuple().all(db.reader()).await?;
        times.extend(rows);
    }
    Ok(times)
}

/// What these versions, by entity reference and `seq`, replaced.
///
/// # Errors
/// The database failed.
pub async fn replaced_by(db: &Database, versions: &[(&str, i64)]) -> Result<Vec<Version>, DbErr> {
    let mut found = Vec::new();
    for part in versions.chunks(batch::ROWS) {
        found.extend(fetch(db, statements::replaced_by(part)).await?);
    }
    Ok(found)
}

/// Reference and content hash of every entity that exists now.
///
/// # Errors
/// The database failed.
pub async fn current_hashes(db: &Database) -> Result<FxHashMap<String, String>, DbErr> {
    const PAGE: u64 = 5_000;
    let mut hashes = FxHashMap::default();
    let mut after = 0;
    loop {
        let page = statements::current_hashes(after).limit(PAGE);
        let page: Vec<(i64, String, String)> = page.into_tuple().all(db.reader()).await?;
        let Some((last, ..)) = page.last() else { return Ok(hashes) };
        after = *last;
        hashes.extend(page.into_iter().map(|(_, entity_ref, hash)| (entity_ref, hash)));
    }
}

/// [`current_hashes`] of these entities (canonical references); what does not exist is left out.
///
/// # Errors
/// The database failed.
pub async fn current_hashes_of(
    db: &Database,
    entity_refs: &[String],
) -> Result<FxHashMap<String, String>, DbErr> {
    let entity_refs: Vec<&str> =
        entity_refs.iter().map(String::as_str).filter(|text| text::is_storable(text)).collect();
    let mut hashes = FxHashMap::default();
    for part in entity_refs.chunks(batch::ROWS) {
        let rows: Vec<(String, i64, String)> =
            statements::newest_of(part).into_tuple().all(db.reader()).await?;
        // Tombstones have the empty hash.
        hashes.extend(
            rows.into_iter()
                .filter(|(_, _, hash)| !hash.is_empty())
                .map(|(entity_ref, _, hash)| (entity_ref, hash)),
        );
    }
    Ok(hashes)
}

async fn fetch(db: &Database, query: Select<Entity>) -> Result<Vec<Version>, DbErr> {
    query.into_model().all(db.reader()).await
}
