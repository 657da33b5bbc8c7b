//! The cookies of sign-in: written and read in one place, so that none is forgotten an attribute.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// Holds the token of a session.
const SESSION: &str = "portico-session";
/// Binds a sign-in to the browser that began it; the beginning of its state follows, so that two tabs have two.
const ATTEMPT: &str = "portico-sign-in-";
/// Says for a moment why a sign-in failed.
const FAILURE: &str = "portico-sign-in-failure";
/// Characters of the state in the name of a cookie.
const STATE: usize = 12;

/// How cookies of this portal are named and sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cookies {
    /// Whether people reach the portal over TLS, so that cookies can insist on it.
    pub(crate) secure: bool,
}

impl Cookies {
    /// The token of the request's session.
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, &self.name(SESSION))
    }

    /// Keeps a session for this many seconds; none takes it away.
    pub(crate) fn set_session(self, token: &str, seconds: u64) -> Option<HeaderValue> {
        self.set(SESSION, token, seconds)
    }

    /// What binds the sign-in with this state to the request's browser.
    pub(crate) fn attempt<'h>(self, headers: &'h HeaderMap, state: &str) -> Option<&'h str> {
        read(headers, &self.name(&attempt(state)))
    }

    /// Binds a sign-in to a browser for this many seconds.
    pub(crate) fn set_attempt(self, state: &str, token: &str, seconds: u64) -> Option<HeaderValue> {
        self.set(&attempt(state), token, seconds)
    }

    /// Why a sign-in failed.
    pub(crate) fn failure(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, &self.name(FAILURE))
    }

    /// Keeps the reason for this many seconds.
    pub(crate) fn set_failure(self, text: &str, seconds: u64) -> Option<HeaderValue> {
        self.set(FAILURE, text, seconds)
    }

    /// A browser takes a cookie with this prefix from this host alone, and only over TLS.
    fn name(self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn set(self, name: &str, value: &str, seconds: u64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name(name);
        let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::from_str(&cookie).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The name of the cookie of a sign-in. A state comes from outside; only what can stand in a name is taken from it.
fn attempt(state: &str) -> String {
    let part: String = state.chars().filter(char::is_ascii_alphanumeric).take(STATE).collect();
    format!("{ATTEMPT}{part}")
}

fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_there() {
        for (secure, expected) in [
            (false, "portico-session=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"),
            (true, "__Host-portico-session=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"),
        ] {
            let cookie = Cookies { secure }.set_session("t", 60).expect("a header");
            assert_eq!(cookie.to_str().expect("text"), expected);
            assert!(!format!("{cookie:?}").contains("session"), "a log must not show it");
        }
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; portico-session=abc"));
        headers
            .append(COOKIE, HeaderValue::from_static("portico-sign-in-Ab1=x; __Host-portico-session=secure"));
        assert_eq!(Cookies { secure: false }.session(&headers), Some("abc"));
        assert_eq!(Cookies { secure: true }.session(&headers), Some("secure"));
        assert_eq!(Cookies { secure: false }.attempt(&headers, "A;b=1"), Some("x"));
        assert_eq!(Cookies { secure: false }.attempt(&headers, "other"), None);
    }
}
