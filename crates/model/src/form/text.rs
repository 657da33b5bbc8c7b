//! What stands in an input, and what was typed as a value.

use serde_json::{Number, Value};

use super::Choice;
use super::choices::plain;
use super::field::{Control, Field, TextKind};
use super::picker::{ALLOWED, Picker, parts_of_host, repository};

/// Most entries of a list that is typed.
const MAX_TYPED: usize = 1_000;

/// What an input says of a value.
#[derive(Debug, PartialEq)]
pub(super) enum Typed {
    /// The value is this.
    Set(Value),
    /// There is none.
    Clear,
    /// Nothing was said.
    Keep,
    /// It is a secret.
    Secret(String),
}

impl Field {
    /// What stands in the input for the value.
    #[must_use]
    pub fn text(&self) -> String {
        let Some(value) = &self.value else { return String::new() };
        match &self.control {
            Control::Text { kind: TextKind::DateTime } => {
                plain(value).trim_end_matches(['Z', 'z']).to_owned()
            }
            Control::Hidden { json: true } => value.to_string(),
            Control::Json => match value {
                Value::String(text) if serde_json::from_str::<Value>(text).is_err() => text.clone(),
                other => serde_json::to_string_pretty(other).unwrap_or_default(),
            },
            Control::Picker { picker, .. } if picker.is_list() => match value {
                Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
                other => plain(other),
            },
            _ => plain(value),
        }
    }

    /// Reads what was sent under the name of this field. `part` finds what was sent for one of its parts.
    pub(super) fn typed<'a>(&self, sent: &[&str], part: impl Fn(&str) -> Option<&'a str>) -> Typed {
        let last = sent.last().copied().unwrap_or_default();
        match &self.control {
            Control::Text { kind } => self.typed_text(&match kind {
                TextKind::DateTime => moment(last),
                TextKind::Time => clock(last),
                _ => last.to_owned(),
            }),
            Control::TextArea { .. } => self.typed_text(&last.replace("\r\n", "\n")),
            Control::Number { .. } => typed_number(last),
            Control::Checkbox { .. } => {
                Typed::Set(Value::Bool(sent.iter().any(|sent| matches!(*sent, "true" | "on"))))
            }
            Control::Choice { choices, .. } => match chosen(choices, last) {
                Some(choice) => Typed::Set(choice.value.clone()),
                None if last.is_empty() => self.emptied(),
                None => Typed::Set(Value::String(last.to_owned())),
            },
            Control::Choices { choices, .. } => {
                let is_sent = |choice: &&Choice| sent.contains(&choice.posted.as_str());
                Typed::Set(choices.iter().filter(is_sent).map(|choice| choice.value.clone()).collect())
            }
            Control::File { many: false, .. } => match last {
                url if url.starts_with("data:") => Typed::Set(Value::String(url.to_owned())),
                _ => Typed::Keep,
            },
            Control::File { many: true, .. } => {
                let mut files = self.value.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
                let before = files.len();
                files.extend(sent.iter().filter(|url| url.starts_with("data:")).map(|url| Value::from(*url)));
                if files.len() == before { Typed::Keep } else { Typed::Set(Value::Array(files)) }
            }
            Control::Picker { picker: Picker::RepoUrlPicker, parts } if sent.is_empty() => {
                let value_of = |key| part(&parts.iter().find(|part| part.key == key)?.name);
                match repository(value_of) {
                    Some(url) if !self.is_only_preselected(value_of) => Typed::Set(Value::String(url)),
                    _ => Typed::Clear,
                }
            }
            Control::Picker { picker, .. } if picker.is_list() => {
                let words = sent.iter().flat_map(|sent| sent.split([',', '\n', '\r', '\t', ' ']));
                let mut items: Vec<Value> = Vec::new();
                for word in words.filter(|word| !word.is_empty()).take(MAX_TYPED) {
                    let word = Value::from(word);
                    if !items.contains(&word) {
                        items.push(word);
                    }
                }
                Typed::Set(Value::Array(items))
            }
            Control::Picker { .. } => self.typed_text(last.trim()),
            Control::Secret { .. } if last.is_empty() => Typed::Keep,
            Control::Secret { .. } => Typed::Secret(last.to_owned()),
            Control::Hidden { json: false } => self.typed_text(last),
            Control::Hidden { json: true } | Control::Json => match last.trim() {
                "" => Typed::Clear,
                text => Typed::Set(serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))),
            },
            Control::Object { .. } | Control::Array { .. } | Control::Note => Typed::Keep,
        }
    }

    fn typed_text(&self, text: &str) -> Typed {
        if text.is_empty() { self.emptied() } else { Typed::Set(Value::String(text.to_owned())) }
    }

    /// Whether nothing stands in the parts of a `repoUrl` but what the page chose itself, and that is no repository yet.
    fn is_only_preselected<'a>(&self, value_of: impl Fn(&'static str) -> Option<&'a str>) -> bool {
        let only = |key: &str| match self.options.get(key).and_then(Value::as_array).map(Vec::as_slice) {
            Some([Value::String(only)]) => Some(only.as_str()),
            _ => None,
        };
        let value = |key| value_of(key).map(str::trim).filter(|value| !value.is_empty());
        let is_complete =
            parts_of_host(value("host").unwrap_or_default()).iter().all(|key| value(key).is_some());
        let is_preselected = |(key, option)| value(key).is_none_or(|value| only(option) == Some(value));
        !is_complete && ALLOWED.into_iter().all(is_preselected)
    }

    /// `ui:emptyValue`, or nothing.
    fn emptied(&self) -> Typed {
        self.options.get("emptyValue").cloned().map_or(Typed::Clear, Typed::Set)
    }
}

