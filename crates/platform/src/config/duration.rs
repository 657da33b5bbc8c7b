//! Durations in the three forms that Backstage knows: `{ minutes: 5 }`, `PT5M` and `5m`.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

/// A length of time from the configuration. A month counts 30 days, a year 365.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigDuration(pub Duration);

const SECOND: f64 = 1.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

const EXPECTED: &str =
    "a duration: an object such as { minutes: 5 }, an ISO 8601 text such as PT5M, or a text such as 5m";

impl ConfigDuration {
    fn from_seconds(seconds: f64) -> Option<Self> {
        Duration::try_from_secs_f64(seconds).ok().map(Self)
    }
}

impl std::str::FromStr for ConfigDuration {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let seconds = match text.strip_prefix(['P', 'p']) {
            Some(iso) => iso_seconds(iso),
            None => short_seconds(text),
        };
        seconds.and_then(Self::from_seconds).ok_or(EXPECTED)
    }
}

/// `1Y2M3W4DT5H6M7S`: the parts in this order, each at most once, at least one of them.
fn iso_seconds(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = parts(date, &[('Y', 365.0 * DAY), ('M', 30.0 * DAY), ('W', 7.0 * DAY), ('D', DAY)])?;
    Some(date + parts(time, &[('H', HOUR), ('M', MINUTE), ('S', SECOND)])?)
}

fn parts(mut text: &str, mut units: &[(char, f64)]) -> Option<f64> {
    let mut seconds = 0.0;
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = text[end..].chars().next()?.to_ascii_uppercase();
        let index = units.iter().position(|(name, _)| *name == unit)?;
        seconds += amount(&text[..end])? * units[index].1;
        units = &units[index + 1..];
        text = &text[end + 1..];
    }
    Some(seconds)
}

/// `5m`, `1.5 hours`; without a unit milliseconds, as everywhere in JavaScript.
fn short_seconds(text: &str) -> Option<f64> {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let unit = match text[end..].to_ascii_lowercase().as_str() {
        "" | "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => SECOND / 1000.0,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "y" | "yr" | "yrs" | "year" | "years" => 365.0 * DAY,
        _ => return None,
    };
    Some(amount(text[..end].trim_end())? * unit)
}

fn amount(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| text.parse().ok()).flatten()
}

impl<'de> Deserialize<'de> for ConfigDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = ConfigDuration;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut seconds = None;
                while let Some((unit, amount)) = map.next_entry::<String, f64>()? {
                    let unit = match unit.as_str() {
                        "milliseconds" => SECOND / 1000.0,
                        "seconds" => SECOND,
                        "minutes" => MINUTE,
                        "hours" => HOUR,
                        "days" => DAY,
                        "weeks" => 7.0 * DAY,
                        "months" => 30.0 * DAY,
                        "years" => 365.0 * DAY,
                        _ => return Err(A::Error::unknown_field(&unit, &UNITS)),
                    };
                    seconds = Some(seconds.unwrap_or(0.0) + amount * unit);
                }
                seconds
                    .and_then(ConfigDuration::from_seconds)
                    .ok_or_else(|| A::Error::invalid_value(serde::de::Unexpected::Map, &self))
            }
        }

        deserializer.deserialize_any(Form)
    }
}

const UNITS: [&str; 8] = ["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];
