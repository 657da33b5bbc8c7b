//! The filters of Nunjucks.

mod list;
mod markup;
mod text;

use serde_json::Value as Json;

use crate::budget::Budget;
use crate::convert::{entries, leading_integer, leading_number};
use crate::error::Failure;
use crate::units::count;
use crate::value::Value;

/// All names, for messages and lists of what there is.
pub(crate) const NAMES: [&str; 44] = [
    "abs",
    "batch",
    "capitalize",
    "center",
    "d",
    "default",
    "dictsort",
    "dump",
    "e",
    "escape",
    "first",
    "float",
    "forceescape",
    "groupby",
    "indent",
    "int",
    "join",
    "jsonify",
    "last",
    "length",
    "list",
    "lower",
    "nl2br",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
];

/// What a filter or a test is given beside the value.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) positional: Vec<Value>,
    pub(crate) named: Vec<(String, Value)>,
}

impl Given {
    /// An argument by its place or its name.
    pub(crate) fn get(&self, place: usize, name: &str) -> Value {
        let named = || Some(self.named.iter().find(|(known, _)| known == name)?.1.clone());
        self.positional.get(place).cloned().or_else(named).unwrap_or_default()
    }

    /// A text; nothing where there is none.
    fn text(&self, place: usize, name: &str) -> Option<std::rc::Rc<str>> {
        let value = self.get(place, name);
        (!value.is_nothing()).then(|| value.to_text())
    }

    /// A count; what is none is `missing`.
    fn count(&self, place: usize, name: &str, missing: usize) -> usize {
        let number = self.get(place, name).to_number();
        if number.is_nan() { missing } else { count(number) }
    }
}

/// Applies a filter.
pub(crate) fn call(name: &str, of: &Value, given: &Given, budget: &Budget) -> Result<Value, Failure> {
    if let Some(done) = text::call(name, of, given, budget).transpose() {
        return done;
    }
    if let Some(done) = list::call(name, of, given, budget).transpose() {
        return done;
    }
    if let Some(done) = markup::call(name, of, given, budget).transpose() {
        return done;
    }
    Ok(match name {
        "abs" => Value::Number(of.to_number().abs()),
        "default" | "d" => {
            let missing = if given.get(1, "bool").is_truthy() {
                !of.is_truthy()
            } else {
                matches!(of, Value::Undefined)
            };
            if missing { given.get(0, "default") } else { of.clone() }
        }
        "dump" | "jsonify" => {
            let Some(json) = of.to_json()? else { return Ok(Value::Undefined) };
            let text = written(&json, &indent(&given.get(0, "spaces")))?;
            budget.bytes(text.len())?;
            Value::text(text)
        }
        "float" => or_default(leading_number(&of.to_text()), given.get(0, "default")),
        "int" => {
            let base = given.get(1, "base");
            let base = if base.is_nothing() { 10.0 } else { base.to_integer() };
            or_default(leading_integer(&of.to_text(), base), given.get(0, "default"))
        }
        "length" => match of {
            Value::List(items) => Value::number(items.borrow().len()),
            Value::Object(fields) => Value::number(fields.borrow().len()),
            Value::Undefined | Value::Null | Value::Bool(false) => Value::number(0),
            other => {
                other.as_text().map_or(Value::Undefined, |text| Value::number(crate::units::length(text)))
            }
        },
        "round" => {
            let factor = 10_f64.powf(given.get(0, "precision").to_integer());
            let scaled = of.to_number() * factor;
            let rounded = match given.text(1, "method").as_deref() {
                Some("ceil") => scaled.ceil(),
                Some("floor") => scaled.floor(),
                _ => (scaled + 0.5).floor(),
            };
            Value::Number(rounded / factor)
        }
        _ => return Err(Failure::new(format!("There is no filter `{name}`."))),
    })
}

fn or_default(number: f64, default: Value) -> Value {
    if number.is_nan() { default } else { Value::Number(number) }
}

/// What stands before each level of written JSON.
fn indent(spaces: &Value) -> String {
    match spaces {
        Value::Number(number) => " ".repeat(count(*number).min(10)),
        other => other.as_text().map_or_else(String::new, |text| text.chars().take(10).collect()),
    }
}

fn written(json: &Json, indent: &str) -> Result<String, Failure> {
    use serde_json::ser::{PrettyFormatter, Serializer};
    if indent.is_empty() {
        return serde_json::to_string(json).map_err(|error| Failure::new(error.to_string()));
    }
    let mut out = Vec::new();
    let mut serializer =
        Serializer::with_formatter(&mut out, PrettyFormatter::with_indent(indent.as_bytes()));
    serde::Serialize::serialize(json, &mut serializer).map_err(|error| Failure::new(error.to_string()))?;
    String::from_utf8(out).map_err(|error| Failure::new(error.to_string()))
}

/// The pairs of an object.
fn object_pairs(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(fields) => entries(fields),
        _ => Vec::new(),
    }
}
