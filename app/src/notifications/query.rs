//! The state of the list, as its address carries it.

use ::notifications::{OrderBy, Query};
use platform::notify::Severity;

/// Notifications on a page.
pub(super) const SHOWN: u64 = 25;

/// Which notifications are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationListQuery {
    /// All, or a part.
    pub(crate) show: Show,
    /// Only of this topic; empty for all.
    pub(crate) topic: String,
    /// Only as severe as this, or more.
    pub(crate) severity: Option<Severity>,
    /// Words in title or description; empty for all.
    pub(crate) text: String,
    /// From 1.
    pub(crate) page: u32,
}

/// A part of the notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All of them, the unread first.
    #[default]
    All,
    /// Those not read yet.
    Unread,
    /// Those that the person saved.
    Saved,
}

impl Show {
    fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Unread => "unread",
            Self::Saved => "saved",
        }
    }
}

impl NotificationListQuery {
    /// Where the list is.
    pub const PATH: &'static str = "/notifications";

    /// What the parameters of an address stand for; what is not known is left out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query =
            Self { show: Show::All, topic: String::new(), severity: None, text: String::new(), page: 1 };
        for (name, value) in model::parameters(text) {
            match name.as_str() {
                "show" => {
                    let shows = [Show::Unread, Show::Saved];
                    query.show = shows.into_iter().find(|show| show.name() == value).unwrap_or_default();
                }
                "topic" => query.topic = value,
                "severity" => query.severity = Severity::parse(&value),
                "text" => query.text = value,
                "page" => query.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        query
    }

    /// The address of the list in this state.
    #[must_use]
    pub fn href(&self) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let parameters = [
            ("show", self.show.name()),
            ("topic", &self.topic),
            ("severity", self.severity.map_or("", Severity::name)),
            ("text", &self.text),
            ("page", &page),
        ];
        let set = parameters.iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> =
            set.map(|(name, value)| format!("{name}={}", model::percent_encoded(value))).collect();
        if parts.is_empty() { Self::PATH.to_owned() } else { format!("{}?{}", Self::PATH, parts.join("&")) }
    }

    /// Whether it narrows beyond the part that is shown.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.topic.is_empty() || self.severity.is_some() || !self.text.is_empty()
    }

    /// The same as a question to the service.
    pub(super) fn asked(&self) -> Query {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Query {
            offset: u64::from(self.page.saturating_sub(1)) * SHOWN,
            limit: SHOWN,
            order: vec![(OrderBy::Unread, true)],
            topic: some(&self.topic),
            search: some(&self.text),
            read: (self.show == Show::Unread).then_some(false),
            saved: (self.show == Show::Saved).then_some(true),
            created_after: None,
            minimum_severity: self.severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NotificationListQuery;

    #[test]
    fn addresses_carry_the_list() {
        for address in [
            "/notifications",
            "/notifications?show=unread",
            "/notifications?show=saved&topic=a%20%26%20b&severity=high&text=100%25&page=3",
        ] {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(NotificationListQuery::from_query_string(query).href(), address);
        }
        let nonsense = NotificationListQuery::from_query_string("show=x&severity=urgent&page=-1&topic=");
        assert_eq!(nonsense.href(), "/notifications");
    }
}
