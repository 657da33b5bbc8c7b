//! When something is due again and again: a cron expression in a time zone.

use std::cmp::Ordering;

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use platform::error::Error;

/// The time zone where none is named.
pub(crate) const UTC: &str = "UTC";
/// Longest expression and longest name of a time zone, in bytes.
const LONGEST: usize = 100;

/// Moments that come again and again, to the minute.
#[derive(Clone, Debug)]
pub(crate) struct Recurrence {
    cron: Cron,
    zone: TimeZone,
}

impl Recurrence {
    /// Reads an expression of five fields (minute, hour, day of the month, month, day of the week) or a nickname such as
    /// `@daily`, as crontab(5) has them, and the name of a time zone of the IANA database.
    ///
    /// # Errors
    /// One of them is none, or no moment fits.
    pub(crate) fn parse(cron: &str, time_zone: &str) -> Result<Self, Error> {
        if cron.len() > LONGEST || time_zone.len() > LONGEST {
            return Err(Error::input(format!("cron and timeZone have at most {LONGEST} bytes each.")));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let read = parser.parse(cron).map_err(|error| {
            Error::input(format!(
                "cron is no cron expression: {}. Write minute, hour, day of the month, month and day of the week, \
                 such as 30 6 * * 1-5, or @daily.",
                reason(&error)
            ))
        })?;
        let zone = TimeZone::get(time_zone).map_err(|_| {
            Error::input("timeZone is no time zone. Write the name of one as in Europe/Berlin, or UTC.")
        })?;
        let recurrence = Self { cron: read, zone };
        if recurrence.after(crate::clock::now()).is_none() {
            return Err(Error::input("cron names no day that there is, so it would never be due."));
        }
        Ok(recurrence)
    }

    /// The first moment after another, both Unix milliseconds; nothing if there is none any more.
    ///
    /// What falls into the hour that is left out in spring is due when that hour is over, and what falls into the one that
    /// is there twice in autumn is due once, unless it is due every hour.
    pub(crate) fn after(&self, unix_ms: i64) -> Option<i64> {
        let start = Timestamp::from_millisecond(unix_ms).ok()?.to_zoned_datetime(self.zone.clone());
        let next = self.cron.find_next_occurrence(&Moment(start), false).ok()?;
        Some(next.0.timestamp().as_millisecond())
    }

    /// The expression for people, such as "At 06:30, on Monday".
    pub(crate) fn in_words(&self) -> String {
        self.cron.describe().trim_end_matches('.').to_owned()
    }
}

/// What is wrong with an expression, without a full stop.
fn reason(error: &CronError) -> String {
    let text = match error {
        CronError::EmptyPattern => "it is empty",
        CronError::InvalidPattern(text)
        | CronError::IllegalCharacters(text)
        | CronError::ComponentError(text) => text,
        CronError::InvalidDate | CronError::InvalidTime | CronError::TimeSearchLimitExceeded => {
            "no moment fits it"
        }
    };
    text.trim_end_matches('.').to_owned()
}

/// A moment in a time zone, as croner asks for it.
#[derive(Clone)]
struct Moment(ZonedDateTime);

impl CronDateTime for Moment {
    fn to_civil(&self) -> CivilDateTime {
        let (date, time) = (self.0.date(), self.0.time());
        let part = |number: i8| u32::try_from(number).unwrap_or_default();
        // They are in their ranges in jiff, too.
        let year = i32::from(date.year());
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(year, part(date.month()), part(date.day())),
            CivilTime::from_parts_unchecked(part(time.hour()), part(time.minute()), part(time.second())),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        match self.0.weekday() {
            jiff::civil::Weekday::Monday => Weekday::Monday,
            jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
            jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
            jiff::civil::Weekday::Thursday => Weekday::Thursday,
            jiff::civil::Weekday::Friday => Weekday::Friday,
            jiff::civil::Weekday::Saturday => Weekday::Saturday,
            jiff::civil::Weekday::Sunday => Weekday::Sunday,
        }
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let here =
            self.0.time_zone().to_ambiguous_zoned_datetime(civil_of(civil).ok_or(CronError::InvalidDate)?);
        let wrong = |_| CronError::InvalidTime;
        Ok(match here.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                Resolution::Single(Self(here.unambiguous().map_err(wrong)?))
            }
            AmbiguousOffset::Fold { .. } => {
                let earlier = here.clone().earlier().map_err(wrong)?;
                Resolution::Ambiguous(Self(earlier), Self(here.later().map_err(wrong)?))
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

/// The same as jiff has it; nothing outside of the years that it knows.
fn civil_of(civil: CivilDateTime) -> Option<DateTime> {
    let part = |number: u32| i8::try_from(number).ok();
    let year = i16::try_from(civil.year()).ok()?;
    let (month, day) = (part(civil.month())?, part(civil.day())?);
    let (hour, minute, second) = (part(civil.hour())?, part(civil.minute())?, part(civil.second())?);
    DateTime::new(year, month, day, hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn next(cron: &str, zone: &str, after: &str) -> String {
        let next = Recurrence::parse(cron, zone).unwrap().after(millis(after)).unwrap();
        Timestamp::from_millisecond(next).unwrap().to_string()
    }

    #[test]
    fn the_next_moment_is_after_the_given_one() {
        for (cron, zone, after, expected) in [
            ("30 6 * * 1-5", "UTC", "2026-12-04T06:29:59Z", "2026-12-04T06:30:00Z"),
            // A Friday; the next one is Monday's.
            ("30 6 * * 1-5", "UTC", "2026-12-04T06:30:00Z", "2026-12-07T06:30:00Z"),
            ("30 6 * * MON-FRI", "Europe/Berlin", "2026-12-04T00:00:00Z", "2026-12-04T05:30:00Z"),
            ("30 6 * * 1", "Europe/Berlin", "2026-06-30T00:00:00Z", "2026-07-06T04:30:00Z"),
            ("@daily", "Asia/Kolkata", "2026-12-04T12:00:00Z", "2026-12-04T18:30:00Z"),
            ("0 0 29 2 *", "UTC", "2026-12-04T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("*/15 * * * *", "UTC", "2026-12-04T00:07:00.500Z", "2026-12-04T00:15:00Z"),
        ] {
            assert_eq!(next(cron, zone, after), expected, "{cron} in {zone} after {after}");
        }
    }

    #[test]
    fn changes_of_the_clock_neither_lose_nor_double_a_day() {
        // On 29 March 2026 the clock of Berlin goes from 2:00 to 3:00, which is 1:00 in UTC.
        assert_eq!(next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
        assert_eq!(next("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00Z");
        // On 25 October it goes from 3:00 back to 2:00.
        assert_eq!(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
    }

    #[test]
    fn what_is_none_is_refused_with_what_to_write() {
        for (cron, zone, told) in [
            ("", "UTC", "it is empty"),
            ("every day", "UTC", "such as 30 6 * * 1-5"),
            ("61 * * * *", "UTC", "such as 30 6 * * 1-5"),
            ("0 0 0 * * *", "UTC", "5 fields"),
            ("0 0 30 2 *", "UTC", "never be due"),
            ("0 0 * * *", "Berlin", "Europe/Berlin"),
            ("0 0 * * *", "../../etc/passwd", "Europe/Berlin"),
            (&"*".repeat(101), "UTC", "at most 100 bytes"),
        ] {
            let refused = Recurrence::parse(cron, zone).unwrap_err();
            assert!(refused.message().contains(told), "{cron:?} {zone:?}: {}", refused.message());
        }
    }

    #[test]
    fn expressions_are_told_in_words() {
        let words = |cron| Recurrence::parse(cron, UTC).unwrap().in_words();
        assert_eq!(words("30 6 * * *"), "At 06:30");
        assert_eq!(words("0 9 * * 1-5"), "At 09:00, on Monday, Tuesday, Wednesday, Thursday, and Friday");
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(cron in "[0-9A-Za-z*,/#@LW? -]{0,40}|\\PC{0,40}", after in any::<i64>()) {
            if let Ok(recurrence) = Recurrence::parse(&cron, "Europe/Berlin") {
                let _words = recurrence.in_words();
                if let Some(next) = recurrence.after(after) {
                    prop_assert!(next > after);
                    prop_assert_eq!(next % 60_000, 0);
                }
            }
        }
    }
}
