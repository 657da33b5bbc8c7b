//! Values to text, numbers and JSON and back, and what is equal to what: the rules of JavaScript (ECMA-262, sections 7.1
//! and 7.2).

use std::cmp::Ordering;
use std::rc::Rc;

use serde_json::{Map, Number, Value as Json};

use crate::budget::DEEPEST;
use crate::error::Failure;
use crate::lexer::is_white;
use crate::value::{Fields, Value};

impl Value {
    /// What JSON says.
    pub(crate) fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Self::text(text.as_str()),
            Json::Array(items) => Self::list(items.iter().map(Self::from_json).collect()),
            Json::Object(fields) => {
                Self::object(fields.iter().map(|(key, value)| (key.clone(), Self::from_json(value))))
            }
        }
    }

    /// As JSON; nothing for what JSON leaves out, such as `undefined` and functions.
    pub(crate) fn to_json(&self) -> Result<Option<Json>, Failure> {
        self.json_within(0)
    }

    fn json_within(&self, depth: usize) -> Result<Option<Json>, Failure> {
        if depth > DEEPEST {
            return Err(Failure::new(format!(
                "A value is nested more than {DEEPEST} deep, or contains itself."
            )));
        }
        Ok(Some(match self {
            Self::Undefined | Self::Function(_) => return Ok(None),
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(number) => json_number(*number),
            Self::Text(text) | Self::Safe(text) => Json::String(text.to_string()),
            Self::Regex(_) => Json::Object(Map::new()),
            Self::List(items) => {
                let items = items.borrow();
                let items = items.iter().map(|item| Ok(item.json_within(depth + 1)?.unwrap_or_default()));
                Json::Array(items.collect::<Result<_, Failure>>()?)
            }
            Self::Object(fields) => {
                let mut json = Map::new();
                for (key, value) in entries(fields) {
                    if let Some(value) = value.json_within(depth + 1)? {
                        json.insert(key, value);
                    }
                }
                Json::Object(json)
            }
        }))
    }

    /// As text.
    pub(crate) fn to_text(&self) -> Rc<str> {
        match self {
            Self::Text(text) | Self::Safe(text) => Rc::clone(text),
            other => {
                let mut text = String::new();
                other.write(&mut text, 0);
                text.into()
            }
        }
    }

    /// As text, where nothing is no text at all.
    pub(crate) fn printed(&self) -> Rc<str> {
        if self.is_nothing() { Rc::from("") } else { self.to_text() }
    }

    fn write(&self, text: &mut String, depth: usize) {
        match self {
            Self::Undefined => text.push_str("undefined"),
            Self::Null => text.push_str("null"),
            Self::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => text.push_str(ryu_js::Buffer::new().format(*number)),
            Self::Text(own) | Self::Safe(own) => text.push_str(own),
            Self::Object(_) => text.push_str("[object Object]"),
            Self::Regex(regex) => text.push_str(&regex.written()),
            Self::Function(_) => text.push_str("function"),
            Self::List(items) => {
                for (place, item) in items.borrow().iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                    }
                    if !item.is_nothing() && depth < DEEPEST {
                        item.write(text, depth + 1);
                    }
                }
            }
        }
    }

    /// Whether `if` follows it.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            // An object in JavaScript, and so never false.
            Self::Text(text) => !text.is_empty(),
            Self::Safe(_) | Self::List(_) | Self::Object(_) | Self::Regex(_) | Self::Function(_) => true,
        }
    }

    /// As a number.
    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) => *number,
            Self::Text(text) | Self::Safe(text) => number_of(text),
            other => number_of(&other.to_text()),
        }
    }

    /// As a whole number towards zero; what is none is 0.
    pub(crate) fn to_integer(&self) -> f64 {
        let number = self.to_number();
        if number.is_nan() { 0.0 } else { number.trunc() }
    }

    /// `===`
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::List(left), Self::List(right)) => Rc::ptr_eq(left, right),
            (Self::Object(left), Self::Object(right)) => Rc::ptr_eq(left, right),
            (Self::Regex(left), Self::Regex(right)) => Rc::ptr_eq(left, right),
            (Self::Function(left), Self::Function(right)) => Rc::ptr_eq(left, right),
            (left, right) => match (left.as_text(), right.as_text()) {
                (Some(left), Some(right)) => left == right,
                _ => false,
            },
        }
    }

    /// `==`
    pub(crate) fn is_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (left, right) if left.is_nothing() || right.is_nothing() => {
                left.is_nothing() && right.is_nothing()
            }
            (Self::List(_) | Self::Object(_) | Self::Function(_) | Self::Regex(_), right)
                if right.is_plain() =>
            {
                Self::Text(self.to_text()).is_equal(right)
            }
            (left, Self::List(_) | Self::Object(_) | Self::Function(_) | Self::Regex(_))
                if left.is_plain() =>
            {
                left.is_equal(&Self::Text(other.to_text()))
            }
            (Self::Bool(_) | Self::Number(_), right) if right.is_plain() => {
                self.to_number() == right.to_number()
            }
            (left, Self::Bool(_) | Self::Number(_)) if left.is_plain() => {
                left.to_number() == other.to_number()
            }
            (left, right) => left.is_same(right),
        }
    }

    /// A value that is no object.
    fn is_plain(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Safe(_))
    }

    /// How two values are ordered, if they are: text by its UTF-16 units, everything else as numbers.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        let as_text = |value: &Self| match value {
            Self::List(_) | Self::Object(_) | Self::Regex(_) | Self::Function(_) => Some(value.to_text()),
            value => value.as_text().cloned(),
        };
        match (as_text(self), as_text(other)) {
            (Some(left), Some(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
            _ => self.to_number().partial_cmp(&other.to_number()),
        }
    }

    /// Whether `+` puts it after text, and does not add it.
    pub(crate) fn is_text_to_add(&self) -> bool {
        !matches!(self, Self::Undefined | Self::Null | Self::Bool(_) | Self::Number(_))
    }
}

