//! Secrets out of everything that people may read.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use platform::secret::MASK;
use serde_json::Value;

/// Shortest text that is hidden, in bytes: a single letter stands everywhere.
const SHORTEST: usize = 2;
/// Shortest line of a longer secret that is hidden by itself.
const SHORTEST_LINE: usize = 8;
/// Most texts that are hidden. A step that makes more of its secrets hides the first ones.
const MOST: usize = 2_000;

/// Hides the secrets of a run: as they are, and as they look in JSON, in an address and in base64.
///
/// A run's journal has one and hides by it whatever it writes for people. Steps add to it what they made of secrets.
#[derive(Debug, Default)]
pub struct Mask {
    hidden: RwLock<Hidden>,
}

#[derive(Default)]
struct Hidden(BTreeSet<String>);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} texts", self.0.len())
    }
}

impl Mask {
    /// Hides these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mask = Self::default();
        secrets.into_iter().for_each(|secret| mask.add(secret));
        mask
    }

    /// Hides one more.
    pub fn add(&self, secret: &str) {
        let mut hidden = self.hidden.write().unwrap_or_else(PoisonError::into_inner);
        for text in forms(secret) {
            if text.len() >= SHORTEST && hidden.0.len() < MOST {
                hidden.0.insert(text);
            }
        }
    }

    /// A text without secrets.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let hidden = self.hidden.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Range<usize>> = Vec::new();
        for secret in &hidden.0 {
            // From one character behind the start, so that "aaa" hides all of "aaaaa".
            let mut from = 0;
            while let Some(at) = text[from..].find(secret.as_str()).map(|at| from + at) {
                found.push(at..at + secret.len());
                from = at + text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let (mut masked, mut written) = (String::with_capacity(text.len()), 0);
        for range in found {
            if range.start >= written {
                masked.push_str(&text[written..range.start]);
                masked.push_str(MASK);
            }
            written = written.max(range.end);
        }
        masked.push_str(&text[written..]);
        masked
    }

    /// A value without secrets, in its keys and its texts.
    #[must_use]
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(key, value)| (self.text(key), self.value(value))).collect()
            }
            value => value.clone(),
        }
    }
}

/// What stays as it is in a part of an address (RFC 3986, 2.3).
pub(crate) const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How a secret may look.
fn forms(secret: &str) -> Vec<String> {
    let secret = secret.trim();
    let mut forms = vec![secret.to_owned()];
    forms.extend(secret.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE).map(str::to_owned));
    let quoted = Value::from(secret).to_string();
    forms.push(quoted.trim_matches('"').to_owned());
    forms.push(percent_encoding::utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
    forms.push(percent_encoding::utf8_percent_encode(secret, UNRESERVED).to_string());
    forms.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
    if secret.len() >= SHORTEST_LINE {
        forms.extend(encoded(secret.as_bytes()));
    }
    forms
}

/// What base64 makes of the bytes wherever they begin in what is encoded, such as behind the name in `name:password`.
fn encoded(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let padded = [&[0; 2][..before.min(2)], secret].concat();
        // Characters that the bytes before or behind have a part in are left out.
        let (start, end) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for form in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            forms.extend(form.get(start..end).map(str::to_owned));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_in_all_their_forms() {
        let mask = Mask::new(["hunter2/+\"x", "pw~1/x", "-----BEGIN KEY-----\nabcdefghij\nklm\n", "s", ""]);
        for (text, expected) in [
            ("token=hunter2/+\"x.".to_owned(), "token=******."),
            (json!({ "a": "hunter2/+\"x" }).to_string(), r#"{"a":"******"}"#),
            ("https://x/?t=hunter2%2F%2B%22x&y".to_owned(), "https://x/?t=******&y"),
            ("https://x/pw~1%2Fx/y".to_owned(), "https://x/******/y"),
            ("a line: abcdefghij".to_owned(), "a line: ******"),
            ("klm is short, and s is too".to_owned(), "klm is short, and s is too"),
        ] {
            assert_eq!(mask.text(&text), expected);
        }
        for before in ["", "a", "ab", "abc", "user:"] {
            let basic = STANDARD.encode(format!("{before}hunter2/+\"x"));
            let masked = mask.text(&basic);
            assert!(masked.contains(MASK) && masked.len() <= basic.len(), "{basic}: {masked}");
        }
        assert_eq!(format!("{:?}", Mask::new(["hunter2"])).matches("hunter2").count(), 0);
    }

    #[test]
    fn what_lies_over_each_other_is_hidden_whole() {
        assert_eq!(Mask::new(["abcd", "cdef", "aba"]).text("xabcdefx ababax"), "x******x ******x");
        assert_eq!(Mask::new(["é-é"]).text("é-é-é-é"), "******");
    }

    #[test]
    fn values_lose_their_secrets_in_keys_too() {
        let mask = Mask::new(["hunter2"]);
        assert_eq!(
            mask.value(&json!({ "hunter2": ["x hunter2", 2, null] })),
            json!({ "******": ["x ******", 2, null] })
        );
    }

    proptest! {
        #[test]
        fn nothing_of_a_secret_is_left(secret in "[a-zA-Z0-9é/+]{4,12}", before in "[a-c]{0,5}", behind in "[a-c]{0,5}") {
            let masked = Mask::new([secret.as_str()]).text(&format!("{before}{secret}{behind}{secret}"));
            prop_assert!(!masked.contains(&secret), "{}", masked);
        }
    }
}
