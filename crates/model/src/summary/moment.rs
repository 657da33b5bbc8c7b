//! Moments of the log, as pages tell them, and what changed between two of them.

use serde::{Deserialize, Serialize};

use super::{EntityLink, EntityList, VersionSummary};

/// The moment that a page shows, in the words of a reader: browsers have no calendar of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// As it stands in the address; empty for now.
    pub at: String,
    /// In words, such as "17 Nov 2026, 23:59 UTC"; empty for now.
    pub words: String,
    /// What has to be said about it, such as since when the log knows.
    pub note: String,
    /// What a field for date and time holds, in UTC.
    pub field: String,
    /// Moments that are offered: what they are called, and as they stand in an address.
    pub choices: Vec<(String, String)>,
}

impl Moment {
    /// Whether this is the catalog as it is.
    #[must_use]
    pub fn is_now(&self) -> bool {
        self.at.is_empty()
    }
}

/// What became of an entity between two moments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityChange {
    /// Which one.
    pub link: EntityLink,
    /// The version at the second moment, told by its difference from the one at the first.
    pub version: VersionSummary,
    /// `seq` of the version at the first moment.
    pub before: Option<i64>,
}

/// How much became of the entities of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindChanges {
    /// As written, such as `Component`.
    pub kind: String,
    /// Entities that came, changed, went.
    pub counts: [u32; 3],
}

/// One page of what changed between two moments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeList {
    /// The first moment.
    pub from: Moment,
    /// The second moment.
    pub to: Moment,
    /// Filters and pages; instead of its lines there are those below.
    pub list: EntityList,
    /// The entities on this page, by kind and name.
    pub items: Vec<EntityChange>,
    /// How much changed on all pages, by kind.
    pub kinds: Vec<KindChanges>,
    /// Relations that came, whatever the filters; a relation and its reverse are one.
    pub relations_added: u32,
    /// Relations that went.
    pub relations_removed: u32,
    /// Entities that were not compared, because there are too many.
    pub left_off: u32,
}
