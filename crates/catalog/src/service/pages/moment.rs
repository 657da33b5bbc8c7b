//! The moment that a query asks for: read from its text, held fast for all pages of its answer, told in words.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};
use model::Moment;
use platform::access::Caller;
use platform::error::Error;

use super::Reader;
use crate::service::{AsOf, Catalog};
use crate::store;
use crate::view::View;

/// Newest versions that are looked through for the last changes.
const LOOK_BACK: u64 = 1_000;
/// Changes that are offered.
const CHANGES: usize = 3;
/// What a field for date and time holds.
const FIELD: &str = "%Y-%m-%dT%H:%M";
/// Days that are offered by name.
const DAYS: i64 = 7;

/// The catalog at the moment that a page asks for.
#[derive(Clone)]
pub(super) struct Then<'c> {
    reader: Reader<'c>,
    /// The moment in words.
    pub(super) time: Moment,
    /// The `seq` of a past moment; nothing for now.
    pub(super) seq: Option<i64>,
    /// A view of the past, if it differs from that of now.
    view: Option<Arc<View>>,
}

impl Catalog {
    /// The moment as a `seq` that the log holds. A time means other versions when it is yet to come, and even one that
    /// has just passed may do so: a version that was begun before and is committed after. A `seq` means the same for ever.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn moment(&self, caller: &Caller, as_of: Option<AsOf>) -> Result<Option<i64>, Error> {
        let reader = self.reader(caller)?;
        let Some(as_of) = as_of else { return Ok(None) };
        reader.seq_of(as_of).await.map(Some)
    }
}

impl<'c> Reader<'c> {
    /// The `seq` that stands for a moment.
    async fn seq_of(self, as_of: AsOf) -> Result<i64, Error> {
        Ok(match as_of {
            AsOf::Seq(seq) => seq.min(store::newest_seq(self.database()).await?),
            AsOf::Time(time) => store::seq_at(self.database(), time).await?,
        })
    }

    /// The catalog at the moment that an address names; the empty text is now.
    pub(super) async fn then(self, at: &str) -> Result<Then<'c>, Error> {
        let then = self.told(at).await?;
        let Some(seq) = then.seq else { return Ok(then) };
        let view = match self.view(View::seq) {
            // Nothing has changed since.
            now if seq >= now => None,
            _ => Some(self.catalog().inner.past.at(AsOf::Seq(seq)).await?),
        };
        Ok(Then { view, ..then })
    }

    /// As [`Reader::then`], without the entities of that moment.
    pub(super) async fn told(self, at: &str) -> Result<Then<'c>, Error> {
        let now = Timestamp::now();
        let at = at.trim();
        let mut time = Moment { choices: self.choices(now).await?, ..Moment::default() };
        let asked = if at.is_empty() { None } else { Some(parse(at, now)?) };
        let seq = match asked {
            None => None,
            Some(AsOf::Time(asked)) if asked >= now.as_millisecond() => {
                if !is_today(asked, now) {
                    time.note = "This moment is yet to come. You see the catalog as it is now.".to_owned();
                }
                at.clone_into(&mut time.at);
                time.words = "now".to_owned();
                time.field = field(now);
                return Ok(Then { reader: self, time, seq: None, view: None });
            }
            Some(asked) => Some(self.seq_of(asked).await?),
        };
        if let (Some(asked), Some(seq)) = (asked, seq) {
            at.clone_into(&mut time.at);
            let shown = match asked {
                AsOf::Time(shown) => Some(shown),
                AsOf::Seq(_) => store::time_of(self.database(), seq).await?,
            };
            let shown = shown.and_then(|shown| Timestamp::from_millisecond(shown).ok());
            time.words = match (asked, shown) {
                (AsOf::Seq(_), Some(shown)) => format!("version {seq}, {}", words(shown)),
                (_, Some(shown)) => words(shown),
                (_, None) => format!("version {seq}"),
            };
            time.field = shown.map(field).unwrap_or_default();
            if seq <= 0 {
                let began = store::began(self.database()).await?;
                let began = began.and_then(|began| Timestamp::from_millisecond(began).ok());
                time.note = began.map_or_else(
                    || "The log is empty: nothing is known of any moment.".to_owned(),
                    |began| {
                        format!("The log begins on {}. Nothing is known of the time before.", words(began))
                    },
                );
            }
        }
        Ok(Then { reader: self, time, seq, view: None })
    }

    /// Moments that are offered: times of people, then the last changes of the log.
    async fn choices(self, now: Timestamp) -> Result<Vec<(String, String)>, Error> {
        let mut choices = usual(Offset::UTC.to_datetime(now));
        let newest = self.view(View::seq);
        let kept = self.catalog().inner.past.changes(newest);
        let changes = match kept {
            Some(changes) => changes,
            None => {
                let marks = store::newest_marks(self.database(), LOOK_BACK).await?;
                self.catalog().inner.past.keep_changes(newest, last_changes(&marks))
            }
        };
        choices.extend(changes);
        Ok(choices)
    }
}

