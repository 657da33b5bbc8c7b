//! What the pages of sign-in and settings show. The server writes the texts.

use serde::{Deserialize, Serialize};

use crate::EntityLink;

/// The sign-in page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// What happened before, in a few words; empty when nothing did.
    pub title: String,
    /// Whether that was a failure.
    pub failed: bool,
    /// Why, and what to do, a paragraph each.
    pub texts: Vec<String>,
    /// What was tried; may quote the provider.
    pub details: Vec<String>,
    /// Ways on, the best first: what the link says, and where it leads.
    pub ways: Vec<(String, String)>,
}

/// Who one is, and where one is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What to call the person.
    pub name: String,
    /// Facts in words: the name of each, and what it is.
    pub facts: Vec<(String, String)>,
    /// The User entity; none for a guest.
    pub user: Option<EntityLink>,
    /// The groups that count for what is one's own.
    pub groups: Vec<EntityLink>,
    /// Where one is signed in, this browser first.
    pub sessions: Vec<AccountSession>,
}

/// A browser in which a person is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSession {
    /// Names it; empty for the one that asks.
    pub id: String,
    /// The browser in words.
    pub browser: String,
    /// When it began, RFC 3339.
    pub since: String,
    /// When it was used last, RFC 3339.
    pub seen: String,
}

/// The address of the sign-in page.
pub const SIGN_IN: &str = "/sign-in";

/// The address of the sign-in page that leads back to a page of the portal.
#[must_use]
pub fn sign_in_address(back: &str) -> String {
    match back {
        "/" | "" => SIGN_IN.to_owned(),
        back => format!("{SIGN_IN}?redirectUrl={}", crate::summary::percent_encoded(back)),
    }
}
