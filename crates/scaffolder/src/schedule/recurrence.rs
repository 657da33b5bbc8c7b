//! When something is due again and again: a cron expression in a time zone.

use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::{Cron, Weekday};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use platform::error::Error;

/// The time zone where none is named.
pub(crate) const UTC: &str = "UTC";
/// Longest expression and longest name of a time zone, in bytes.
const LONGEST: usize = 100;
/// Days that are searched for the next one. The rarest that there is, a fifth Monday in February, comes every 28 years, or 40
/// where a century has no leap year.
const DAYS: usize = 41 * 366;

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
    /// One of them is none.
    pub(crate) fn parse(cron: &str, time_zone: &str) -> Result<Self, Error> {
        if cron.len() > LONGEST || time_zone.len() > LONGEST {
            return Err(Error::input(format!("cron and timeZone have at most {LONGEST} bytes each.")));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(cron).map_err(|error| {
            Error::input(format!(
                "cron is no cron expression: {}. Write minute, hour, day of the month, month and day of the week, \
                 such as 30 6 * * 1-5, or @daily.",
                reason(&error)
            ))
        })?;
        let zone = TimeZone::get(time_zone).map_err(|_| {
            Error::input("timeZone is no time zone. Write the name of one as in Europe/Berlin, or UTC.")
        })?;
        Ok(Self { cron, zone })
    }

    /// The first moment after another, both Unix milliseconds; nothing if no day fits.
    ///
    /// What falls into the hour that is left out in spring is due when the clock was put forward, and what falls into the one that
    /// is there twice in autumn is due in the first of them. What is due at each hour, or every few hours, goes by the hours that
    /// there are.
    pub(crate) fn after(&self, unix_ms: i64) -> Option<i64> {
        let start = Timestamp::from_millisecond(unix_ms).ok()?;
        // A clock that is put back at midnight repeats the end of the day before.
        let mut date = start.to_zoned_datetime(self.zone.clone()).date().yesterday().ok()?;
        for _ in 0..DAYS {
            let next = date.tomorrow().ok();
            if let Some(first) = self.first_of(date, start) {
                let of_next = next.and_then(|next| self.first_of(next, start));
                return Some(of_next.map_or(first, |other| other.min(first)).as_millisecond());
            }
            date = next?;
        }
        None
    }

    /// Minutes from one moment to the next where they are nearest to each other.
    pub(crate) fn shortest_distance(&self) -> u16 {
        let (hours, minutes) = (self.cron.pattern.hours.values(), self.cron.pattern.minutes.values());
        let of_day: Vec<u16> =
            hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect();
        let within = of_day.windows(2).map(|pair| pair[1] - pair[0]).min();
        // From the last of a day to the first of the next one.
        let over = of_day.first().zip(of_day.last()).map(|(first, last)| 24 * 60 - last + first);
        within.into_iter().chain(over).min().unwrap_or_default()
    }

    /// The expression for people, such as "At 06:30, on Monday".
    pub(crate) fn in_words(&self) -> String {
        self.cron.describe().trim_end_matches('.').to_owned()
    }

    /// The first moment of a day that is after another.
    fn first_of(&self, date: Date, after: Timestamp) -> Option<Timestamp> {
        if !self.is_day(date) {
            return None;
        }
        let (hours, minutes) = (self.cron.pattern.hours.values(), self.cron.pattern.minutes.values());
        let number = |number: u16| i8::try_from(number).unwrap_or_default();
        let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute)));
        let moments =
            times.flat_map(|(hour, minute)| self.moments(date.at(number(hour), number(minute), 0, 0)));
        moments.filter(|moment| *moment > after).min()
    }

    fn is_day(&self, date: Date) -> bool {
        let part = |number: i8| u32::try_from(number).unwrap_or_default();
        let (month, day) = (part(date.month()), part(date.day()));
        let fits = |month_fits: bool| {
            let pattern = &self.cron.pattern;
            month_fits
                && pattern.day_match(i32::from(date.year()), month, day, weekday(date)).unwrap_or_default()
        };
        self.cron.pattern.month_match(month).is_ok_and(fits)
    }

    /// When the clock shows this.
    fn moments(&self, civil: DateTime) -> impl Iterator<Item = Timestamp> + use<> {
        let hours = &self.cron.pattern.hours;
        let goes_by_hours = hours.from_wildcard || hours.step > 1;
        let here = self.zone.to_ambiguous_timestamp(civil);
        let (first, second) = match here.offset() {
            AmbiguousOffset::Unambiguous { .. } => (here.compatible().ok(), None),
            AmbiguousOffset::Fold { .. } => {
                (here.earlier().ok(), here.later().ok().filter(|_| goes_by_hours))
            }
            AmbiguousOffset::Gap { .. } if goes_by_hours => (None, None),
            AmbiguousOffset::Gap { .. } => {
                let behind =
                    here.later().ok().and_then(|later| later.checked_add(SignedDuration::from_secs(1)).ok());
                let change = behind.and_then(|behind| self.zone.preceding(behind).next());
                (change.map(|change| change.timestamp()), None)
            }
        };
        first.into_iter().chain(second)
    }
}

