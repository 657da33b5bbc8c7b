//! Which control a value gets, as rjsf chooses by type, format and `ui:widget`.

use serde_json::{Map, Value};

use super::choices::{Choice, Named, choices, enumerated, yes_or_no};
use super::field::{Control, TextKind};
use super::resolve::Resolved;

/// More can't be listed; they are typed.
pub(super) const MAX_CHOICES: usize = 2_000;
/// Lines of a text area that does not say how many.
const ROWS: u32 = 5;

/// What is known of a value that has no members.
pub(super) struct Leaf<'a> {
    pub(super) resolved: &'a Resolved,
    pub(super) kind: Option<&'a str>,
    pub(super) options: &'a Map<String, Value>,
    pub(super) value: Option<&'a Value>,
    pub(super) pointer: &'a str,
}

/// The type of a value, as rjsf guesses it where a schema does not say.
pub(super) fn kind(resolved: &Resolved) -> Option<&str> {
    let schema = &resolved.schema;
    match schema.get("type") {
        Some(Value::String(name)) => return Some(name),
        Some(Value::Array(names)) => {
            let mut names = names.iter().filter_map(Value::as_str);
            return names.find(|name| *name != "null").or(Some("null"));
        }
        _ => {}
    }
    let constants = || resolved.constants.as_ref().and_then(|constants| constants.first());
    let example = schema.get("const").or_else(|| Some(&constants()?.value));
    if let Some(example) = example {
        return Some(match example {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        });
    }
    if schema.contains_key("enum") {
        Some("string")
    } else if schema.contains_key("properties") || schema.contains_key("additionalProperties") {
        Some("object")
    } else if schema.contains_key("items") || schema.contains_key("prefixItems") {
        Some("array")
    } else {
        None
    }
}

/// The `ui:` keys of a schema without that prefix, and what stands in `ui:options`.
pub(super) fn options(schema: &Map<String, Value>) -> Map<String, Value> {
    let mut options = Map::new();
    for (key, value) in schema {
        match (key.strip_prefix("ui:"), value) {
            (Some("options"), Value::Object(more)) => options.extend(more.clone()),
            (Some(key), value) => {
                options.insert(key.to_owned(), value.clone());
            }
            (None, _) => {}
        }
    }
    options
}

