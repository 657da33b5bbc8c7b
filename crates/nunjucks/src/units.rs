//! Text as JavaScript counts it: in UTF-16 units.

use std::borrow::Cow;

use crate::value::Value;

/// A text whose places are UTF-16 units. Text of ASCII alone is not copied.
pub(crate) enum Units<'a> {
    Ascii(&'a str),
    Wide(Vec<u16>),
}

impl<'a> Units<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        if text.is_ascii() { Self::Ascii(text) } else { Self::Wide(text.encode_utf16().collect()) }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ascii(text) => text.len(),
            Self::Wide(units) => units.len(),
        }
    }

    /// The text from one place to another; half of a pair becomes the sign for what can't be shown.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Cow<'a, str> {
        let end = end.min(self.len());
        let start = start.min(end);
        match self {
            Self::Ascii(text) => Cow::Borrowed(&text[start..end]),
            Self::Wide(units) => Cow::Owned(String::from_utf16_lossy(&units[start..end])),
        }
    }

    /// The unit at a place.
    pub(crate) fn get(&self, place: usize) -> Option<u16> {
        match self {
            Self::Ascii(text) => text.as_bytes().get(place).copied().map(u16::from),
            Self::Wide(units) => units.get(place).copied(),
        }
    }

    /// The place of a byte of the text that these are the units of.
    pub(crate) fn place_of(text: &str, byte: usize) -> usize {
        text.get(..byte).map_or(0, |before| before.encode_utf16().count())
    }
}

/// How many UTF-16 units a text has.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// A place that may count from the end; `missing` if there is none.
pub(crate) fn relative(place: Option<&Value>, length: usize, missing: usize) -> usize {
    match place {
        None | Some(Value::Undefined) => missing,
        Some(place) => {
            let place = place.to_integer();
            if place < 0.0 { length.saturating_sub(count(-place)) } else { count(place).min(length) }
        }
    }
}

/// A number of things: not below 0, without a fraction.
pub(crate) fn count(number: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` stops at both ends")]
    let count = number as usize;
    count
}
