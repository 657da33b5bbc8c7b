//! One schema, compiled.

use jsonschema::{Draft, ValidationOptions, Validator};
use model::{ProblemCode, Violation};
use serde_json::{Map, Value};

use super::budget;
use super::pattern::{self, Patterns};
use crate::schema::{Nowhere, draft};

/// A schema that values can be checked against.
pub(super) struct Schema {
    /// As it is compiled: without what would name another meta-schema or base, and with what stands beside references.
    pub(super) source: Value,
    pub(super) draft: Draft,
    pub(super) validator: Validator,
}

impl Schema {
    /// Compiles a schema that stands at `pointer` in its template, whose expressions are among `patterns`.
    ///
    /// # Errors
    /// It is none, or too much.
    pub(super) fn compile(
        schema: &Value,
        pointer: &str,
        patterns: &Patterns,
    ) -> Result<Self, Vec<Violation>> {
        let draft = draft(schema);
        if !budget::is_bounded(schema) {
            return Err(vec![violation(
                pointer,
                "The schema is too large, or multiplies itself by its references".to_owned(),
                Some("fewer `$ref`s in `oneOf`, `anyOf` and `allOf`"),
            )]);
        }
        let source = bare(schema);
        let wrong = against_meta_schema(&source, draft, pointer);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let wrong = patterns.collect(&source, pointer);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let source = with_siblings(source, draft);
        let validator = options(draft, patterns).build(&source).map_err(|error| {
            let at = format!("{pointer}{}", error.schema_path().as_str());
            vec![violation(&at, format!("The schema can't be used: {}", error.masked()), None)]
        })?;
        Ok(Self { source, draft, validator })
    }
}

/// How schemas are compiled.
pub(super) fn options(draft: Draft, patterns: &Patterns) -> ValidationOptions<'static> {
    let patterns = patterns.clone();
    jsonschema::options()
        .with_draft(draft)
        .with_retriever(Nowhere)
        .should_validate_formats(true)
        .with_pattern_options(pattern::of_names())
        .with_keyword("pattern", move |schema, pattern, location| patterns.keyword(schema, pattern, location))
        // Inputs for a time of day send no offset, and rjsf asks for none.
        .with_format("time", is_time)
        .with_format("data-url", |text: &str| text.starts_with("data:") && text.contains(','))
        .with_format("color", is_color)
        // Only later drafts know it; authors do not ask which.
        .with_format("uuid", is_uuid)
}

/// A schema without the keys that would give it another draft or base.
pub(super) fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(schema) = &mut schema {
        for key in ["$schema", "$id", "id"] {
            if schema.get(key).is_some_and(Value::is_string) {
                schema.shift_remove(key);
            }
        }
    }
    schema
}

/// A schema in which what stands beside a `$ref` counts. In draft 7 it does not, but it does for Ajv, which checks the forms
/// of Backstage, and the fields that are drawn have it.
pub(super) fn with_siblings(schema: Value, draft: Draft) -> Value {
    match schema {
        schema if draft != Draft::Draft7 => schema,
        Value::Object(members) => {
            let each = members.into_iter().map(|(key, value)| match key.as_str() {
                "const" | "enum" | "default" | "examples" => (key, value),
                _ => (key, with_siblings(value, draft)),
            });
            let mut members: Map<_, _> = each.collect();
            if members.len() > 1
                && let Some(reference @ Value::String(_)) = members.get("$ref").cloned()
            {
                members.shift_remove("$ref");
                let reference = Value::Object(Map::from_iter([("$ref".to_owned(), reference)]));
                match members.get_mut("allOf") {
                    Some(Value::Array(parts)) => parts.push(reference),
                    _ => {
                        members.insert("allOf".to_owned(), Value::Array(vec![reference]));
                    }
                }
            }
            Value::Object(members)
        }
        Value::Array(items) => items.into_iter().map(|item| with_siblings(item, draft)).collect(),
        other => other,
    }
}

/// What the meta-schema says. Most of what authors get wrong shows here: a type that is none, `required: true`.
fn against_meta_schema(schema: &Value, draft: Draft, pointer: &str) -> Vec<Violation> {
    const MOST: usize = 20;
    let meta = match draft {
        Draft::Draft202012 => jsonschema::draft202012::meta::validator(),
        Draft::Draft201909 => jsonschema::draft201909::meta::validator(),
        _ => jsonschema::draft7::meta::validator(),
    };
    let told = |error: jsonschema::ValidationError<'_>| {
        let at = format!("{pointer}{}", error.instance_path().as_str());
        let (message, allowed) = super::message::of_schema(&error);
        violation(&at, message, allowed.as_deref())
    };
    meta.iter_errors(schema).take(MOST).map(told).collect()
}

/// A flaw of a schema.
pub(super) fn violation(pointer: &str, message: String, allowed: Option<&str>) -> Violation {
    Violation {
        pointer: pointer.to_owned(),
        code: ProblemCode::Spec,
        message,
        found: None,
        allowed: allowed.map(str::to_owned),
    }
}

/// `HH:MM:SS` with or without a fraction and an offset.
fn is_time(text: &str) -> bool {
    let clock = text.get(..8).unwrap_or_default();
    let numbers: Vec<_> = clock.split(':').filter_map(|part| part.parse::<u8>().ok()).collect();
    let is_clock = matches!(numbers[..], [hour, minute, second] if hour < 24 && minute < 60 && second < 61)
        && clock.bytes().filter(u8::is_ascii_digit).count() == 6;
    let rest = text.get(8..).unwrap_or_default();
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let is_offset = |offset: &str| {
        let digits = offset.get(1..).unwrap_or_default().replace(':', "");
        offset.starts_with(['+', '-']) && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    is_clock && (rest.is_empty() || rest.eq_ignore_ascii_case("z") || is_offset(rest))
}

fn is_uuid(text: &str) -> bool {
    let is_digit = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_digit)
}

fn is_color(text: &str) -> bool {
    let hex = text.strip_prefix('#').unwrap_or_default();
    let is_hex = matches!(hex.len(), 3 | 6) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
