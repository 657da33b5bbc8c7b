//! Two versions of an entity, side by side.

use serde::{Deserialize, Serialize};

use super::{EntityLink, VersionSummary};

/// Which versions the page compares: the state of its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ComparisonQuery {
    /// `seq` of the version that is compared with; nothing is the one before `to`.
    pub from: Option<i64>,
    /// `seq` of the version that is looked at; nothing is the newest.
    pub to: Option<i64>,
}

impl ComparisonQuery {
    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*key {
                "from" => query.from = value.trim().parse().ok(),
                "to" => query.to = value.trim().parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, seq) in [("from", self.from), ("to", self.to)] {
            if let Some(seq) = seq {
                pairs.append_pair(key, &seq.to_string());
            }
        }
        pairs.finish()
    }
}

/// What differs between two versions of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which entity; it may be gone by now.
    pub link: EntityLink,
    /// The version that is compared with; nothing is the time before the entity was first known.
    pub from: Option<VersionSummary>,
    /// The version that is looked at.
    pub to: VersionSummary,
    /// The versions to choose from, newest first, without their fields. Both of the above are among them.
    pub versions: Vec<VersionSummary>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Lines that only `to` has.
    pub added: u32,
    /// Lines that only `from` has.
    pub removed: u32,
    /// The lines of both.
    pub parts: Vec<DiffPart>,
    /// Lines behind the last part that are left off, because there are too many.
    pub lines_left_off: u32,
    /// Bytes of the longer version that were not compared.
    pub bytes_left_off: u64,
}

/// Some lines in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffPart {
    /// Whether they are far from any change.
    pub folded: bool,
    /// The lines.
    pub lines: Vec<DiffLine>,
    /// Lines that follow them and are left off, because there are too many.
    pub left_off: u32,
}

/// A line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// What became of it.
    pub change: LineChange,
    /// Its number in the newer text, or in the older one if only that has it; from 1.
    pub number: u32,
    /// What it says, without its end; cut if it is very long.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineChange {
    /// Both versions have it.
    Same,
    /// Only the newer version has it.
    Added,
    /// Only the older version has it.
    Removed,
}
