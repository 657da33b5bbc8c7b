//! The plain values that go into the log and come out of it. How they are stored is not their concern.

use model::Problem;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::reading::FileTarget;

/// One version of one entity: a row of the log, never changed after its end is written.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Version {
    /// Position in the log: starts at 1, grows by exactly 1 from row to row.
    pub seq: i64,
    /// Canonical reference, `kind:namespace/name` in lower case.
    pub entity_ref: String,
    /// Since when this was so, Unix milliseconds.
    pub valid_from: i64,
    /// When the next version replaced it, Unix milliseconds; `None` while it is the newest.
    pub valid_to: Option<i64>,
    /// The `seq` of the version that replaced it; `None` while it is the newest.
    pub until_seq: Option<i64>,
    /// Content hash of the document; empty for a tombstone.
    pub hash: String,
    /// The entity as JSON text; `None` is a tombstone: the entity was deleted here.
    pub document: Option<String>,
}

/// What tells versions of one entity apart.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct VersionMark {
    /// Position in the log.
    pub seq: i64,
    /// Since when this was so, Unix milliseconds.
    pub valid_from: i64,
    /// Content hash of the document; empty for a tombstone.
    pub hash: String,
}

/// What a caller of [`append`](super::append()) wants to be true of one entity from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Canonical reference, `kind:namespace/name` in lower case.
    pub entity_ref: String,
    /// The new content; `None` deletes the entity.
    pub content: Option<Content>,
}

/// A document with its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Equal hashes mean equal documents: a change to the hash that is already there is not written. Not
    /// empty.
    pub hash: String,
    /// The entity as JSON text.
    pub document: String,
}

/// What reading one file gave, kept so that an unchanged file is not read again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RefreshState {
    /// Which file, as a location reference such as `file:/srv/catalog-info.yaml`.
    pub location_ref: String,
    /// The registered location that led to it, as a location reference.
    pub origin: String,
    /// The Location entity that led to it, as an entity reference; a registered location has none.
    pub parent: Option<String>,
    /// Cheap sign of change (length, time of last write, inode); compared for equality only.
    pub fingerprint: String,
    /// The entities that the file holds, in file order.
    pub entities: Vec<FileEntity>,
    /// Those of them that the last reading did not give: kept from an earlier one, and marked.
    pub stale: Vec<String>,
    /// The files that the file's Location entities lead to.
    pub targets: Vec<FileTarget>,
    /// Other files that were read for it (placeholders such as `$text`).
    pub dependencies: Vec<String>,
    /// What was wrong in the file.
    pub problems: Vec<Problem>,
    /// When it was read, Unix milliseconds.
    pub refreshed_at: i64,
}

/// The part of a [`RefreshState`] that tells whether its file changed.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshMark {
    /// Which file.
    pub location_ref: String,
    /// As it was.
    pub fingerprint: String,
    /// Other files that were read for it.
    pub dependencies: Vec<String>,
    /// The files that it leads to.
    pub targets: Vec<FileTarget>,
}

/// An entity found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEntity {
    /// Canonical reference.
    pub entity_ref: String,
    /// Content hash of its document.
    pub hash: String,
}

/// A registered location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// A UUID, given when it was registered.
    pub id: String,
    /// The `type` of a location reference, such as `file`.
    pub kind: String,
    /// Where it is, such as an absolute path.
    pub target: String,
}

/// What is known of an address, without what it holds.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RemoteMark {
    /// The address.
    pub url: String,
    /// When it is read again, Unix milliseconds.
    pub next_at: i64,
    /// When it was read last, whatever came of it, Unix milliseconds.
    pub checked_at: Option<i64>,
    /// Sign of what it holds, for comparison only; nothing while it was never read.
    pub fingerprint: Option<String>,
    /// Why the last reading failed.
    pub failure: Option<String>,
}

/// An address whose time has come.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DueRemote {
    /// The address.
    pub url: String,
    /// Readings that failed since the last one that did not.
    pub attempts: i32,
    /// Sign of what it held.
    pub fingerprint: Option<String>,
    /// What the host gave to ask for changes only.
    pub validator: Option<String>,
    /// Why the last reading failed.
    pub failure: Option<String>,
}

/// What a reading of an address gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteFile {
    /// The address.
    pub url: String,
    /// When to read it again, Unix milliseconds.
    pub next_at: i64,
    /// When it was read, Unix milliseconds.
    pub checked_at: i64,
    /// Readings that failed since the last one that did not.
    pub attempts: i32,
    /// Why it failed.
    pub failure: Option<String>,
    /// Whether the three below say something new; else what they said before stays.
    pub change: bool,
    /// Sign of what it holds.
    pub fingerprint: Option<String>,
    /// What the host gave to ask for changes only.
    pub validator: Option<String>,
    /// The text, or the files that a pattern means as JSON.
    pub content: Option<String>,
}
