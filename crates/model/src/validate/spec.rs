//! `spec`: the fields that a kind asks for.

use serde_json::{Map, Value};

use super::{child, describe, shorten};
use crate::kind::{Field, Shape};
use crate::{ProblemCode, Violation};

/// Checks the fields of an object. Fields that are not listed may hold anything.
pub(super) fn check_object(
    object: &Map<String, Value>,
    fields: &[Field],
    pointer: &str,
    label: &str,
    violations: &mut Vec<Violation>,
) {
    for field in fields {
        match object.get(field.name) {
            Some(value) if !is_valid(value, field.shape) => {
                let (pointer, label) = (child(pointer, field.name), format!("{label}.{}", field.name));
                explain(value, field.shape, &pointer, &label, violations);
            }
            None if field.is_missing(object) => violations.push(Violation {
                pointer: pointer.to_owned(),
                code: ProblemCode::Spec,
                message: format!("`{label}.{}` is missing", field.name),
                found: None,
                allowed: Some(in_words(field.shape)),
            }),
            Some(_) | None => {}
        }
    }
}

/// The quick answer for the many values that are right.
fn is_valid(value: &Value, shape: Shape) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    match shape {
        Shape::Text => is_text(value),
        Shape::ShortText(max) => {
            is_text(value) && value.as_str().is_some_and(|text| text.chars().count() <= max)
        }
        Shape::OneOf(allowed) => value.as_str().is_some_and(|text| allowed.contains(&text)),
        Shape::Texts => value.as_array().is_some_and(|items| items.iter().all(is_text)),
        Shape::AnyText => value.is_string(),
        Shape::AnyTexts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        Shape::TextOrFlag => value.is_string() || value.is_boolean(),
        Shape::TextsByKey(fields) => value.as_object().is_some_and(|object| {
            has_fields(object, fields) && others(object, fields).all(|(_, v)| v.is_string())
        }),
        Shape::Object(fields) => value.as_object().is_some_and(|object| has_fields(object, fields)),
        Shape::Objects(min, fields) => value.as_array().is_some_and(|items| {
            items.len() >= min && items.iter().all(|item| is_valid(item, Shape::Object(fields)))
        }),
        Shape::ObjectOrObjects(fields) => {
            is_valid(value, Shape::Object(fields)) || is_valid(value, Shape::Objects(0, fields))
        }
    }
}

fn has_fields(object: &Map<String, Value>, fields: &[Field]) -> bool {
    fields.iter().all(|field| match object.get(field.name) {
        Some(value) => is_valid(value, field.shape),
        None => !field.is_missing(object),
    })
}

/// The members that have no field.
fn others<'a>(
    object: &'a Map<String, Value>,
    fields: &'static [Field],
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    object.iter().filter(|(key, _)| fields.iter().all(|field| field.name != key.as_str()))
}

/// Finds the innermost values that are wrong.
fn explain(value: &Value, shape: Shape, pointer: &str, label: &str, violations: &mut Vec<Violation>) {
    match (shape, value) {
        (Shape::Texts, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| !is_valid(item, Shape::Text)) {
                explain(
                    item,
                    Shape::Text,
                    &format!("{pointer}/{index}"),
                    &format!("{label}.{index}"),
                    violations,
                );
            }
        }
        (Shape::TextsByKey(fields), Value::Object(object)) => {
            check_object(object, fields, pointer, label, violations);
            for (key, other) in others(object, fields).filter(|(_, value)| !value.is_string()) {
                let (pointer, label) = (child(pointer, key), format!("{label}.{}", shorten(key)));
                explain(other, Shape::AnyText, &pointer, &label, violations);
            }
        }
        (Shape::Object(fields) | Shape::ObjectOrObjects(fields), Value::Object(object)) => {
            check_object(object, fields, pointer, label, violations);
        }
        (Shape::Objects(min, fields), Value::Array(items)) if items.len() >= min => {
            for (index, item) in items.iter().enumerate() {
                if !is_valid(item, Shape::Object(fields)) {
                    let (pointer, label) = (format!("{pointer}/{index}"), format!("{label}.{index}"));
                    explain(item, Shape::Object(fields), &pointer, &label, violations);
                }
            }
        }
        (Shape::ObjectOrObjects(fields), Value::Array(_)) => {
            explain(value, Shape::Objects(0, fields), pointer, label, violations);
        }
        _ => violations.push(Violation {
            pointer: pointer.to_owned(),
            code: ProblemCode::Spec,
            message: format!("`{label}` must be {}", in_words(shape)),
            found: Some(describe(value)),
            allowed: Some(in_words(shape)),
        }),
    }
}

/// A shape for people.
fn in_words(shape: Shape) -> String {
    match shape {
        Shape::Text => "a text that is not empty".to_owned(),
        Shape::ShortText(max) => format!("a text of 1 to {max} characters"),
        Shape::OneOf(allowed) => allowed.join(" or "),
        Shape::Texts => "a list of texts that are not empty".to_owned(),
        Shape::AnyText => "a text".to_owned(),
        Shape::AnyTexts => "a list of texts".to_owned(),
        Shape::TextsByKey(_) => "an object of texts".to_owned(),
        Shape::TextOrFlag => "a text, true or false".to_owned(),
        Shape::Object([]) => "an object".to_owned(),
        Shape::Object(fields) => format!("an object with {}", fields_in_words(fields)),
        Shape::Objects(0, fields) => format!("a list of objects with {}", fields_in_words(fields)),
        Shape::Objects(min, fields) => {
            format!("a list of at least {min} object with {}", fields_in_words(fields))
        }
        Shape::ObjectOrObjects(_) => "an object, or a list of objects".to_owned(),
    }
}

/// The names of fields, those that may be missing with a question mark.
pub(super) fn fields_in_words(fields: &[Field]) -> String {
    let names = fields
        .iter()
        .map(|field| if field.required { field.name.to_owned() } else { format!("{}?", field.name) });
    names.collect::<Vec<_>>().join(", ")
}
