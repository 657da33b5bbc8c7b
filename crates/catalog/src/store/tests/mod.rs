//! The store on both engines: every test here is one body that runs on SQLite and on PostgreSQL.

mod append;
mod hostile;
mod log;
mod migrations;
mod naive;
mod plans;
mod refresh;
mod remote;
mod writers;

use platform::database::Database;

use super::append::append_at;
use super::{Change, Content, Version, versions_after};

/// Brings the catalog's tables into an empty database.
async fn migrated(db: Database) -> Database {
    db.migrate(crate::migration::migrations()).await.expect("the migrations apply");
    db
}

/// The entity has this content.
fn put(entity_ref: &str, content: &str) -> Change {
    let content =
        Content { hash: format!("hash of {content}"), document: format!("{{\"is\":\"{content}\"}}") };
    Change { entity_ref: entity_ref.to_owned(), content: Some(content) }
}

/// The entity is deleted.
fn delete(entity_ref: &str) -> Change {
    Change { entity_ref: entity_ref.to_owned(), content: None }
}

/// Appends changes at a time, without refresh states.
async fn append_changes(db: &Database, now: i64, changes: Vec<Change>) -> Option<i64> {
    append_at(db, now, changes, vec![], vec![]).await.expect("the append succeeds")
}

/// The whole log.
async fn log(db: &Database) -> Vec<Version> {
    versions_after(db, 0, 1_000_000).await.expect("the log can be read")
}

/// Versions in short: `seq entity_ref document valid_from..valid_to until_seq`.
fn lines(versions: &[Version]) -> Vec<String> {
    let or_dash = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
    versions
        .iter()
        .map(|version| {
            let Version { seq, entity_ref, valid_from, valid_to, until_seq, hash, document } = version;
            assert_eq!(document.is_none(), hash.is_empty(), "exactly tombstones have no hash: {version:?}");
            let document = document.as_deref().map_or("deleted", |document| &document[7..document.len() - 2]);
            format!(
                "{seq} {entity_ref} {document} {valid_from}..{} {}",
                or_dash(*valid_to),
                or_dash(*until_seq)
            )
        })
        .collect()
}
