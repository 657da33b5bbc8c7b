//! What is told before answers are sent (`ui:backstage.review`).

use serde::Serialize;
use serde_json::{Map, Value};

use super::field::{Control, Field, Form, TextKind};
use super::name;

/// What stands for what must not be seen.
const MASK: &str = "******";

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// JSON pointer to the value.
    pub pointer: String,
    /// What it is called.
    pub name: String,
    /// The value; choices by their titles, what is masked as its mask.
    pub value: Value,
}

/// The rows of all forms, and behind them what no form knows.
pub(super) fn rows(forms: &[Form], values: &Map<String, Value>) -> Vec<Row> {
    let mut found = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for form in forms {
        for field in form.root.parts() {
            let key = name::keys(&field.pointer).last().unwrap_or_default();
            if told.contains(&key) {
                continue;
            }
            add(field, &key, values.get(&key), &mut found);
            told.push(key);
        }
    }
    for (key, value) in values.iter().filter(|(key, _)| !told.contains(key)) {
        found.push(Row { pointer: name::child("", key), name: words(key), value: value.clone() });
    }
    found
}

fn add(field: &Field, path: &str, value: Option<&Value>, rows: &mut Vec<Row>) {
    let is_given = matches!(field.control, Control::Secret { given: true, .. });
    let is_hidden = !field.review.show && field.review.mask.is_none();
    if is_hidden || value.is_none() && !is_given || matches!(field.control, Control::Note) {
        return;
    }
    if let (Control::Object { fields, rest }, Some(Value::Object(members)), None, true) =
        (&field.control, value, &field.review.mask, field.review.explode)
    {
        for field in fields {
            let key = name::keys(&field.pointer).last().unwrap_or_default();
            add(field, &format!("{path}/{key}"), members.get(&key), rows);
        }
        let others = rest.as_ref().and_then(|rest| rest.value.as_ref()).and_then(Value::as_object);
        for (key, value) in others.into_iter().flatten() {
            let pointer = name::child(&field.pointer, key);
            rows.push(Row { pointer, name: words(&format!("{path}/{key}")), value: value.clone() });
        }
        return;
    }
    let name = field.review.name.clone().unwrap_or_else(|| words(path));
    let value = told(field, value.unwrap_or(&Value::Null)).unwrap_or_default();
    rows.push(Row { pointer: field.pointer.clone(), name, value });
}

/// A value as it is told; nothing if it is not.
fn told(field: &Field, value: &Value) -> Option<Value> {
    if let Some(mask) = &field.review.mask {
        return Some(Value::from(mask.as_str()));
    }
    if !field.review.show {
        return None;
    }
    Some(match (&field.control, value) {
        (Control::Secret { .. } | Control::Text { kind: TextKind::Password }, _) => Value::from(MASK),
        (Control::Choice { choices, .. }, value) => choices
            .iter()
            .find(|choice| choice.value == *value)
            .map_or_else(|| value.clone(), |choice| Value::from(choice.title.as_str())),
        (Control::Choices { choices, .. }, Value::Array(items)) => {
            let title = |item: &Value| {
                let choice = choices.iter().find(|choice| choice.value == *item);
                choice.map_or_else(|| item.clone(), |choice| Value::from(choice.title.as_str()))
            };
            items.iter().map(title).collect()
        }
        // The contents of a file are no reading.
        (Control::File { .. }, Value::String(url)) => Value::from(file_name(url)),
        (Control::File { .. }, Value::Array(urls)) => {
            urls.iter().filter_map(Value::as_str).map(file_name).collect()
        }
        (Control::Array { items, .. }, Value::Array(values)) => {
            items.iter().zip(values).filter_map(|(item, value)| told(&item.field, value)).collect()
        }
        (Control::Object { fields, .. }, Value::Object(members)) => {
            let told = |(key, value): (&String, &Value)| {
                let pointer = name::child(&field.pointer, key);
                match fields.iter().find(|field| field.pointer == pointer) {
                    Some(field) => Some((key.clone(), told(field, value)?)),
                    None => Some((key.clone(), value.clone())),
                }
            };
            Value::Object(members.iter().filter_map(told).collect())
        }
        (_, value) => value.clone(),
    })
}

/// The name in a `data:` URL (`data:text/plain;name=a.txt;base64,…`), or how large it is.
#[must_use]
pub fn file_name(url: &str) -> String {
    let head = url.split_once(',').map_or(url, |(head, _)| head);
    let name = head.split(';').find_map(|part| part.strip_prefix("name="));
    let name = name.map(|name| percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned());
    name.unwrap_or_else(|| format!("a file of {} bytes", url.len().saturating_sub(head.len() + 1) / 4 * 3))
}

/// A path such as `repo/ownerName` as words: `Repo > Owner Name`.
fn words(path: &str) -> String {
    path.split('/').filter(|key| !key.is_empty()).map(start_case).collect::<Vec<_>>().join(" > ")
}

/// Words with capitals, split at signs, at capitals behind small letters, and between letters and digits.
fn start_case(key: &str) -> String {
    let (mut words, mut last) = (String::new(), ' ');
    let mut letters = key.chars().peekable();
    while let Some(letter) = letters.next() {
        let next_is_small = letters.peek().is_some_and(|next| next.is_lowercase());
        if letter.is_alphanumeric() {
            let is_start = !last.is_alphanumeric()
                || last.is_lowercase() && letter.is_uppercase()
                || last.is_uppercase() && letter.is_uppercase() && next_is_small
                || last.is_numeric() != letter.is_numeric();
            if is_start {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.extend(letter.to_uppercase());
            } else {
                words.push(letter);
            }
        }
        last = letter;
    }
    words
}
