//! What can be chosen: `enum`, or `oneOf` and `anyOf` of constants.

use serde::Serialize;
use serde_json::{Map, Value};

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// The value.
    pub value: Value,
    /// How the input sends it: as it is if all values are texts, else as JSON.
    pub posted: String,
    /// What it is called.
    pub title: String,
    /// What it means.
    pub description: Option<String>,
    /// Whether it can't be chosen now (`ui:enumDisabled`).
    pub disabled: bool,
    /// Whether it is chosen.
    pub selected: bool,
}

/// A value with a name, before it is known how it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub(super) value: Value,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// The single value that a schema allows.
pub(super) fn constant(schema: &Value) -> Option<&Value> {
    match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(values)), _) if values.len() == 1 => values.first(),
        (_, value) => value,
    }
}

/// The names of a list of constants.
pub(super) fn named(options: &[Value]) -> Option<Vec<Named>> {
    let text = |schema: &Value, key: &str| schema.get(key).and_then(Value::as_str).map(str::to_owned);
    let one = |schema: &Value| {
        Some(Named {
            value: constant(schema)?.clone(),
            title: text(schema, "ui:title").or_else(|| text(schema, "title")),
            description: text(schema, "description"),
        })
    };
    if options.is_empty() { None } else { options.iter().map(one).collect() }
}

/// The names of an `enum`; `ui:enumNames` come before `enumNames`.
pub(super) fn enumerated(schema: &Map<String, Value>, options: &Map<String, Value>) -> Option<Vec<Named>> {
    let Some(Value::Array(values)) = schema.get("enum") else { return None };
    let titles = options.get("enumNames").or_else(|| schema.get("enumNames"));
    let title = |position: usize, value: &Value| {
        let title = match titles? {
            Value::Array(titles) => titles.get(position)?,
            // As later versions of rjsf have them: by value.
            Value::Object(titles) => titles.get(&plain(value))?,
            _ => return None,
        };
        Some(plain(title)).filter(|title| !title.is_empty())
    };
    let named = |(position, value): (usize, &Value)| Named {
        value: value.clone(),
        title: title(position, value),
        description: None,
    };
    Some(values.iter().enumerate().map(named).collect())
}

/// Choices as they are drawn. `disabled` are the values that can't be chosen.
pub(super) fn choices(named: Vec<Named>, disabled: Option<&Value>, chosen: &[&Value]) -> Vec<Choice> {
    // An empty text would be what an input sends for nothing.
    let are_texts = named.iter().all(|choice| choice.value.as_str().is_some_and(|text| !text.is_empty()));
    let choice = |Named { value, title, description }| Choice {
        posted: if are_texts { plain(&value) } else { value.to_string() },
        title: title.unwrap_or_else(|| plain(&value)),
        description,
        disabled: disabled.and_then(Value::as_array).is_some_and(|disabled| disabled.contains(&value)),
        selected: chosen.iter().any(|chosen| **chosen == value),
        value,
    };
    named.into_iter().map(choice).collect()
}

/// Yes and no, for booleans with a widget that shows both.
pub(super) fn yes_or_no(schema: &Map<String, Value>, options: &Map<String, Value>) -> Vec<Named> {
    let titles = options.get("enumNames").or_else(|| schema.get("enumNames")).and_then(Value::as_array);
    let title = |position: usize, or: &str| {
        let title = titles.and_then(|titles| titles.get(position)).and_then(Value::as_str);
        Some(title.unwrap_or(or).to_owned())
    };
    [(true, 0, "Yes"), (false, 1, "No")]
        .map(|(value, position, or)| Named {
            value: Value::Bool(value),
            title: title(position, or),
            description: None,
        })
        .into()
}

/// A value as text, texts without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
