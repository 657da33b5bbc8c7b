//! The tests of Nunjucks: what may stand behind `is`.

use std::cmp::Ordering;

use crate::error::Failure;
use crate::filters::Given;
use crate::value::Value;

/// All names.
pub(crate) const NAMES: [&str; 28] = [
    "callable",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "escaped",
    "even",
    "falsy",
    "ge",
    "greaterthan",
    "gt",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "null",
    "number",
    "odd",
    "sameas",
    "string",
    "truthy",
    "undefined",
    "upper",
    "false",
    "true",
];

/// Whether a value is what the name says.
pub(crate) fn call(name: &str, of: &Value, given: &Given) -> Result<bool, Failure> {
    let other = given.get(0, "other");
    let order = || of.order(&other);
    Ok(match name {
        "callable" => matches!(of, Value::Function(_)),
        "defined" => !matches!(of, Value::Undefined),
        "undefined" => matches!(of, Value::Undefined),
        "null" => matches!(of, Value::Null),
        "true" => matches!(of, Value::Bool(true)),
        "false" => matches!(of, Value::Bool(false)),
        "truthy" => of.is_truthy(),
        "falsy" => !of.is_truthy(),
        "number" => matches!(of, Value::Number(_)),
        "string" => matches!(of, Value::Text(_)),
        "escaped" => matches!(of, Value::Safe(_)),
        "iterable" => matches!(of, Value::List(_) | Value::Text(_) | Value::Safe(_)),
        "mapping" => matches!(of, Value::Object(_)),
        "lower" => of.as_text().is_some_and(|text| text.to_lowercase() == **text),
        "upper" => of.as_text().is_some_and(|text| text.to_uppercase() == **text),
        "divisibleby" => of.to_number() % other.to_number() == 0.0,
        "even" => of.to_number() % 2.0 == 0.0,
        "odd" => of.to_number() % 2.0 == 1.0,
        "eq" | "equalto" | "sameas" => of.is_same(&other),
        "ne" => !of.is_same(&other),
        "lt" | "lessthan" => order() == Some(Ordering::Less),
        "gt" | "greaterthan" => order() == Some(Ordering::Greater),
        "le" => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        "ge" => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        _ => return Err(Failure::new(format!("There is no test `{name}`."))),
    })
}