impl Then<'_> {
    /// Reads the view of the moment.
    pub(super) fn view<R>(&self, read: impl FnOnce(&View) -> R) -> R {
        match &self.view {
            Some(view) => read(view),
            None => self.reader.view(read),
        }
    }

    /// Whether the page is about the past: what is known of now alone does not belong on it.
    pub(super) fn is_past(&self) -> bool {
        self.seq.is_some()
    }
}

/// Reads a date (its end), a minute (its end), a time with or without an offset, `-7d` and the like (so long ago), or a
/// `seq`. Without an offset it is UTC.
fn parse(text: &str, now: Timestamp) -> Result<AsOf, Error> {
    if let Ok(seq) = text.parse::<u32>() {
        return Ok(AsOf::Seq(i64::from(seq)));
    }
    time(text, now).map(|time| AsOf::Time(time.as_millisecond())).ok_or_else(|| {
        Error::input(format!(
            "{text:?} is not a moment. Write a date such as 2026-11-17, a time such as 2026-11-17T09:30 (UTC), -7d for \
             seven days ago, or the number of a version."
        ))
    })
}

fn time(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(ago) = text.strip_prefix('-') {
        let (number, unit) = ago.split_at_checked(ago.len().checked_sub(1)?)?;
        let hours = match unit {
            "h" => 1,
            "d" => 24,
            "w" => 7 * 24,
            _ => return None,
        };
        let ago = number.parse::<u32>().ok()?;
        return now.checked_sub(SignedDuration::from_hours(i64::from(ago) * hours)).ok();
    }
    // A plus sign that stands in an address as it is means a space there.
    let text = match text.split_once('T') {
        Some((date, time)) => format!("{date}T{}", time.replace(' ', "+")),
        None => text.to_owned(),
    };
    let pieces = Pieces::parse(&text).ok()?;
    let clock = text.split_once(['T', ' ']).map_or("", |(_, time)| time);
    let clock = clock.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
    // What is named less exactly is meant whole: the last moment of the day, minute or second.
    let span = match (pieces.time(), clock.matches(':').count()) {
        (None, _) => 24.hours(),
        (Some(_), 1) => 1.minute(),
        (Some(time), _) if time.subsec_nanosecond() == 0 => 1.second(),
        (Some(_), _) => 1.millisecond(),
    };
    let begin = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let begin = pieces.to_numeric_offset().unwrap_or(Offset::UTC).to_timestamp(begin).ok()?;
    begin.checked_add(span).ok()?.checked_sub(1.millisecond()).ok()
}

/// A date is over when its day is, so that of today stands for now without a word.
fn is_today(asked: i64, now: Timestamp) -> bool {
    let day = |at: Timestamp| Offset::UTC.to_datetime(at).date();
    Timestamp::from_millisecond(asked).is_ok_and(|asked| day(asked) == day(now))
}

/// "17 Nov 2026, 23:59 UTC".
fn words(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// Unix milliseconds in words.
pub(super) fn clock(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms).map(words).unwrap_or_default()
}

/// What a field for date and time holds.
fn field(at: Timestamp) -> String {
    at.strftime(FIELD).to_string()
}

/// An hour, the last days by name, a month.
fn usual(now: DateTime) -> Vec<(String, String)> {
    let mut choices = Vec::new();
    if let Ok(hour) = now.checked_sub(1.hour()) {
        choices.push(("An hour ago".to_owned(), hour.strftime(FIELD).to_string()));
    }
    let day = |ago: i64| now.date().checked_sub(ago.days()).ok();
    let named = |name: &str, date: Date| (date.strftime(name).to_string(), date.to_string());
    for ago in 1..=DAYS {
        let name = if ago == 1 { "Yesterday, %-d %b" } else { "%A, %-d %b" };
        choices.extend(day(ago).map(|date| named(name, date)));
    }
    choices.extend(now.date().checked_sub(1.month()).ok().map(|date| named("A month ago, %-d %b", date)));
    choices
}

