//! The number under which a request is found in the log. A caller that has one already (a proxy, another
//! service) keeps it, if it is one that can stand in a log line.

use axum::http::{HeaderMap, HeaderName};
use uuid::Uuid;

/// The header that carries it, in and out.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest number taken over from a caller, in bytes.
const LONGEST: usize = 128;

/// The caller's number if it is harmless, a fresh random one otherwise.
pub(crate) fn of(headers: &HeaderMap) -> String {
    headers
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_harmless(id))
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn is_harmless(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_harmless_numbers_are_taken_over() {
        let longest = "a".repeat(LONGEST);
        let longer = "a".repeat(LONGEST + 1);
        for (sent, kept) in [
            ("0af7651916cd43dd8448eb211c80319c", true),
            ("host-1.example_2", true),
            (longest.as_str(), true),
            (longer.as_str(), false),
            ("", false),
            ("two words", false),
            ("<script>", false),
            ("a\tb", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_str(sent).unwrap());
            assert_eq!(of(&headers) == sent, kept, "{sent:?}");
        }
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}
