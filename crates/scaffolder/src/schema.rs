//! JSON Schemas of inputs and parameters.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Retrieve, Uri, ValidationError, Validator};
use serde_json::Value;

/// How often a pattern may go back and forth over a text.
const BACKTRACKS: usize = 100_000;
/// How deep schemas may be nested, and how many references may lead from one to the next.
const DEEPEST: usize = 60;
/// Most faults that are told.
const MOST_FAULTS: usize = 50;
/// Most references in a schema. Each is followed to see whether it leads back to itself.
const MOST_REFERENCES: usize = 500;

/// A schema, ready to judge.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer to the part that does not.
    pub pointer: String,
    /// What is wrong with it. The value itself is not told, for it may be a secret.
    pub message: String,
    /// Keys that may not be there, if that is what is wrong.
    pub unexpected: Vec<String>,
}

impl Schema {
    /// Prepares a schema of draft 7, or of the one that its `$schema` names.
    ///
    /// # Errors
    /// It is none, or refers to another place. The sentence says why.
    pub fn new(schema: &Value) -> Result<Self, String> {
        without_circles(schema)?;
        let options = jsonschema::options()
            .with_draft(draft(schema))
            .with_retriever(Nowhere)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .with_pattern_options(
                PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS).size_limit(1 << 20),
            );
        let validator = options.build(schema).map_err(|error| {
            format!("This is no JSON Schema: at {:?}, {}.", error.instance_path().as_str(), error.masked())
        })?;
        Ok(Self { validator })
    }

    /// What about a value does not fit.
    #[must_use]
    pub fn faults(&self, value: &Value) -> Vec<Fault> {
        self.faults_except(value, &|_| false)
    }

    /// As [`Self::faults`], of a value of which parts are not known yet: those of which `is_open` says so fit everywhere.
    #[must_use]
    pub fn faults_except(&self, value: &Value, is_open: &dyn Fn(&Value) -> bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        for error in self.validator.iter_errors(value) {
            faults.extend(judge(&error, value, is_open));
            if faults.len() >= MOST_FAULTS {
                break;
            }
        }
        faults
    }
}

/// Nothing is fetched, whatever a schema refers to.
pub(crate) struct Nowhere;

impl Retrieve for Nowhere {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err("a reference must lead to a place in the same schema".into())
    }
}

/// The draft that a schema names, with or without an empty fragment, or that of Backstage.
pub(crate) fn draft(schema: &Value) -> Draft {
    let named = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    if named.contains("2020-12") {
        Draft::Draft202012
    } else if named.contains("2019-09") {
        Draft::Draft201909
    } else {
        Draft::Draft7
    }
}

/// What an error means when parts of the value are open.
fn judge(error: &ValidationError<'_>, value: &Value, is_open: &dyn Fn(&Value) -> bool) -> Vec<Fault> {
    let pointer = error.instance_path().as_str();
    let mut at = Some(value);
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        if at.is_some_and(is_open) {
            return Vec::new();
        }
        at = at.and_then(|value| match value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            value => value.get(key),
        });
    }
    if at.is_some_and(is_open) {
        return Vec::new();
    }
    let is_key = matches!(
        error.kind(),
        ValidationErrorKind::Required { .. }
            | ValidationErrorKind::AdditionalProperties { .. }
            | ValidationErrorKind::UnevaluatedProperties { .. }
    );
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let branches = context.iter().map(|branch| {
                branch.iter().flat_map(|error| judge(error, value, is_open)).collect::<Vec<_>>()
            });
            // What is meant is probably the alternative that misses least.
            branches.min_by_key(Vec::len).unwrap_or_default()
        }
        _ if !is_key && at.is_some_and(|value| contains_open(value, is_open)) => match error.kind() {
            // Only these are about the kind of thing that it is, and not about what is in it.
            ValidationErrorKind::Type { .. } => vec![fault(error)],
            _ => Vec::new(),
        },
        _ => vec![fault(error)],
    }
}

fn fault(error: &ValidationError<'_>) -> Fault {
    let unexpected = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected.clone(),
        _ => Vec::new(),
    };
    Fault { pointer: error.instance_path().as_str().to_owned(), message: sentence(error), unexpected }
}

/// What is wrong, without the value.
fn sentence(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            format!("{} is missing", property.as_str().unwrap_or_default())
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!("{} can't be here", unexpected.join(", "))
        }
        ValidationErrorKind::Format { format } => format!("it is not what the format {format:?} asks for"),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten().map(Value::to_string).collect::<Vec<_>>();
            format!("it is none of {}", options.join(", "))
        }
        _ => error.masked_with("it").to_string(),
    }
}

fn contains_open(value: &Value, is_open: &dyn Fn(&Value) -> bool) -> bool {
    is_open(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| contains_open(item, is_open)),
            Value::Object(fields) => fields.values().any(|item| contains_open(item, is_open)),
            _ => false,
        }
}