fn chosen<'c>(choices: &'c [Choice], posted: &str) -> Option<&'c Choice> {
    choices.iter().find(|choice| choice.posted == posted)
}

/// A number as JSON writes it. What is none stays text, so that it is still there when it is found wrong.
fn typed_number(text: &str) -> Typed {
    let text = text.trim();
    if text.is_empty() {
        return Typed::Clear;
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    let number = plain.parse::<i64>().map(Number::from).or_else(|_| plain.parse::<u64>().map(Number::from));
    let is_digits = plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
    let number = number.ok().or_else(|| {
        let number = plain.parse::<f64>().ok().filter(|_| is_digits)?;
        Number::from_f64(number)
    });
    Typed::Set(number.map_or_else(|| Value::from(text), Value::Number))
}

/// What an input for moments sends (`2026-11-17T09:30`) as a moment in UTC (RFC 3339).
fn moment(text: &str) -> String {
    let (Some(day), Some(time)) = (text.get(..10), text.get(11..)) else { return text.to_owned() };
    let time = clock(time);
    if text.get(10..11) == Some("T") && is_clock(&time) { format!("{day}T{time}Z") } else { text.to_owned() }
}

/// A time of day with seconds.
fn clock(text: &str) -> String {
    let is_short = text.len() == 5 && is_digits(text, &[0, 1, 3, 4]) && text.get(2..3) == Some(":");
    if is_short { format!("{text}:00") } else { text.to_owned() }
}

/// Whether a text is a time of day with seconds and without an offset.
pub(super) fn is_clock(text: &str) -> bool {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    seconds.len() == 8
        && is_digits(seconds, &[0, 1, 3, 4, 6, 7])
        && seconds.get(2..3) == Some(":")
        && seconds.get(5..6) == Some(":")
        && (1..=3).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a moment is one in UTC, as an input for moments can show it.
pub(super) fn is_utc(text: &str) -> bool {
    text.get(10..11) == Some("T")
        && text.get(..10).is_some_and(|day| is_digits(day, &[0, 1, 2, 3, 5, 6, 8, 9]))
        && text.get(11..).and_then(|time| time.strip_suffix('Z')).is_some_and(is_clock)
}

fn is_digits(text: &str, places: &[usize]) -> bool {
    places.iter().all(|place| text.as_bytes().get(*place).is_some_and(u8::is_ascii_digit))
}

/// A text short enough for a message.
pub(super) fn shorten(text: &str) -> String {
    const MAX: usize = 100;
    match text.char_indices().nth(MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
