//! Two schemas for one value as one. What contradicts itself is left to the check of the answers; here it only has to be
//! drawn.

use serde_json::{Map, Value, json};

/// Whose word counts for what both say of a field and neither demands: its title, its default, its widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefer {
    /// That of the schema that was there: parts of `allOf` refine it.
    There,
    /// That of the schema that comes: a branch was taken because of the answers.
    Coming,
}

/// Keywords that say nothing of a value itself.
const FRAME: [&str; 6] = ["$schema", "$id", "$defs", "definitions", "$comment", "examples"];

/// Merges what `coming` says of the value itself into `there`. Keywords that hold further schemas for the same value are
/// not among them: they are resolved before.
pub(super) fn merge(there: &mut Map<String, Value>, coming: Map<String, Value>, prefer: Prefer) {
    narrow_choices(there, &coming);
    for (key, value) in coming {
        if FRAME.contains(&key.as_str()) {
            continue;
        }
        let Some(old) = there.get_mut(&key) else {
            there.insert(key, value);
            continue;
        };
        match (key.as_str(), &mut *old, value) {
            // Narrowed above.
            ("enum" | "enumNames", _, _) => {}
            ("properties" | "patternProperties", Value::Object(old), Value::Object(new)) => {
                for (name, schema) in new {
                    let merged = match old.get_mut(&name) {
                        None => schema,
                        Some(slot) => both(slot.take(), schema, prefer),
                    };
                    old.insert(name, merged);
                }
            }
            ("items" | "additionalItems", old, new) if old.is_object() && new.is_object() => {
                *old = both(old.take(), new, prefer);
            }
            ("required", Value::Array(old), Value::Array(new)) => {
                for name in new {
                    if !old.contains(&name) {
                        old.push(name);
                    }
                }
            }
            ("type", old, new) => *old = common_type(old, new, prefer),
            ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", old, new) => {
                if number(&new) > number(old) {
                    *old = new;
                }
            }
            ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", old, new) => {
                if number(&new) < number(old) {
                    *old = new;
                }
            }
            ("additionalProperties", old, new) => {
                if new == Value::Bool(false) || *old == Value::Bool(true) {
                    *old = new;
                }
            }
            ("uniqueItems" | "readOnly", old, new) => {
                if new == Value::Bool(true) {
                    *old = new;
                }
            }
            (key, Value::Object(old), Value::Object(new)) if key.starts_with("ui:") || key == "default" => {
                for (name, value) in new {
                    if prefer == Prefer::Coming || !old.contains_key(&name) {
                        old.insert(name, value);
                    }
                }
            }
            (_, old, new) => {
                if prefer == Prefer::Coming {
                    *old = new;
                }
            }
        }
    }
}

/// Both schemas as one that is resolved when its turn comes, the preferred one first.
fn both(there: Value, coming: Value, prefer: Prefer) -> Value {
    let parts = match prefer {
        Prefer::There => vec![there, coming],
        Prefer::Coming => vec![coming, there],
    };
    Value::Object(Map::from_iter([("allOf".to_owned(), Value::Array(parts))]))
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// The type that both allow.
fn common_type(there: &Value, coming: Value, prefer: Prefer) -> Value {
    let list = |value: &Value| match value {
        Value::Array(types) => types.clone(),
        other => vec![other.clone()],
    };
    let (old, new) = (list(there), list(&coming));
    let mut common: Vec<_> = old.iter().filter(|name| new.contains(name)).cloned().collect();
    let is_whole = |types: &[Value]| types.contains(&json!("integer"));
    if common.is_empty() && (is_whole(&old) || is_whole(&new)) {
        let other = if is_whole(&old) { &new } else { &old };
        if other.contains(&json!("number")) {
            common.push(json!("integer"));
        }
    }
    match common.len() {
        0 if prefer == Prefer::There => there.clone(),
        0 => coming,
        1 => common.swap_remove(0),
        _ => Value::Array(common),
    }
}

/// Leaves the choices that both schemas offer, with the names that belong to them.
fn narrow_choices(there: &mut Map<String, Value>, coming: &Map<String, Value>) {
    let Some(Value::Array(new)) = coming.get("enum") else {
        if let (Some(names), false) = (coming.get("enumNames"), there.contains_key("enumNames")) {
            there.insert("enumNames".to_owned(), names.clone());
        }
        return;
    };
    let Some(Value::Array(old)) = there.get("enum") else {
        there.insert("enum".to_owned(), Value::Array(new.clone()));
        if let Some(names) = coming.get("enumNames") {
            there.insert("enumNames".to_owned(), names.clone());
        }
        return;
    };
    let names = |schema: &Map<String, Value>| schema.get("enumNames").and_then(Value::as_array).cloned();
    let (old_names, new_names) = (names(there), names(coming));
    let (mut values, mut titles) = (Vec::new(), Vec::new());
    for (position, value) in new.iter().enumerate() {
        let Some(before) = old.iter().position(|old| old == value) else { continue };
        values.push(value.clone());
        let title = match (&new_names, &old_names) {
            (Some(names), _) => names.get(position),
            (None, Some(names)) => names.get(before),
            (None, None) => None,
        };
        titles.push(title.cloned().unwrap_or_default());
    }
    there.insert("enum".to_owned(), Value::Array(values));
    if old_names.is_some() || new_names.is_some() {
        there.insert("enumNames".to_owned(), Value::Array(titles));
    }
}