/// The moments just before the last changes, from versions with their times, newest first. What was written at once is one
/// change.
fn last_changes(marks: &[(i64, i64)]) -> Vec<(String, String)> {
    let changes = marks.chunk_by(|one, other| one.1 == other.1);
    let before = |change: &[(i64, i64)]| {
        let (first, time) = *change.last()?;
        let time = Timestamp::from_millisecond(time).ok()?;
        // Before the first change nothing was known; and of one that is not seen whole, the beginning is not known.
        (first > 1 && change.len() < marks.len()).then(|| {
            (time.strftime("Before the change of %-d %b, %H:%M:%S").to_string(), (first - 1).to_string())
        })
    };
    changes.filter_map(before).take(CHANGES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T16:30:33Z".parse().expect("a time")
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2026-11-17", "2026-11-17T23:59:59.999Z"),
            ("2026-11-17T09:30", "2026-11-17T09:30:59.999Z"),
            ("2026-11-17 09:30", "2026-11-17T09:30:59.999Z"),
            ("2026-11-17T09:30Z", "2026-11-17T09:30:59.999Z"),
            ("2026-11-17T09:30:15", "2026-11-17T09:30:15.999Z"),
            ("2026-11-17T09:30:15.25Z", "2026-11-17T09:30:15.25Z"),
            ("2026-11-17T09:30+01:00", "2026-11-17T08:30:59.999Z"),
            ("2026-11-17T09:30 01:00", "2026-11-17T08:30:59.999Z"),
            ("2026-11-17T09:30-05:00", "2026-11-17T14:30:59.999Z"),
            ("-1h", "2026-11-24T15:30:33Z"),
            ("-7d", "2026-11-17T16:30:33Z"),
            ("-1w", "2026-11-17T16:30:33Z"),
        ] {
            let expected: Timestamp = expected.parse().expect("a time");
            assert_eq!(parse(text, now()).ok(), Some(AsOf::Time(expected.as_millisecond())), "{text}");
        }
        assert_eq!(parse("42", now()).ok(), Some(AsOf::Seq(42)));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "-7",
            "-d",
            "-7y",
            "-é",
            "-99999999999d",
            "-4000000000w",
            "99999999999999999999",
            "9999-12-31T23:59-23:59",
            "T09:30",
            "2026-11-17T",
            "2026-11-17T09:30[Nowhere/Else]x",
        ] {
            assert!(parse(text, now()).is_err(), "{text} is {:?}", parse(text, now()).ok());
        }
    }

    #[test]
    fn a_week_is_offered_by_day() {
        let choices = usual(Offset::UTC.to_datetime(now()));
        let choices: Vec<String> = choices.into_iter().map(|(name, at)| format!("{name} = {at}")).collect();
        insta::assert_snapshot!(choices.join("\n"), @r"
        An hour ago = 2026-11-24T15:30
        Yesterday, 23 Nov = 2026-11-23
        Sunday, 22 Nov = 2026-11-22
        Saturday, 21 Nov = 2026-11-21
        Friday, 20 Nov = 2026-11-20
        Thursday, 19 Nov = 2026-11-19
        Wednesday, 18 Nov = 2026-11-18
        Tuesday, 17 Nov = 2026-11-17
        A month ago, 24 Oct = 2026-10-24
        ");
    }

    #[test]
    fn what_was_written_at_once_is_one_change() {
        let at = |seq: i64, second: i64| (seq, second * 1_000);
        let marks = [at(7, 30), at(6, 20), at(5, 20), at(4, 10), at(3, 1), at(2, 1), at(1, 1)];
        let changes: Vec<String> =
            last_changes(&marks).into_iter().map(|(name, at)| format!("{name} = {at}")).collect();
        insta::assert_snapshot!(changes.join("\n"), @r"
        Before the change of 1 Jan, 00:00:30 = 6
        Before the change of 1 Jan, 00:00:20 = 4
        Before the change of 1 Jan, 00:00:10 = 3
        ");
        assert_eq!(last_changes(&marks[4..]), [], "before the first change nothing was known");
        assert_eq!(last_changes(&[at(9, 1), at(8, 1)]), [], "nobody knows where it began");
    }
}