/// Refuses a schema whose references lead back to themselves without going into the value, which would be judged for
/// ever, and one that is too deep.
fn without_circles(schema: &Value) -> Result<(), String> {
    let mut references = 0;
    let mut open = vec![(schema, 0)];
    while let Some((part, depth)) = open.pop() {
        if depth > DEEPEST {
            return Err(format!("The schema is nested more than {DEEPEST} deep."));
        }
        match part {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => {
                if fields.get("$ref").is_some_and(Value::is_string) {
                    references += 1;
                    goes_on(schema, part, 0, &mut 0)?;
                }
                open.extend(fields.values().map(|item| (item, depth + 1)));
            }
            _ => {}
        }
        if references > MOST_REFERENCES {
            return Err(format!("The schema has more than {MOST_REFERENCES} references."));
        }
    }
    Ok(())
}

/// Follows what judges the same value as this schema.
fn goes_on(root: &Value, schema: &Value, depth: usize, seen: &mut usize) -> Result<(), String> {
    *seen += 1;
    if depth > DEEPEST || *seen > 10_000 {
        return Err(
            "The schema has references that lead in a circle, or to one another without end.".to_owned()
        );
    }
    let Value::Object(fields) = schema else { return Ok(()) };
    if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
        let Some(pointer) = target.strip_prefix('#') else {
            return Err(format!(
                "The schema refers to {target:?}, and only references within it, such as #/definitions/name, are followed."
            ));
        };
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        if let Some(target) = root.pointer(&pointer) {
            goes_on(root, target, depth + 1, seen)?;
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for part in fields.get(key).and_then(Value::as_array).into_iter().flatten() {
            goes_on(root, part, depth + 1, seen)?;
        }
    }
    for key in ["if", "then", "else", "not"] {
        if let Some(part) = fields.get(key) {
            goes_on(root, part, depth + 1, seen)?;
        }
    }
    for key in ["dependencies", "dependentSchemas"] {
        for part in fields.get(key).and_then(Value::as_object).into_iter().flat_map(|parts| parts.values()) {
            goes_on(root, part, depth + 1, seen)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn open(value: &Value) -> bool {
        value.as_str().is_some_and(|text| text.contains("${{"))
    }

    #[test]
    fn what_is_open_is_judged_by_its_keys_alone() {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": { "type": "string", "minLength": 3 },
                "count": { "type": "number" },
                "mode": { "enum": ["a", "b"] },
                "list": { "type": "array", "items": { "type": "object", "required": ["to"] }, "uniqueItems": true },
                "either": { "anyOf": [
                    { "type": "object", "required": ["x"], "additionalProperties": false, "properties": { "x": { "type": "boolean" } } },
                    { "type": "object", "required": ["y"], "properties": { "y": { "type": "boolean" } } },
                ] },
            },
            "required": ["name"],
        });
        let schema = Schema::new(&schema).expect("a schema");
        for (value, expected) in [
            (json!({ "name": "${{ x }}", "count": "${{ x }}", "mode": "${{ x }}" }), ""),
            (json!({ "name": "ab" }), "/name: it is shorter than 3 characters"),
            (json!({ "count": 1 }), ": name is missing"),
            (json!({ "name": "abc", "mode": "c" }), r#"/mode: it is none of "a", "b""#),
            (json!({ "name": "abc", "list": ["${{ x }}", "${{ x }}"] }), ""),
            (json!({ "name": "abc", "list": [{ "from": "${{ x }}" }] }), "/list/0: to is missing"),
            (json!({ "name": "abc", "list": { "from": "${{ x }}" } }), "/list: it is not of type \"array\""),
            (json!({ "name": "abc", "either": { "x": "${{ x }}" } }), ""),
            (json!({ "name": "abc", "either": { "y": "${{ x }}", "z": "${{ x }}" } }), ""),
            (json!({ "name": "abc", "either": { "z": "${{ x }}" } }), "/either: y is missing"),
        ] {
            let faults = schema.faults_except(&value, &open);
            let told: Vec<_> =
                faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect();
            assert_eq!(told.join("; "), expected, "{value}");
        }
    }

    #[test]
    fn a_value_is_not_told() {
        let schema =
            Schema::new(&json!({ "properties": { "token": { "type": "number", "pattern": "^x" } } }));
        let faults = schema.expect("a schema").faults(&json!({ "token": "hunter2" }));
        assert!(!faults.is_empty() && !format!("{faults:?}").contains("hunter2"), "{faults:?}");
    }

    #[test]
    fn hostile_schemas_end() {
        for schema in [
            json!({ "$ref": "#" }),
            json!({ "allOf": [{ "$ref": "#" }] }),
            json!({ "$ref": "#/definitions/a", "definitions": { "a": { "anyOf": [{ "$ref": "#/definitions/b" }] }, "b": { "$ref": "#/definitions/a" } } }),
            json!({ "dependencies": { "a": { "$ref": "#" } } }),
            json!({ "if": { "$ref": "#/else" }, "else": { "$ref": "#/if" } }),
            json!({ "$ref": "https://example.com/schema.json" }),
            json!({ "properties": { "a": { "$ref": "file:///etc/passwd" } } }),
            json!({ "pattern": "(" }),
            json!({ "type": "frog" }),
        ] {
            assert!(Schema::new(&schema).is_err(), "{schema}");
        }
        let nested = json!({ "properties": { "child": { "$ref": "#" }, "name": { "pattern": "^(a+)+$" } } });
        let schema = Schema::new(&nested).expect("a tree is a schema");
        let slow = format!("{}b", "a".repeat(50_000));
        let faults = schema.faults(&json!({ "child": { "name": slow } }));
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
}
