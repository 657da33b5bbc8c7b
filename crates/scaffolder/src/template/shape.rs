//! Parts of a document by their shape, with problems where they have another one.

use serde_json::{Map, Value};

use super::{Code, Problem};
use crate::expression::below;

/// Takes parts of one object and remembers what is wrong with them.
pub(super) struct Shape<'a> {
    pub(super) pointer: String,
    pub(super) fields: &'a Map<String, Value>,
}

impl<'a> Shape<'a> {
    /// The object at a pointer.
    pub(super) fn of(value: &'a Value, pointer: String, problems: &mut Vec<Problem>) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self { pointer, fields }),
            other => {
                problems.push(wrong(pointer, "an object", other));
                None
            }
        }
    }

    pub(super) fn pointer(&self, key: &str) -> String {
        below(&self.pointer, key)
    }

    /// A text; an empty one is none.
    pub(super) fn text(&self, key: &str, problems: &mut Vec<Problem>) -> Option<&'a str> {
        match self.fields.get(key)? {
            Value::Null => None,
            Value::String(text) if !text.trim().is_empty() => Some(text),
            Value::String(_) => {
                problems.push(Problem::error(
                    self.pointer(key),
                    Code::Shape,
                    format!("{key} is empty. Fill it in, or take it away."),
                ));
                None
            }
            other => {
                problems.push(wrong(self.pointer(key), "text", other));
                None
            }
        }
    }

    pub(super) fn object(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Shape<'a>> {
        match self.fields.get(key)? {
            Value::Null => None,
            value => Shape::of(value, self.pointer(key), problems),
        }
    }

    pub(super) fn list(&self, key: &str, problems: &mut Vec<Problem>) -> Option<&'a [Value]> {
        match self.fields.get(key)? {
            Value::Null => None,
            Value::Array(items) => Some(items),
            other => {
                problems.push(wrong(self.pointer(key), "a list", other));
                None
            }
        }
    }
}

/// A part that is something else than it should be.
pub(super) fn wrong(pointer: String, wanted: &str, found: &Value) -> Problem {
    let what = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let name = pointer.rsplit('/').next().unwrap_or_default().to_owned();
    let message = if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("This has to be {wanted}, but is {what}.")
    } else {
        format!("{name} has to be {wanted}, but is {what}.")
    };
    Problem::error(pointer, Code::Shape, message)
}
