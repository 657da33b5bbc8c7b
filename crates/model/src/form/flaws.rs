//! What is wrong with the schema of a step, for its author.

use serde_json::{Map, Value};

use super::known::known;
use super::name::child;
use super::picker::{Picker, SECRET};
use super::resolve::target;
use super::{Judge, Step};
use crate::{ProblemCode, Severity, Violation};

/// More are not told.
const MAX_FLAWS: usize = 100;
/// Defaults that are judged.
const MAX_JUDGED: usize = 500;
/// Types of JSON Schema.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];
/// Widgets by type.
const WIDGETS: [(&str, &[&str]); 5] = [
    (
        "string",
        &[
            "text",
            "password",
            "email",
            "uri",
            "url",
            "textarea",
            "hidden",
            "date",
            "date-time",
            "datetime",
            "alt-date",
            "alt-datetime",
            "time",
            "color",
            "file",
            "data-url",
            "radio",
            "select",
            "hostname",
            "ipv4",
            "ipv6",
            SECRET,
        ],
    ),
    ("boolean", &["checkbox", "radio", "select", "hidden"]),
    ("number", &["text", "updown", "range", "radio", "select", "hidden"]),
    ("array", &["select", "checkboxes", "files", "hidden"]),
    ("object", &["hidden"]),
];

/// One flaw. The pointer is that within the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// An error if the form can't be what it says, a warning if it works otherwise than it seems to.
    pub severity: Severity,
    /// What is wrong.
    pub violation: Violation,
}

impl Step {
    /// What is wrong with the schema beside what its meta-schema says.
    #[must_use]
    pub fn flaws(&self, judge: &dyn Judge) -> Vec<Flaw> {
        let mut inspection =
            Inspection { root: self.schema(), judge, flaws: Vec::new(), judged_left: MAX_JUDGED };
        inspection.schema(self.schema(), "", Role::Step);
        inspection.flaws
    }
}

/// What a schema stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Step,
    /// A value of its own.
    Value,
    /// More about a value that another schema describes.
    Part,
}

struct Inspection<'a> {
    root: &'a Value,
    judge: &'a dyn Judge,
    flaws: Vec<Flaw>,
    judged_left: usize,
}