fn weekday(date: Date) -> Weekday {
    match date.weekday() {
        jiff::civil::Weekday::Monday => Weekday::Monday,
        jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
        jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
        jiff::civil::Weekday::Thursday => Weekday::Thursday,
        jiff::civil::Weekday::Friday => Weekday::Friday,
        jiff::civil::Weekday::Saturday => Weekday::Saturday,
        jiff::civil::Weekday::Sunday => Weekday::Sunday,
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
        // On 29 March 2026 the clock of Berlin goes from 2:00 to 3:00, which is 1:00 in UTC. On 25 October it goes from 3:00 back
        // to 2:00, which is 1:00 in UTC again. That of Havana goes from 0:00 to 1:00 on 8 March, at 5:00 in UTC.
        let berlin = "Europe/Berlin";
        for (cron, zone, from, expected) in [
            (
                "30 2 * * *",
                berlin,
                "2026-03-28T12:00:00Z",
                vec!["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
            ),
            (
                "0,30 2 29 3 *",
                berlin,
                "2026-03-28T12:00:00Z",
                vec!["2026-03-29T01:00:00Z", "2027-03-29T00:00:00Z"],
            ),
            (
                "*/15 2 29 3 *",
                berlin,
                "2026-03-28T12:00:00Z",
                vec!["2026-03-29T01:00:00Z", "2027-03-29T00:00:00Z"],
            ),
            (
                "30 1-3 29 3 *",
                berlin,
                "2026-03-28T12:00:00Z",
                vec!["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
            ),
            (
                "30 * * * *",
                berlin,
                "2026-03-29T00:00:00Z",
                vec!["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"],
            ),
            (
                "30 0 * * *",
                "America/Havana",
                "2026-03-08T00:00:00Z",
                vec!["2026-03-08T05:00:00Z", "2026-03-09T04:30:00Z"],
            ),
            (
                "30 2 * * *",
                berlin,
                "2026-10-24T12:00:00Z",
                vec!["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
            ),
            (
                "0 2,14 * * *",
                berlin,
                "2026-10-24T13:00:00Z",
                vec!["2026-10-25T00:00:00Z", "2026-10-25T13:00:00Z"],
            ),
            (
                "*/30 2 * * *",
                berlin,
                "2026-10-24T13:00:00Z",
                vec!["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z"],
            ),
            (
                "30 * * * *",
                berlin,
                "2026-10-25T00:00:00Z",
                vec!["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"],
            ),
            (
                "0 */2 * * *",
                berlin,
                "2026-10-24T22:30:00Z",
                vec!["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T03:00:00Z"],
            ),
        ] {
            let mut after = from.to_owned();
            for moment in expected {
                after = next(cron, zone, &after);
                assert_eq!(after, moment, "{cron} in {zone} from {from}");
            }
        }
    }

    #[test]
    fn rare_days_are_found_and_missing_ones_are_not() {
        for (cron, expected) in [
            ("0 0 29 2 *", Some("2028-02-29T00:00:00Z")),
            ("0 0 29 2 +MON", Some("2044-02-29T00:00:00Z")),
            ("0 0 * 2 MON#5", Some("2044-02-29T00:00:00Z")),
            ("0 0 30 2 *", None),
            ("0 0 31 4,6,9,11 *", None),
        ] {
            let next = Recurrence::parse(cron, UTC).unwrap().after(millis("2026-12-04T00:00:00Z"));
            let next = next.map(|next| Timestamp::from_millisecond(next).unwrap().to_string());
            assert_eq!(next.as_deref(), expected, "{cron}");
        }
    }

    #[test]
    fn the_shortest_distance_is_known() {
        for (cron, expected) in [
            ("* * * * *", 1),
            ("*/15 * * * *", 15),
            ("*/25 * * * *", 10),
            ("0,58 * * * *", 2),
            ("0,58 3 * * *", 58),
            ("0 * * * *", 60),
            ("@daily", 24 * 60),
            ("59 23 * * *", 24 * 60),
            ("0,59 0,23 * * *", 1),
        ] {
            assert_eq!(Recurrence::parse(cron, UTC).unwrap().shortest_distance(), expected, "{cron}");
        }
    }

    #[test]
    fn what_is_none_is_refused_with_what_to_write() {
        for (cron, zone, told) in [
            ("", "UTC", "it is empty"),
            ("every day", "UTC", "such as 30 6 * * 1-5"),
            ("61 * * * *", "UTC", "such as 30 6 * * 1-5"),
            ("0 0 0 * * *", "UTC", "5 fields"),
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