/// The fields of an object in the order of JavaScript: whole numbers first, by size, then the others as they were added.
pub(crate) fn entries(fields: &Fields) -> Vec<(String, Value)> {
    let index = |key: &str| key.parse::<u32>().ok().filter(|number| number.to_string() == key);
    let mut entries: Vec<_> =
        fields.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    if entries.iter().any(|(key, _)| index(key).is_some()) {
        entries.sort_by_key(|(key, _)| index(key).map_or((true, 0), |number| (false, number)));
    }
    entries
}

/// A number of JSON: whole ones without a fraction, what is none as `null`.
fn json_number(number: f64) -> Json {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    if number.fract() == 0.0 && number.abs() <= SAFE {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole and within what a double counts exactly"
        )]
        return Json::Number((number as i64).into());
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// The number that text stands for, as `Number(text)` says.
fn number_of(text: &str) -> f64 {
    let text = text.trim_matches(is_white);
    let radix = |prefix: [&str; 2], radix| {
        let digits = prefix.iter().find_map(|prefix| text.strip_prefix(prefix))?;
        u64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))
    };
    let whole = radix(["0x", "0X"], 16).or_else(|| radix(["0o", "0O"], 8)).or_else(|| radix(["0b", "0B"], 2));
    if let Some(whole) = whole {
        #[expect(clippy::cast_precision_loss, reason = "as JavaScript does")]
        return whole as f64;
    }
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust knows words for numbers that JavaScript does not.
        _ if text.contains(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E') => f64::NAN,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// The number that text begins with, as `parseFloat` reads it.
pub(crate) fn leading_number(text: &str) -> f64 {
    let text = text.trim_start_matches(is_white);
    let unsigned = text.trim_start_matches(['+', '-']);
    if text.len() - unsigned.len() <= 1 && unsigned.starts_with("Infinity") {
        return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    let longest = text.len() - text.trim_start_matches(is_part).len();
    // What is read is the longest beginning that is a number; no number is longer than a few hundred digits.
    let ends = (1..=longest.min(400)).rev();
    let number = ends.map(|end| &text[..end]).find_map(|part| part.parse::<f64>().ok());
    number.unwrap_or(f64::NAN)
}

/// The whole number that text begins with, as `parseInt` reads it.
pub(crate) fn leading_integer(text: &str, radix: f64) -> f64 {
    let text = text.trim_start_matches(is_white);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (radix, text) = match (radix, hex) {
        (0.0 | 16.0, Some(rest)) => (16, rest),
        (0.0, None) => (10, text),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 2 to 36")]
        (radix, _) if (2.0..=36.0).contains(&radix) => (radix as u32, text),
        _ => return f64::NAN,
    };
    let mut number = None;
    for digit in text.chars().map_while(|character| character.to_digit(radix)) {
        number = Some(number.unwrap_or(0.0) * f64::from(radix) + f64::from(digit));
    }
    number.map_or(f64::NAN, |number| sign * number)
}
