//! Whether a document is an entity that the catalog takes in.
//!
//! Everything that is wrong is found in one go, not only the first of it. No I/O: lines and columns are added by whoever
//! read the file.

mod format;
mod metadata;
mod spec;

use serde_json::{Map, Value};

use crate::location::is_script;
use crate::{Entity, ProblemCode, Violation, kind, relation};

/// Keys at the root of a document.
const ROOT_KEYS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
/// Keys that the catalog adds to what it sends, and that no file may set.
const OUTPUT_KEYS: [&str; 2] = ["relations", "status"];

/// Everything that is wrong with a document; nothing if it is valid.
#[must_use]
pub fn validate(document: &Value) -> Vec<Violation> {
    let mut violations = Vec::new();
    let Value::Object(root) = document else {
        return vec![Violation {
            pointer: String::new(),
            code: ProblemCode::Envelope,
            message: "An entity must be an object with apiVersion, kind and metadata".to_owned(),
            found: Some(describe(document)),
            allowed: Some("apiVersion: …, kind: …, metadata: { name: … }, spec: …".to_owned()),
        }];
    };
    root_keys(root, &mut violations);
    let api_version = text(root, "apiVersion", format::api_version, "apiVersion", &mut violations);
    let kind_name = text(root, "kind", format::kind, "kind", &mut violations);
    metadata::check(root, &mut violations);
    if let (Some(api_version), Some(kind_name)) = (api_version, kind_name) {
        check_kind(root, api_version, kind_name, &mut violations);
    }
    references(root, &mut violations);
    violations
}

/// References that cannot be read, unless something else is known to be wrong at the same place.
fn references(root: &Map<String, Value>, violations: &mut Vec<Violation>) {
    let is_reported =
        |pointer: &str, violations: &[Violation]| violations.iter().any(|other| other.pointer == pointer);
    // Every reference inherits the namespace: with a wrong one, each would be reported for what is wrong once.
    if is_reported("/metadata/namespace", violations) {
        return;
    }
    if let Err(mut unreadable) = relation::edges_of(root) {
        unreadable.retain(|violation| !is_reported(&violation.pointer, violations));
        violations.extend(unreadable);
    }
}

/// Targets of a Location that would run a script in the browser of whoever follows them.
fn scripts(spec: &Map<String, Value>, violations: &mut Vec<Violation>) {
    let target = spec.get("target").map(|target| ("/spec/target".to_owned(), target));
    let targets = spec.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate();
    let targets = targets.map(|(index, target)| (format!("/spec/targets/{index}"), target));
    for (pointer, target) in target.into_iter().chain(targets) {
        if let Some(text) = target.as_str().filter(|text| is_script(text)) {
            violations.push(Violation {
                pointer,
                code: ProblemCode::Spec,
                message: "The target of a Location must not be a script".to_owned(),
                found: Some(shorten(text)),
                allowed: Some("a path, or a URL such as https://example.com/catalog-info.yaml".to_owned()),
            });
        }
    }
}

fn root_keys(root: &Map<String, Value>, violations: &mut Vec<Violation>) {
    for key in root.keys().filter(|key| !ROOT_KEYS.contains(&key.as_str())) {
        let message = if OUTPUT_KEYS.contains(&key.as_str()) {
            format!("`{key}` is written by the catalog and cannot be set in a file")
        } else {
            format!("`{key}` is not a field of an entity")
        };
        violations.push(Violation {
            pointer: child("", key),
            code: ProblemCode::Envelope,
            message,
            found: Some(key.clone()),
            allowed: Some("apiVersion, kind, metadata, spec".to_owned()),
        });
    }
}

/// A required text of the envelope in the given format.
fn text<'a>(
    map: &'a Map<String, Value>,
    key: &str,
    format: format::Format,
    label: &str,
    violations: &mut Vec<Violation>,
) -> Option<&'a str> {
    let pointer = || child("", key);
    match map.get(key) {
        None | Some(Value::Null) => violations.push(Violation {
            pointer: String::new(),
            code: ProblemCode::Envelope,
            message: format!("`{label}` is missing"),
            found: None,
            allowed: Some(format.rule.to_owned()),
        }),
        Some(Value::String(text)) if (format.test)(text) => return Some(text),
        Some(Value::String(text)) => violations.push(Violation {
            pointer: pointer(),
            code: ProblemCode::Field,
            message: format!("`{label}` is not valid"),
            found: Some(shorten(text)),
            allowed: Some(format.rule.to_owned()),
        }),
        Some(other) => violations.push(Violation {
            pointer: pointer(),
            code: ProblemCode::Envelope,
            message: format!("`{label}` must be a text"),
            found: Some(describe(other)),
            allowed: Some(format.rule.to_owned()),
        }),
    }
    None
}

fn check_kind(root: &Map<String, Value>, api_version: &str, name: &str, violations: &mut Vec<Violation>) {
    let spec = root.get("spec").and_then(Value::as_object);
    let spec_type = spec.and_then(|spec| spec.get("type")).and_then(Value::as_str);
    let Some(kind) = kind::find(name, spec_type) else {
        let meant = kind::known_kinds().find(|known| known.eq_ignore_ascii_case(name));
        violations.push(Violation {
            pointer: "/kind".to_owned(),
            code: ProblemCode::Kind,
            message: match meant {
                Some(meant) => format!("`kind` must be written {meant}, with the same upper and lower case"),
                None => format!("The kind {} is not known", shorten(name)),
            },
            found: Some(shorten(name)),
            allowed: Some(kind::known_kinds().collect::<Vec<_>>().join(", ")),
        });
        return;
    };
    if !kind.api_versions.contains(&api_version) {
        violations.push(Violation {
            pointer: "/apiVersion".to_owned(),
            code: ProblemCode::Kind,
            message: format!("{name} does not exist in apiVersion {}", shorten(api_version)),
            found: Some(shorten(api_version)),
            allowed: Some(kind.api_versions.join(", ")),
        });
        return;
    }
    match root.get("spec") {
        Some(Value::Object(spec)) => {
            spec::check_object(spec, kind.spec, "/spec", "spec", violations);
            if name == "Location" {
                scripts(spec, violations);
            }
        }
        found => violations.push(Violation {
            pointer: if found.is_some() { "/spec".to_owned() } else { String::new() },
            code: ProblemCode::Spec,
            message: format!("A {name} needs a `spec`"),
            found: found.map(describe),
            allowed: Some(spec::fields_in_words(kind.spec)),
        }),
    }
}

/// The pointer to a member of the value at `parent` (RFC 6901).
fn child(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What a value is, for a message: short values as they are, others by their type.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => shorten(text),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A text short enough for a message.
fn shorten(text: &str) -> String {
    const MAX: usize = 100;
    match text.char_indices().nth(MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

impl Entity {
    /// The reference of a document that may be wrong in other places. `None` when no entity can have it: the kind is not
    /// known (upper and lower case do not count here), or the namespace or the name is not valid.
    #[must_use]
    pub fn ref_of(document: &Value) -> Option<crate::EntityRef> {
        let metadata = document.get("metadata")?;
        let kind = document.get("kind")?.as_str()?;
        let name = metadata.get("name")?.as_str()?;
        let namespace = match metadata.get("namespace") {
            None | Some(Value::Null) => crate::entity::DEFAULT_NAMESPACE,
            Some(namespace) => namespace.as_str()?,
        };
        let is_valid = kind::known_kinds().any(|known| known.eq_ignore_ascii_case(kind))
            && (format::namespace.test)(namespace)
            && (format::object_name.test)(name);
        is_valid.then(|| crate::EntityRef::new(kind, namespace, name))
    }
}
