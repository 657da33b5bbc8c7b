//! What an `if` and an `each` make of a value.

use serde_json::Value;

/// Whether an `if` says yes: anything but nothing, `false`, an empty text, 0 and an empty list.
#[must_use]
pub fn is_truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(_)) => true,
    }
}

/// What `each` goes over, as `each.key` and `each.value`. Items of a list have their number as key, from 0.
///
/// # Errors
/// It is neither a list nor an object; the sentence says what it is.
pub fn items(value: Option<Value>) -> Result<Vec<(String, Value)>, String> {
    let what = match value {
        Some(Value::Array(items)) => {
            let numbered = items.into_iter().enumerate();
            return Ok(numbered.map(|(number, item)| (number.to_string(), item)).collect());
        }
        Some(Value::Object(fields)) => return Ok(fields.into_iter().collect()),
        None | Some(Value::Null) => "nothing",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "text",
    };
    Err(format!("each goes over a list or an object, but this is {what}."))
}
