//! What a scalar means: the core schema of YAML 1.2, with the numbers of JavaScript.

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

/// A scalar with its meaning.
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// May be infinite or not a number.
    Number(f64),
    Text(String),
}

/// Settles what `text` means. A tag that is not of the core schema makes it text, as the JavaScript library does.
pub(super) fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Scalar {
    let core = |name: &str| tag.is_some_and(|tag| tag.is_yaml_core_schema_tag(name));
    let implied = match tag {
        None if style == ScalarStyle::Plain => plain(text),
        Some(_) if core("null") || core("bool") || core("int") || core("float") => plain(text),
        _ => None,
    };
    let wanted = tag.is_none()
        || match implied {
            Some(Scalar::Null) => core("null"),
            Some(Scalar::Bool(_)) => core("bool"),
            Some(Scalar::Number(_)) => core("int") || core("float"),
            Some(Scalar::Text(_)) | None => false,
        };
    implied.filter(|_| wanted).unwrap_or_else(|| Scalar::Text(text.to_owned()))
}

/// The meaning of plain text that is not just text.
fn plain(text: &str) -> Option<Scalar> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
        "true" | "True" | "TRUE" => Some(Scalar::Bool(true)),
        "false" | "False" | "FALSE" => Some(Scalar::Bool(false)),
        _ => number(text).map(Scalar::Number),
    }
}

fn number(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    // Most scalars are words: one look at the first byte settles it.
    if !matches!(bytes.first()?, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let (negative, unsigned) = match bytes[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |value: f64| if negative { -value } else { value };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    is_decimal(unsigned).then(|| unsigned.parse().ok()).flatten().map(signed)
}

/// `digits[.digits][e[sign]digits]` with a digit on at least one side of the dot.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits
        .chars()
        .try_fold(0.0, |value, digit| Some(value * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
}

impl Scalar {
    /// The value in JSON, where infinity and "not a number" are null.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(value) => json_number(value),
            Self::Text(text) => Value::String(text),
        }
    }

    /// The text when it is a mapping's key: what `String(value)` gives in JavaScript, and nothing for null.
    pub(super) fn into_key(self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) if value.is_nan() => "NaN".to_owned(),
            Self::Number(value) if value.is_infinite() => {
                if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
            }
            Self::Number(value) => json_number(value).to_string(),
            Self::Text(text) => text,
        }
    }
}

/// JavaScript has one kind of number, and prints whole ones up to 1e21 with their digits alone.
fn json_number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e21 {
        let digits = format!("{value}");
        if let Ok(whole) = digits.parse::<i64>() {
            return whole.into();
        }
        if let Ok(whole) = digits.parse::<u64>() {
            return whole.into();
        }
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
