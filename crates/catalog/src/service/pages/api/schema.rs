//! Schemas as lists of fields. References are followed within the document, in circles never, and not without end.

use model::{ApiField, ApiPart};
use serde_json::{Map, Value};

use super::super::short::cut;
use super::LINE;

/// Objects in objects that are opened.
const DEPTH: u8 = 6;
/// Fields of one part.
const FIELDS: usize = 100;
/// Steps from one reference to the next.
const STEPS: usize = 20;
/// Fields and parts of a whole definition.
const ROOM: usize = 2_000;
/// Schemas that are looked at for a whole definition: a few that refer to each other may be as good as endless.
const LOOKS: usize = 10_000;
/// Names of required fields that are read of one schema.
const REQUIRED: usize = 1_000;
/// Alternatives and values that are named.
const NAMED: usize = 8;

/// Takes schemas of one document apart.
pub(super) struct Schemas<'d> {
    root: &'d Value,
    /// Fields and parts that may still be shown.
    room: usize,
    /// Schemas that may still be looked at.
    looks: usize,
}

impl<'d> Schemas<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Self { root, room: ROOM, looks: LOOKS }
    }

    /// What a value stands for: itself, or what it refers to. Nothing where that leads nowhere, or in a circle.
    pub(super) fn resolve(&self, value: &'d Value) -> Option<&'d Value> {
        let mut value = value;
        for _ in 0..STEPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
            value = self.root.pointer(reference.strip_prefix('#')?)?;
        }
        None
    }

    /// The fields of a schema; nothing where there is no room any more.
    pub(super) fn part(
        &mut self,
        title: String,
        note: Option<String>,
        schema: Option<&'d Value>,
    ) -> Option<ApiPart> {
        self.room = self.room.checked_sub(1)?;
        let mut part = ApiPart { title, note, ..ApiPart::default() };
        if let Some(schema) = schema {
            part.shape = Some(self.shape(schema, 0));
            self.fields(schema, 0, &mut Vec::new(), &mut part);
        }
        Some(part)
    }

    /// Adds one field, if there is room.
    pub(super) fn push(&mut self, part: &mut ApiPart, field: ApiField) {
        if self.room == 0 || part.fields.len() >= FIELDS {
            part.is_cut = true;
            return;
        }
        self.room -= 1;
        part.fields.push(field);
    }

    /// Adds the fields of an object, of what a list holds, or of all parts that a schema is composed of.
    fn fields(&mut self, schema: &'d Value, depth: u8, open: &mut Vec<&'d Value>, part: &mut ApiPart) {
        let Some(schema) = self.resolve(schema) else { return };
        let known = open.iter().any(|other| std::ptr::eq(*other, schema));
        if known || depth >= DEPTH || open.len() >= STEPS || part.is_cut {
            return;
        }
        let Some(looks) = self.looks.checked_sub(1) else {
            part.is_cut = true;
            return;
        };
        self.looks = looks;
        open.push(schema);
        for composed in list(schema, "allOf") {
            self.fields(composed, depth, open, part);
        }
        if let Some(items) = schema.get("items") {
            self.fields(items, depth, open, part);
        }
        let required: Vec<&str> =
            list(schema, "required").iter().take(REQUIRED).filter_map(Value::as_str).collect();
        for (name, field) in object(schema, "properties").into_iter().flatten() {
            let described = ApiField {
                name: cut(name, LINE),
                depth,
                shape: self.shape(field, 0),
                required: required.contains(&name.as_str()),
                place: None,
            };
            self.push(part, described);
            if part.is_cut {
                break;
            }
            self.fields(field, depth + 1, open, part);
        }
        open.pop();
    }

    /// A type in words.
    pub(super) fn shape(&self, schema: &'d Value, depth: usize) -> String {
        if depth > STEPS {
            return "…".to_owned();
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = cut(reference.rsplit('/').next().unwrap_or(reference), LINE);
            return match self.resolve(schema) {
                Some(target) if target.get("enum").is_some() => {
                    format!("{name}: {}", self.shape(target, depth + 1))
                }
                Some(_) => name,
                None => format!("{name} (not in this definition)"),
            };
        }
        for (key, word) in [("oneOf", "one of"), ("anyOf", "any of")] {
            let choices = list(schema, key);
            if !choices.is_empty() {
                let names = choices.iter().take(NAMED).map(|choice| self.shape(choice, depth + NAMED));
                return format!("{word} {}{}", join(names), more(choices.len()));
            }
        }
        let values = list(schema, "enum");
        if !values.is_empty() {
            let named = values.iter().take(NAMED).map(plain);
            return format!("{}{}", join(named), more(values.len()));
        }
        match type_of(schema).as_str() {
            "array" => match schema.get("items") {
                Some(items) => format!("list of {}", self.shape(items, depth + 1)),
                None => "list".to_owned(),
            },
            "string" => with_format("text", schema),
            "integer" => with_format("integer", schema),
            "number" => with_format("number", schema),
            "boolean" => "true or false".to_owned(),
            "" if schema.get("properties").is_some() => "object".to_owned(),
            "" => match list(schema, "allOf") {
                [] => "anything".to_owned(),
                parts => join(parts.iter().take(NAMED).map(|part| self.shape(part, depth + NAMED))),
            },
            other => cut(other, LINE),
        }
    }
}

/// The type as written, several joined; what is only there to allow null is left out.
fn type_of(schema: &Value) -> String {
    match schema.get("type") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => {
            let names: Vec<&str> =
                names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
            names.join(" or ")
        }
        _ => String::new(),
    }
}

fn with_format(word: &str, schema: &Value) -> String {
    match schema.get("format").and_then(Value::as_str) {
        Some(format) => format!("{word} ({})", cut(format, LINE)),
        None => word.to_owned(),
    }
}

fn join(words: impl Iterator<Item = String>) -> String {
    cut(&words.collect::<Vec<_>>().join(", "), LINE)
}

fn more(count: usize) -> String {
    if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() }
}

/// A value of an enumeration.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The elements of a list; of anything else none.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The object under a key.
pub(super) fn object<'v>(value: &'v Value, key: &str) -> Option<&'v Map<String, Value>> {
    value.get(key)?.as_object()
}
