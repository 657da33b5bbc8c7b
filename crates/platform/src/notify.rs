//! Telling people something: what whoever tells and whoever delivers have in common, so that neither has to know the other.

use std::future::{Future, ready};
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Low,
    /// As most things.
    #[default]
    Normal,
    /// It should be looked at soon.
    High,
    /// It should be looked at now.
    Critical,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];

    /// The name in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// Whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// Everybody who signs in.
    Everybody,
    /// People, by references of entities: of people, of groups for their members, of anything else for its owners.
    Entities {
        /// The references.
        of: Vec<String>,
        /// References of people and groups who are left out.
        except: Vec<String>,
    },
}

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who tells it, such as `plugin:scaffolder`.
    pub origin: String,
    /// Whom.
    pub recipients: Recipients,
    /// It in a line.
    pub title: String,
    /// More of it, as plain text.
    pub description: Option<String>,
    /// Where it leads: a path of the portal, or an address of `http` or `https`.
    pub link: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// What it belongs to, for people who filter.
    pub topic: Option<String>,
    /// Under this name, what the same origin told before is told anew instead of a second time.
    pub scope: Option<String>,
}

/// How many people were told.
pub type Told<'a> = Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 'a>>;

/// Whoever delivers messages.
pub trait Notifier: Send + Sync {
    /// Delivers one; how many notifications came of it, of which a message to everybody is one.
    fn notify(&self, message: Message) -> Told<'_>;
}

/// Nobody who delivers: for commands that run beside no portal.
#[derive(Clone, Copy, Debug)]
pub struct NoNotifier;

impl Notifier for NoNotifier {
    fn notify(&self, _: Message) -> Told<'_> {
        Box::pin(ready(Err(Error::unavailable("There is nobody here who could be notified."))))
    }
}

/// The name under which the feed tells that there is news for one person alone; see
/// [`Feed::publish_name`](crate::feed::Feed::publish_name).
pub fn news_of(user: &str) -> String {
    format!("person:{user}")
}

/// The name under which the feed tells that there may be news for each person.
pub const NEWS_OF_ALL: &str = "person:*";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_have_names_and_an_order() {
        for severity in Severity::ALL {
            assert_eq!(Severity::parse(severity.name()), Some(severity));
        }
        assert_eq!(Severity::parse("urgent"), None);
        assert!(Severity::ALL.is_sorted());
    }
}
