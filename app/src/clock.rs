//! Times in words: RFC 3339 text from the server becomes "3 minutes ago" or "24 Nov 2026, 03:15 UTC".
//!
//! No time library: the browser side must stay small, and the server only sends UTC.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;

/// The time now. Lies in the context.
#[derive(Clone, Copy)]
pub(crate) struct Clock;

/// How often ages are counted anew.
const STEP: Duration = Duration::from_secs(20);

impl Clock {
    /// Puts the clock into the context, and keeps the ages on an open page true.
    pub(crate) fn provide() {
        provide_context(Self);
        // Effects run in the browser alone.
        Effect::new(move |_| {
            let renew = || browser::renew_ages(|at| age(at, browser::now()));
            let _runs_as_long_as_the_page = set_interval_with_handle(renew, STEP);
        });
    }

    /// Unix time in seconds; without a clock in the context (in tests of single components) the epoch.
    pub(crate) fn now() -> i64 {
        use_context::<Self>().map_or(0, |_| browser::now())
    }
}

/// How long ago `at` (RFC 3339, UTC) was at `now` (Unix seconds), in words. Falls back to the date where the age
/// would say little, and to the text itself where it is not a time.
#[must_use]
pub(crate) fn age(at: &str, now: i64) -> String {
    let Some(then) = unix_seconds(at) else { return at.to_owned() };
    let plural = |count: i64, unit: &str| match count {
        1 => format!("1 {unit} ago"),
        _ => format!("{count} {unit}s ago"),
    };
    match now - then {
        ..45 => "just now".to_owned(),
        seconds @ 45..3_600 => plural(((seconds + 30) / 60).clamp(1, 59), "minute"),
        seconds @ 3_600..86_400 => plural(seconds / 3_600, "hour"),
        seconds @ 86_400..2_592_000 => plural(seconds / 86_400, "day"),
        _ => date(at),
    }
}

/// `2026-11-24T03:15:09Z` as "24 Nov 2026, 03:15 UTC".
#[must_use]
pub(crate) fn moment(at: &str) -> String {
    match at.get(11..16) {
        Some(time) if unix_seconds(at).is_some() => format!("{}, {time} UTC", date(at)),
        _ => at.to_owned(),
    }
}

/// The date part in words. Only called for text that is known to be a time.
fn date(at: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let part = |range: std::ops::Range<usize>| at.get(range).and_then(|text| text.parse::<usize>().ok());
    match (part(0..4), part(5..7).and_then(|month| MONTHS.get(month.wrapping_sub(1))), part(8..10)) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => at.to_owned(),
    }
}

/// Unix seconds of RFC 3339 text in UTC; fractions of a second are dropped.
fn unix_seconds(at: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| at.get(range)?.parse::<i64>().ok();
    if !at.ends_with('Z') || at.get(10..11) != Some("T") {
        return None;
    }
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let seconds = part(11..13)? * 3_600 + part(14..16)? * 60 + part(17..19)?;
    Some(days_since_epoch(year, month, day) * 86_400 + seconds)
}

/// Days from 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{age, moment, unix_seconds};

    #[test]
    fn reads_times() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-03-01T00:00:00Z", Some(951_868_800)),
            ("2026-11-24T03:15:09.250Z", Some(1_795_490_109)),
            ("2024-02-29T23:59:59Z", Some(1_709_251_199)),
            ("2026-11-24", None),
            ("yesterday", None),
            ("2026-11-24T03:15:09+01:00", None),
        ] {
            assert_eq!(unix_seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn says_ages_in_words() {
        let now = 1_795_490_109;
        for (text, expected) in [
            ("2026-11-24T03:15:09Z", "just now"),
            ("2026-11-24T03:15:59Z", "just now"),
            ("2026-11-24T03:14:19Z", "1 minute ago"),
            ("2026-11-24T02:15:20Z", "59 minutes ago"),
            ("2026-11-24T02:15:09Z", "1 hour ago"),
            ("2026-11-23T04:00:00Z", "23 hours ago"),
            ("2026-11-20T04:00:00Z", "3 days ago"),
            ("2026-01-02T04:00:00Z", "2 Jan 2026"),
            ("not a time", "not a time"),
        ] {
            assert_eq!(age(text, now), expected, "{text}");
        }
    }

    #[test]
    fn says_moments_in_words() {
        assert_eq!(moment("2026-11-24T03:15:09Z"), "24 Nov 2026, 03:15 UTC");
        assert_eq!(moment("soon"), "soon");
    }
}