impl Inspection<'_> {
    fn tell(
        &mut self,
        severity: Severity,
        pointer: &str,
        message: String,
        found: Option<&Value>,
        allowed: &str,
    ) {
        if self.flaws.len() < MAX_FLAWS {
            let found = found.map(|found| super::text::shorten(&super::choices::plain(found)));
            let allowed = (!allowed.is_empty()).then(|| allowed.to_owned());
            let code = ProblemCode::Spec;
            let violation = Violation { pointer: pointer.to_owned(), code, message, found, allowed };
            self.flaws.push(Flaw { severity, violation });
        }
    }

    fn error(&mut self, pointer: &str, message: &str, found: &Value, allowed: &str) {
        self.tell(Severity::Error, pointer, message.to_owned(), Some(found), allowed);
    }

    fn warning(&mut self, pointer: &str, message: String, allowed: &str) {
        self.tell(Severity::Warning, pointer, message, None, allowed);
    }

    fn schema(&mut self, schema: &Value, pointer: &str, role: Role) {
        if self.flaws.len() >= MAX_FLAWS {
            return;
        }
        let schema = match schema {
            Value::Object(schema) => schema,
            Value::Bool(_) if role == Role::Part => return,
            other => {
                return self.error(
                    pointer,
                    "A schema must be an object",
                    other,
                    "an object such as { type: string }",
                );
            }
        };
        self.kind(schema, pointer, role);
        self.reference(schema, pointer);
        self.choices(schema, pointer);
        self.look(schema, pointer);
        self.members(schema, pointer, role);
        self.default(schema, pointer);
        self.inner(schema, pointer);
    }

    fn kind(&mut self, schema: &Map<String, Value>, pointer: &str, role: Role) {
        let at = child(pointer, "type");
        let is_type = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
        match schema.get("type") {
            None => {
                const TELLING: [&str; 12] = [
                    "$ref",
                    "allOf",
                    "oneOf",
                    "anyOf",
                    "enum",
                    "const",
                    "properties",
                    "additionalProperties",
                    "items",
                    "prefixItems",
                    "ui:field",
                    "if",
                ];
                if role == Role::Value && !TELLING.iter().any(|key| schema.contains_key(*key)) {
                    let message = "The schema names no type, so the form asks for JSON".to_owned();
                    self.warning(pointer, message, &TYPES.join(", "));
                }
            }
            Some(Value::Array(names)) if !names.is_empty() && names.iter().all(is_type) => {}
            Some(name) if is_type(name) => {}
            Some(other) => self.error(&at, "This is not a type", other, &TYPES.join(", ")),
        }
        let is_list = schema.get("type").and_then(Value::as_str) == Some("array");
        let says_items = ["items", "prefixItems", "ui:field"].iter().any(|key| schema.contains_key(*key));
        if is_list && role == Role::Value && !says_items {
            let message = "The list says nothing of its items, so the form asks for JSON".to_owned();
            self.warning(pointer, message, "items: { type: string }");
        }
    }

    fn reference(&mut self, schema: &Map<String, Value>, pointer: &str) {
        let Some(reference) = schema.get("$ref") else { return };
        let at = child(pointer, "$ref");
        let allowed = "#/definitions/NAME, with the name defined in the same step";
        let (mut next, mut followed) = (Some(reference), Vec::new());
        while let Some(reference) = next.take() {
            let Some(text) = reference.as_str().filter(|text| text.starts_with('#')) else {
                return self.error(
                    &at,
                    "A reference must lead to a place in the same step",
                    reference,
                    allowed,
                );
            };
            if followed.contains(&text) {
                return self.error(&at, "The reference leads back to itself", reference, allowed);
            }
            let Some(target) = target(self.root, text) else {
                return self.error(&at, "The reference leads to nothing", reference, allowed);
            };
            followed.push(text);
            next = target.get("$ref");
        }
    }

    fn choices(&mut self, schema: &Map<String, Value>, pointer: &str) {
        let count = match schema.get("enum") {
            None => return,
            Some(Value::Array(values)) if !values.is_empty() => values.len(),
            Some(other) => {
                return self.error(
                    &child(pointer, "enum"),
                    "`enum` must list at least one value",
                    other,
                    "a list",
                );
            }
        };
        for key in ["enumNames", "ui:enumNames"] {
            if let Some(Value::Array(names)) = schema.get(key)
                && names.len() != count
            {
                let message = format!("There are {count} values and {} names", names.len());
                self.warning(&child(pointer, key), message, "a name for each value, in the same order");
            }
        }
    }

    fn look(&mut self, schema: &Map<String, Value>, pointer: &str) {
        if super::arrange::flag(&Value::Object(schema.clone())).is_some() {
            let at = match schema.contains_key("backstage:featureFlag") {
                true => child(pointer, "backstage:featureFlag"),
                false => child(&child(pointer, "ui:backstage"), "featureFlag"),
            };
            let message =
                "This has a feature flag. No flag is on in this portal, so it is never shown".to_owned();
            self.warning(&at, message, "no flag, or a field that decides by `dependencies` what is asked");
        }
        if let Some(options) = schema.get("ui:options").filter(|options| !options.is_object()) {
            self.error(&child(pointer, "ui:options"), "`ui:options` must be an object", options, "an object");
        }
        if let Some(custom) = schema.get("ui:field") {
            let at = child(pointer, "ui:field");
            let known: Vec<_> = Picker::ALL.iter().map(|picker| picker.as_str()).chain([SECRET]).collect();
            match custom.as_str() {
                None => self.error(&at, "`ui:field` must be a text", custom, &known.join(", ")),
                Some(name) if !known.contains(&name) => {
                    let message =
                        format!("The field {name} is not known, so it looks like any other of its type");
                    self.warning(&at, message, &known.join(", "));
                }
                Some(_) => {}
            }
        }
        let options = super::control::options(schema);
        let Some(widget) = options.get("widget") else { return };
        let at = child(pointer, "ui:widget");
        let at = if schema.contains_key("ui:widget") {
            at
        } else {
            child(&child(pointer, "ui:options"), "widget")
        };
        let kind = match schema.get("type").and_then(Value::as_str) {
            Some("integer") => Some("number"),
            kind => kind,
        };
        let offered = WIDGETS.iter().filter(|(name, _)| kind.is_none_or(|kind| kind == *name));
        let offered: Vec<_> = offered.flat_map(|(_, widgets)| widgets.iter().copied()).collect();
        match widget.as_str() {
            None => self.error(&at, "`ui:widget` must be a text", widget, &offered.join(", ")),
            Some(name) if !offered.contains(&name) => {
                let message =
                    format!("The widget {name} is not known for this type, so the usual one is shown");
                self.warning(&at, message, &offered.join(", "));
            }
            Some(_) => {}
        }
    }

    fn members(&mut self, schema: &Map<String, Value>, pointer: &str, role: Role) {
        if let Some(other) = schema.get("properties").filter(|value| !value.is_object()) {
            self.error(&child(pointer, "properties"), "`properties` must be an object", other, "an object");
        }
        if !["required", "dependencies", "ui:order"].iter().any(|key| schema.contains_key(*key)) {
            return;
        }
        let names = known(self.root, &Value::Object(schema.clone()));
        match schema.get("required") {
            None => {}
            Some(Value::Array(required)) => {
                for (index, name) in required.iter().enumerate() {
                    let at = format!("{}/{index}", child(pointer, "required"));
                    match name.as_str() {
                        None => self.error(&at, "The name of a property must be a text", name, "a text"),
                        Some(name) if role != Role::Part && !names.contains(name) => {
                            let message =
                                format!("{name} is required and has no field, so nobody can fill it in");
                            self.warning(&at, message, "a name under `properties`");
                        }
                        Some(_) => {}
                    }
                }
            }
            Some(other) => {
                let allowed = "a list of names, beside `properties`";
                self.error(&child(pointer, "required"), "`required` must be a list", other, allowed);
            }
        }
        if let Some(Value::Object(dependencies)) = schema.get("dependencies") {
            for name in dependencies.keys().filter(|name| role != Role::Part && !names.contains(*name)) {
                let at = child(&child(pointer, "dependencies"), name);
                let message = format!("{name} has no field, so what depends on it never applies");
                self.warning(&at, message, "a name under `properties`");
            }
        }
        match schema.get("ui:order") {
            None => {}
            Some(Value::Array(order)) => {
                let has_all = order.iter().any(|name| name == "*");
                let missing = names.iter().find(|name| !order.iter().any(|other| other == *name));
                if let (false, Some(missing)) = (has_all, missing) {
                    let message = format!("`ui:order` leaves out {missing}, which comes last");
                    self.warning(&child(pointer, "ui:order"), message, "every name, or `*` for the others");
                }
            }
            Some(other) => {
                self.error(&child(pointer, "ui:order"), "`ui:order` must be a list", other, "a list");
            }
        }
    }

    fn default(&mut self, schema: &Map<String, Value>, pointer: &str) {
        // An object as default may leave out what its members have defaults for.
        let Some(default) = schema.get("default").filter(|default| !default.is_object()) else { return };
        let Some(left) = self.judged_left.checked_sub(1) else { return };
        self.judged_left = left;
        if !self.judge.accepts(&Value::Object(schema.clone()), default) {
            let message = "The default is not valid itself".to_owned();
            let at = child(pointer, "default");
            self.tell(Severity::Warning, &at, message, Some(default), "a value that the schema accepts");
        }
    }

    fn inner(&mut self, schema: &Map<String, Value>, pointer: &str) {
        for (keyword, value) in schema {
            let at = child(pointer, keyword);
            match (keyword.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(members)) => {
                    for (name, member) in members {
                        self.schema(member, &child(&at, name), Role::Value);
                    }
                }
                ("definitions" | "$defs" | "dependencies" | "dependentSchemas", Value::Object(members)) => {
                    for (name, member) in members.iter().filter(|(_, member)| !member.is_array()) {
                        self.schema(member, &child(&at, name), Role::Part);
                    }
                }
                ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                    for (index, part) in parts.iter().enumerate() {
                        self.schema(part, &format!("{at}/{index}"), Role::Part);
                    }
                }
                ("items" | "prefixItems", Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.schema(item, &format!("{at}/{index}"), Role::Value);
                    }
                }
                ("items" | "additionalItems" | "additionalProperties", item @ Value::Object(_)) => {
                    self.schema(item, &at, Role::Value);
                }
                ("then" | "else", part) => self.schema(part, &at, Role::Part),
                _ => {}
            }
        }
    }
}
