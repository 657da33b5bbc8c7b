//! The search keys of an entity: dotted paths to its leaves, in lower case.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use crate::Entity;

/// Longest key and longest value that can be searched for, in characters.
const MAX_LENGTH: usize = 200;
/// Roots that are not searched: relations have an index of their own, the others are not facts about the entity.
const SKIPPED_ROOTS: [&str; 3] = ["attachments", "relations", "status"];

/// A value under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// The key exists, its value is null.
    Null,
    /// A text, or a number or boolean as text.
    Text {
        /// As written.
        original: &'a str,
        /// In lower case; what filters compare.
        lower: &'a str,
    },
    /// The key exists, its value is too long to be searched for.
    TooLong,
}

/// Calls `visit` with each key (lower case) and value of an entity. The items of a list stand under the key of the
/// list; texts also stand as `key.item` with the value `true`.
pub fn flatten(entity: &Entity, visit: &mut dyn FnMut(&str, Leaf<'_>)) {
    flatten_map(entity.as_map(), visit);
}

pub(crate) fn flatten_map(map: &Map<String, Value>, visit: &mut dyn FnMut(&str, Leaf<'_>)) {
    let mut path = String::with_capacity(64);
    for (key, value) in map {
        if SKIPPED_ROOTS.contains(&key.as_str()) {
            continue;
        }
        push_lower(&mut path, key);
        walk(&mut path, value, visit);
        path.clear();
    }
}

fn walk(path: &mut String, value: &Value, visit: &mut dyn FnMut(&str, Leaf<'_>)) {
    match value {
        Value::Object(map) => {
            let length = path.len();
            for (key, value) in map {
                path.push('.');
                push_lower(path, key);
                walk(path, value, visit);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for item in items {
                walk(path, item, visit);
                if let Value::String(text) = item {
                    let length = path.len();
                    path.push('.');
                    push_lower(path, text);
                    leaf(path, "true", visit);
                    path.truncate(length);
                }
            }
        }
        Value::Null => {
            if is_short(path) {
                visit(path, Leaf::Null);
            }
        }
        Value::String(text) => leaf(path, text, visit),
        Value::Bool(true) => leaf(path, "true", visit),
        Value::Bool(false) => leaf(path, "false", visit),
        Value::Number(number) => leaf(path, &number_text(number), visit),
    }
}

fn leaf(path: &str, original: &str, visit: &mut dyn FnMut(&str, Leaf<'_>)) {
    if !is_short(path) {
        return;
    }
    if !is_short(original) {
        return visit(path, Leaf::TooLong);
    }
    let lower = lower(original);
    visit(path, Leaf::Text { original, lower: &lower });
}

fn is_short(text: &str) -> bool {
    text.len() <= MAX_LENGTH || text.chars().count() <= MAX_LENGTH
}

/// Lower case, without a copy where it is so already.
fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// Appends in lower case; keys such as `dependsOn` are frequent and need no copy of their own.
fn push_lower(path: &mut String, key: &str) {
    if key.is_ascii() {
        path.extend(key.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        path.push_str(&key.to_lowercase());
    }
}

/// A number as JavaScript prints it: `1.0` is `1`.
pub(crate) fn number_text(number: &Number) -> String {
    /// Beyond it JavaScript switches to exponents, and whole numbers are no longer exact anyway.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= MAX_EXACT => {
            // Adding zero turns the negative zero into zero.
            format!("{:.0}", float + 0.0)
        }
        _ => number.to_string(),
    }
}
