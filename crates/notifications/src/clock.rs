//! The time, as the table writes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Unix milliseconds; 0 for a clock before 1970.
pub(crate) fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A length of time in milliseconds.
pub(crate) fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC with milliseconds, as Backstage's clients read it.
pub(crate) fn rfc3339(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_default()
}

/// A moment in RFC 3339, in Unix milliseconds.
pub(crate) fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_javascript() {
        assert_eq!(rfc3339(1_796_169_600_007), "2026-12-02T00:00:00.007Z");
        for (text, expected) in [
            ("2026-12-02T00:00:00.007Z", Some(1_796_169_600_007)),
            ("2026-12-02T01:00:00+01:00", Some(1_796_169_600_000)),
            ("yesterday", None),
            ("2026-12-02", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
