//! Whose things are meant: a person's, or those of a guest's browser.
//!
//! A guest is nobody in particular, so what guests keep belongs to their browser: a random number in a cookie, set when
//! something is kept for the first time. Who has the number has the things, so the database holds only its hash.

use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use platform::access::Caller;
use sha1::{Digest as _, Sha1};
use uuid::Uuid;

/// Name of the cookie.
const BROWSER: &str = "portico-browser";
/// How long a browser keeps it, in seconds: 400 days is the most that browsers grant.
const MAX_AGE: u32 = 34_560_000;

/// A caller, and the browser where the caller is a guest.
#[derive(Clone, Debug)]
pub struct Visitor {
    caller: Caller,
    browser: Option<BrowserId>,
    /// Whether the browser does not know its number yet.
    is_new: bool,
}

/// The number of a browser: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct BrowserId(Uuid);

impl fmt::Debug for BrowserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserId(…)")
    }
}

impl Visitor {
    /// Who sent a request with these headers. A cookie that is none of ours counts as none.
    #[must_use]
    pub fn new(caller: Caller, headers: &HeaderMap) -> Self {
        Self { caller, browser: cookie(headers), is_new: false }
    }

    /// Who sent the request; one that the server did not see is nobody's.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let caller = parts.extensions.get::<Caller>().cloned().unwrap_or_default();
        Self::new(caller, &parts.headers)
    }

    /// Who asks.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The key of the visitor's rows; nothing where there can't be any.
    pub(crate) fn owner(&self) -> Option<String> {
        match &self.caller {
            Caller::Nobody => None,
            Caller::Guest => self.browser.map(|browser| {
                let hash = Sha1::digest(browser.0.as_bytes());
                hash.iter().fold(GUESTS.to_owned(), |key, byte| key + &format!("{byte:02x}"))
            }),
            Caller::User { entity_ref, .. } => Some(entity_ref.clone()),
            Caller::Service { subject } => Some(format!("service:{subject}")),
        }
    }

    /// As [`Self::owner`], for a change: a guest's browser gets a number where it has none.
    pub(crate) fn owner_of_change(&mut self) -> Option<String> {
        if self.caller == Caller::Guest && self.browser.is_none() {
            self.browser = Some(BrowserId(Uuid::new_v4()));
            self.is_new = true;
        }
        self.owner()
    }

    /// The `Set-Cookie` header that the answer to a change has to carry, if any; `secure` behind TLS.
    pub(crate) fn new_cookie(&self, secure: bool) -> Option<String> {
        let browser = self.browser.filter(|_| self.is_new)?;
        let secure = if secure { "; Secure" } else { "" };
        Some(format!(
            "{BROWSER}={}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}",
            browser.0.simple()
        ))
    }
}

/// What the keys of guests begin with. No entity reference does, because a browser is no kind of entity that signs in.
pub(crate) const GUESTS: &str = "browser:";

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// The number in the cookie, if it is one that we could have given.
fn cookie(headers: &HeaderMap) -> Option<BrowserId> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let value = lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == BROWSER).then_some(value)
    })?;
    let id = Uuid::try_parse(value).ok()?;
    // Only the form and the version that we write, so that a guessable number such as 0 is nobody's.
    (value.len() == 32 && id.get_version_num() == 4).then_some(BrowserId(id))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(cookie) {
            headers.insert(COOKIE, value);
        }
        headers
    }

    #[test]
    fn a_browser_is_known_again_by_its_cookie_and_by_nothing_less() {
        let mut first = Visitor::new(Caller::Guest, &HeaderMap::new());
        assert_eq!((first.owner(), first.new_cookie(false)), (None, None), "reading gives no number");
        let owner = first.owner_of_change();
        let cookie = first.new_cookie(true).expect("a cookie");
        assert!(cookie.contains("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        let value = cookie.split(';').next().expect("a pair");
        let again = Visitor::new(Caller::Guest, &headers(&format!("theme=dark; {value}")));
        assert_eq!((again.owner(), again.new_cookie(true)), (owner.clone(), None));
        let number = value.split('=').nth(1).expect("a value");
        assert!(!owner.expect("an owner").contains(number), "the key gives the number away");
        assert!(!format!("{again:?}").contains(number), "the log could give the number away");
        for forged in [
            "portico-browser=",
            "portico-browser=00000000000000000000000000000000",
            "portico-browser=user:default/ada",
            "portico-browser=1b4e28ba-2fa1-41d2-883f-0016d3cca427",
            "portico-browser=1b4e28ba2fa111d2883f0016d3cca427",
            "other=1",
        ] {
            assert_eq!(Visitor::new(Caller::Guest, &headers(forged)).owner(), None, "{forged}");
        }
    }

    #[test]
    fn a_person_is_who_signed_in_whatever_the_browser() {
        let ada = Caller::User { entity_ref: "user:default/ada".to_owned(), groups: vec![] };
        let cookie = "portico-browser=1b4e28ba2fa141d2883f0016d3cca427";
        let mut visitor = Visitor::new(ada, &headers(cookie));
        assert_eq!(visitor.owner_of_change().as_deref(), Some("user:default/ada"));
        assert_eq!(visitor.new_cookie(false), None);
        assert_eq!(Visitor::new(Caller::Nobody, &headers(cookie)).owner_of_change(), None);
    }
}