impl Leaf<'_> {
    /// The control, and what should be said about it.
    pub(super) fn control(&self) -> (Control, Option<String>) {
        let widget = self.options.get("widget").and_then(Value::as_str);
        let (control, is_known) = match (self.kind, widget) {
            (kind, Some("hidden")) => (Control::Hidden { json: kind != Some("string") }, true),
            (Some("null"), _) => (Control::Note, true),
            (Some("boolean"), None | Some("checkbox")) => {
                let must_be_checked = constant_of(self.resolved) == Some(&Value::Bool(true));
                (Control::Checkbox { must_be_checked }, true)
            }
            (Some("boolean"), Some(widget @ ("radio" | "select"))) => {
                let named = self.named().unwrap_or_else(|| yes_or_no(&self.resolved.schema, self.options));
                (Control::Choice { choices: self.choices(named), radio: widget == "radio" }, true)
            }
            (Some("boolean"), Some(_)) => (Control::Checkbox { must_be_checked: false }, false),
            (kind, widget) => match self.named() {
                Some(named) if named.len() <= MAX_CHOICES => {
                    let control =
                        Control::Choice { choices: self.choices(named), radio: widget == Some("radio") };
                    (control, matches!(widget, None | Some("radio" | "select")))
                }
                Some(named) => {
                    let note = format!("There are {} choices, too many to list. Type one.", named.len());
                    return (self.typed(kind, None).0, Some(note));
                }
                None => self.typed(kind, widget),
            },
        };
        let note = || format!("The widget {} is not known here.", widget.unwrap_or_default());
        let note = (!is_known).then(note).or_else(|| no_type(&control, self.kind));
        (control, note)
    }

    fn named(&self) -> Option<Vec<Named>> {
        enumerated(&self.resolved.schema, self.options).or_else(|| self.resolved.constants.clone())
    }

    fn choices(&self, named: Vec<Named>) -> Vec<Choice> {
        let chosen: Vec<_> = self.value.into_iter().collect();
        choices(named, self.options.get("enumDisabled"), &chosen)
    }

    /// A control for what is typed, and whether its widget is one that is known.
    fn typed(&self, kind: Option<&str>, widget: Option<&str>) -> (Control, bool) {
        let text = |kind| Control::Text { kind };
        match kind {
            Some("integer" | "number") => {
                let control =
                    Control::Number { integer: kind == Some("integer"), range: widget == Some("range") };
                (control, matches!(widget, None | Some("text" | "updown" | "range")))
            }
            Some("string") => {
                let format = self.resolved.schema.get("format").and_then(Value::as_str);
                let named = |name: Option<&str>| self.text_control(name?);
                match (named(widget), named(format)) {
                    (Some(control), _) => (control, true),
                    (None, Some(control)) => (control, widget.is_none()),
                    (None, None) => (text(TextKind::Plain), widget.is_none()),
                }
            }
            _ => (Control::Json, true),
        }
    }

    fn text_control(&self, widget: &str) -> Option<Control> {
        let kind = match widget {
            "text" | "hostname" | "ipv4" | "ipv6" => TextKind::Plain,
            "password" => TextKind::Password,
            "email" => TextKind::Email,
            "uri" | "url" | "URLWidget" => TextKind::Url,
            "color" => TextKind::Color,
            "date" | "alt-date" => TextKind::Date,
            // An input for moments can't show an offset.
            "date-time" | "datetime" | "alt-datetime" => match self.value {
                Some(Value::String(text)) if !super::text::is_utc(text) => TextKind::Plain,
                _ => TextKind::DateTime,
            },
            "time" => match self.value {
                Some(Value::String(text)) if !super::text::is_clock(text) => TextKind::Plain,
                _ => TextKind::Time,
            },
            "textarea" => {
                let rows = self.options.get("rows").and_then(Value::as_u64).unwrap_or(ROWS.into());
                return Some(Control::TextArea { rows: u32::try_from(rows.clamp(1, 50)).unwrap_or(ROWS) });
            }
            "data-url" | "file" => return Some(file(false, self.options, self.value, self.pointer)),
            _ => return None,
        };
        Some(Control::Text { kind })
    }
}

/// A control for uploads.
pub(super) fn file(
    many: bool,
    options: &Map<String, Value>,
    value: Option<&Value>,
    pointer: &str,
) -> Control {
    let accept = options.get("accept").and_then(Value::as_str).map(str::to_owned);
    let is_there = value.is_some_and(|value| value.as_array().is_none_or(|files| !files.is_empty()));
    Control::File { many, accept, clear: is_there.then(|| format!("clear {}", super::name::of(pointer))) }
}

fn constant_of(resolved: &Resolved) -> Option<&Value> {
    match (resolved.schema.get("enum"), resolved.schema.get("const")) {
        (Some(Value::Array(values)), None) if values.len() == 1 => values.first(),
        (_, value) => value,
    }
}

fn no_type(control: &Control, kind: Option<&str>) -> Option<String> {
    match (control, kind) {
        (Control::Json, None) => Some("The schema names no type, so this is JSON.".to_owned()),
        (Control::Json, Some(kind)) => Some(format!("The type {kind} is not known, so this is JSON.")),
        _ => None,
    }
}

/// The schemas of a list's items.
pub(super) struct Items<'a> {
    /// Those of the first items, one each.
    pub(super) fixed: &'a [Value],
    /// That of all others.
    pub(super) others: Option<&'a Value>,
}

impl<'a> Items<'a> {
    /// Reads them in the words of both drafts. `None` if the schema says nothing of its items.
    pub(super) fn of(schema: &'a Map<String, Value>) -> Option<Self> {
        let object = |value: Option<&'a Value>| value.filter(|value| value.is_object());
        match (schema.get("items"), schema.get("prefixItems")) {
            (others, Some(Value::Array(fixed))) => Some(Self { fixed, others: object(others) }),
            (Some(Value::Array(fixed)), _) => {
                Some(Self { fixed, others: object(schema.get("additionalItems")) })
            }
            (others, _) => object(others).map(|others| Self { fixed: &[], others: Some(others) }),
        }
    }

    /// The schema of one item.
    pub(super) fn schema(&self, index: usize) -> Option<&'a Value> {
        self.fixed.get(index).or(self.others)
    }
}
