//! What is asked for.

use platform::notify::Severity;

use crate::store::Filter;

/// Notifications of one answer, unless the caller says how many.
const USUAL: u64 = 100;
/// Most notifications of one answer.
const MOST: u64 = 1_000;

/// Which notifications, in which order, and which part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// How many are passed over.
    pub offset: u64,
    /// How many at most, up to 1000.
    pub limit: u64,
    /// By what, and whether descending; then what was told last comes first.
    pub order: Vec<(OrderBy, bool)>,
    /// Of this topic.
    pub topic: Option<String>,
    /// With this text in title or description.
    pub search: Option<String>,
    /// Read, or unread.
    pub read: Option<bool>,
    /// Saved, or not.
    pub saved: Option<bool>,
    /// Told after this moment, in Unix milliseconds.
    pub created_after: Option<i64>,
    /// As severe as this, or more.
    pub minimum_severity: Option<Severity>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: USUAL,
            order: Vec::new(),
            topic: None,
            search: None,
            read: None,
            saved: None,
            created_after: None,
            minimum_severity: None,
        }
    }
}

/// What notifications can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderBy {
    /// Whether they are unread.
    Unread,
    /// Their title.
    Title,
    /// Who told them.
    Origin,
    /// Their topic.
    Topic,
    /// How much they matter.
    Severity,
    /// When they were told first.
    Created,
    /// When they were told last.
    Updated,
}

impl OrderBy {
    /// The order of a name, as requests have it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "title" => Self::Title,
            "origin" => Self::Origin,
            "topic" => Self::Topic,
            "severity" => Self::Severity,
            "created" => Self::Created,
            "updated" => Self::Updated,
            _ => return None,
        })
    }
}

impl Query {
    /// How many are passed over, and how many are given.
    pub(super) fn part(&self) -> (u64, u64) {
        (self.offset.min(i64::MAX as u64), self.limit.min(MOST))
    }

    /// What the store filters by; nothing where no notification can match.
    pub(super) fn filter(&self) -> Option<Filter> {
        let mut texts = self.topic.iter().chain(&self.search);
        // No notification has a NUL character, and PostgreSQL would call the question an error.
        if texts.any(|text| text.contains('\0')) {
            return None;
        }
        let topic = self.topic.clone();
        if topic.as_deref() == Some("") {
            return None;
        }
        Some(Filter {
            ids: None,
            topic,
            search: self.search.clone(),
            read: self.read,
            saved: self.saved,
            after: self.created_after,
            minimum_severity: self.minimum_severity.map(rank),
        })
    }
}

/// A severity as the table has it.
pub(super) const fn rank(severity: Severity) -> i32 {
    match severity {
        Severity::Low => 0,
        Severity::Normal => 1,
        Severity::High => 2,
        Severity::Critical => 3,
    }
}

/// The severity that the table means.
pub(super) fn severity(rank: i32) -> Severity {
    Severity::ALL.into_iter().find(|severity| self::rank(*severity) == rank).unwrap_or_default()
}
