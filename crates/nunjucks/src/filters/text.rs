//! Filters that make text out of text.

use std::borrow::Cow;

use super::Given;
use crate::budget::Budget;
use crate::error::Failure;
use crate::lexer::is_white;
use crate::methods::replaced;
use crate::units::{Units, count, length};
use crate::value::Value;

/// Applies a filter; nothing if it is none of these.
pub(super) fn call(name: &str, of: &Value, given: &Given, budget: &Budget) -> Result<Option<Value>, Failure> {
    // `undefined`, `null` and `false` are no text.
    let nothing = of.is_nothing() || matches!(of, Value::Bool(false));
    let text = if nothing { "".into() } else { of.to_text() };
    let text: &str = &text;
    let made: Cow<'_, str> = match name {
        "lower" => text.to_lowercase().into(),
        "upper" => text.to_uppercase().into(),
        "capitalize" => capitalized(text).into(),
        "title" => text.split(' ').map(capitalized).collect::<Vec<_>>().join(" ").into(),
        "trim" => text.trim_matches(is_white).into(),
        "string" => return Ok(Some(of.like(of.printed()))),
        "center" => {
            let missing = given.count(0, "width", 80).saturating_sub(length(text));
            budget.bytes(missing)?;
            // As Nunjucks does it, the odd blank goes behind.
            let (before, after) = (missing / 2, missing.div_ceil(2));
            format!("{}{text}{}", " ".repeat(before), " ".repeat(after)).into()
        }
        "indent" => {
            let width = given.count(0, "width", 4);
            let lines = text.split('\n').count();
            budget.bytes(width.saturating_mul(lines))?;
            let (blanks, first) = (" ".repeat(width), given.get(1, "indentfirst").is_truthy());
            let line = |(place, line): (usize, &str)| {
                if text.is_empty() || (place == 0 && !first) {
                    line.to_owned()
                } else {
                    format!("{blanks}{line}")
                }
            };
            text.split('\n').enumerate().map(line).collect::<Vec<_>>().join("\n").into()
        }
        "replace" => return replace(of, given, budget).map(Some),
        "truncate" => truncated(text, given).into(),
        "wordcount" => {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let words = text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).count();
            return Ok(Some(if words == 0 { Value::Null } else { Value::number(words) }));
        }
        "urlencode" => urlencoded(of).into(),
        _ => return Ok(None),
    };
    budget.bytes(made.len())?;
    Ok(Some(of.like(made)))
}

fn capitalized(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut characters = lower.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn replace(of: &Value, given: &Given, budget: &Budget) -> Result<Value, Failure> {
    let (old, new, most) = (given.get(0, "old"), given.get(1, "new").to_text(), given.get(2, "count"));
    if matches!(old, Value::Regex(_)) {
        return Ok(of.like(replaced(&of.to_text(), &old, &new, false, budget)?));
    }
    let (Value::Number(_) | Value::Text(_)) = old else { return Ok(of.clone()) };
    let (Value::Number(_) | Value::Text(_) | Value::Safe(_)) = of else { return Ok(of.clone()) };
    let (text, old) = (of.to_text(), old.to_text());
    let most =
        if most.is_nothing() || most.to_number() == -1.0 { usize::MAX } else { count(most.to_number()) };
    let found = text.matches(&*old).count().min(most);
    budget.bytes(text.len().saturating_add(found.saturating_mul(new.len())))?;
    Ok(match (found, &*old) {
        (0, _) => of.clone(),
        (_, "") => of.like(text.replace("", &new)),
        _ => of.like(text.replacen(&*old, &new, most)),
    })
}

fn truncated(text: &str, given: &Given) -> String {
    let most = match given.count(0, "length", 0) {
        0 => 255,
        most => most,
    };
    let units = Units::of(text);
    if units.len() <= most {
        return text.to_owned();
    }
    let mut end = most;
    if !given.get(1, "killwords").is_truthy() {
        let part = units.slice(0, most + 1);
        end = part.rfind(' ').map_or(most, |byte| Units::place_of(&part, byte));
    }
    let dots = given.text(2, "end");
    format!("{}{}", units.slice(0, end), dots.as_deref().unwrap_or("..."))
}

/// What a part of an address may hold as it is (ECMA-262, `encodeURIComponent`).
const COMPONENT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn urlencoded(of: &Value) -> String {
    let encode =
        |value: &Value| percent_encoding::utf8_percent_encode(&value.to_text(), &COMPONENT).to_string();
    let pairs: Vec<(Value, Value)> = match of {
        Value::List(items) => {
            let items = items.borrow();
            let member = |item: &Value, place: usize| crate::methods::member(item, &Value::number(place));
            items.iter().map(|item| (member(item, 0), member(item, 1))).collect()
        }
        Value::Object(_) => {
            super::object_pairs(of).into_iter().map(|(key, value)| (Value::text(key), value)).collect()
        }
        other => return encode(&Value::Text(other.printed())),
    };
    pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
