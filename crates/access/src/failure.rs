//! Why a sign-in failed: a word for the address of the sign-in page, and what only this browser gets to read.
//!
//! The word stands in the address, which anybody can write; so the page takes its texts from here alone. Whatever names
//! the person or quotes the provider travels in a cookie that only the portal can set.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Sentences that a cookie carries.
const SENTENCES: usize = 6;
/// Characters of a sentence. Cookies have room for 4 000 bytes.
const SENTENCE: usize = 240;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The provider can't be reached, or what it says can't be used.
    Provider,
    /// The provider let nobody in.
    Refused,
    /// The sign-in is unknown, used up, too old or another browser's.
    Attempt,
    /// The provider's proof does not hold.
    Proof,
    /// No User entity, or more than one.
    User,
    /// A fault of the portal.
    Portal,
}

/// A sign-in that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    /// Sentences for the person; they may quote the provider.
    pub(crate) details: Vec<String>,
}

impl Reason {
    const ALL: [Self; 6] =
        [Self::Provider, Self::Refused, Self::Attempt, Self::Proof, Self::User, Self::Portal];

    /// The word in the address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Refused => "refused",
            Self::Attempt => "expired",
            Self::Proof => "proof",
            Self::User => "no-user",
            Self::Portal => "portal",
        }
    }

    /// The reason with this word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// What happened, why, and what to do.
    pub(crate) const fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Provider => (
                "The sign-in service can't be used now",
                "Portico asked it and got no answer that it could use.",
                "Try again in a moment. If it stays, tell the people who run this portal.",
            ),
            Self::Refused => (
                "The sign-in service did not let you in",
                "It ended the sign-in and sent you back.",
                "Try again, or ask the people who run the sign-in service.",
            ),
            Self::Attempt => (
                "This sign-in is over",
                "It was finished before, was begun in another browser or under another address, or took longer than ten \
                 minutes.",
                "Sign in again from here.",
            ),
            Self::Proof => (
                "The answer of the sign-in service could not be trusted",
                "Its proof of who you are did not hold, so nobody was signed in.",
                "Try again. If it stays, tell the people who run this portal: its log says what did not hold.",
            ),
            Self::User => (
                "You are not in the catalog",
                "The sign-in service knows you, and the catalog has no User that is clearly you.",
                "Ask the people who keep the catalog to add a User for you, or to complete yours.",
            ),
            Self::Portal => (
                "The sign-in could not be finished",
                "Something failed inside Portico.",
                "Try again. If it stays, tell the people who run this portal: its log says what failed.",
            ),
        }
    }
}

impl Failure {
    /// A failure with nothing more to say.
    pub(crate) const fn new(reason: Reason) -> Self {
        Self { reason, details: Vec::new() }
    }

    /// The details as a cookie carries them.
    pub(crate) fn to_cookie(&self) -> String {
        let short = |text: &String| -> String {
            let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            plain.take(SENTENCE).collect()
        };
        let details: Vec<String> = self.details.iter().take(SENTENCES).map(short).collect();
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(self.reason.word(), details)).unwrap_or_default())
    }

    /// The details of this reason; none when the cookie is about another one, or nobody's.
    pub(crate) fn details_from_cookie(cookie: Option<&str>, reason: Reason) -> Vec<String> {
        let read = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (word, details): (String, Vec<String>) = serde_json::from_slice(&bytes).ok()?;
            (word == reason.word()).then_some(details)
        };
        cookie.and_then(read).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_survive_a_cookie() {
        let details = vec!["<b>no</b>\r\nSet-Cookie: x".to_owned(), "ü".repeat(1_000)];
        let cookie = Failure { reason: Reason::User, details }.to_cookie();
        assert!(
            cookie.len() < 3_000
                && cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        let back = Failure::details_from_cookie(Some(&cookie), Reason::User);
        assert_eq!(back, ["<b>no</b>  Set-Cookie: x".to_owned(), "ü".repeat(SENTENCE)]);
        assert!(Failure::details_from_cookie(Some(&cookie), Reason::Proof).is_empty());
        for nonsense in ["", "%", "bm90IGpzb24", "WzEsMl0"] {
            assert!(Failure::details_from_cookie(Some(nonsense), Reason::User).is_empty(), "{nonsense}");
        }
    }

    #[test]
    fn every_reason_has_its_word() {
        for reason in Reason::ALL {
            assert_eq!(Reason::of_word(reason.word()), Some(reason));
        }
        assert_eq!(Reason::of_word("<script>"), None);
    }
}
