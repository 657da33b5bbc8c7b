//! `metadata`: name, namespace, labels, annotations, tags, links.

use serde_json::{Map, Value};

use super::format::{self, Format};
use super::{child, describe, shorten};
use crate::{ProblemCode, Violation};

/// Checks the `metadata` of a document.
pub(super) fn check(root: &Map<String, Value>, violations: &mut Vec<Violation>) {
    let metadata = match root.get("metadata") {
        Some(Value::Object(metadata)) => metadata,
        found => {
            violations.push(Violation {
                pointer: if found.is_some() { "/metadata".to_owned() } else { String::new() },
                code: ProblemCode::Envelope,
                message: if found.is_some() {
                    "`metadata` must be an object"
                } else {
                    "`metadata` is missing"
                }
                .to_owned(),
                found: found.map(describe),
                allowed: Some("metadata: { name: … }".to_owned()),
            });
            return;
        }
    };
    name(metadata, violations);
    let mut check = Checker { violations };
    if let Some(namespace) = metadata.get("namespace") {
        check.text("/metadata/namespace", "metadata.namespace", namespace, format::namespace);
    }
    for key in ["title", "description"] {
        match metadata.get(key) {
            None => {}
            Some(Value::String(text)) if key == "description" || !text.is_empty() => {}
            Some(other) => {
                let rule = if key == "title" { "a text that is not empty" } else { "a text" };
                check.wrong(&format!("/metadata/{key}"), &format!("metadata.{key}"), other, rule);
            }
        }
    }
    for key in ["uid", "etag"] {
        if let Some(other) = metadata.get(key).filter(|value| value.as_str().is_none_or(str::is_empty)) {
            check.wrong(
                &format!("/metadata/{key}"),
                &format!("metadata.{key}"),
                other,
                "a text that is not empty",
            );
        }
    }
    check.texts(metadata, "labels", Some(format::label_value));
    check.texts(metadata, "annotations", None);
    check.tags(metadata);
    check.links(metadata);
}

fn name(metadata: &Map<String, Value>, violations: &mut Vec<Violation>) {
    match metadata.get("name") {
        None | Some(Value::Null) => violations.push(Violation {
            pointer: "/metadata".to_owned(),
            code: ProblemCode::Envelope,
            message: "`metadata.name` is missing".to_owned(),
            found: None,
            allowed: Some(format::object_name.rule.to_owned()),
        }),
        Some(name) => {
            Checker { violations }.text("/metadata/name", "metadata.name", name, format::object_name);
        }
    }
}

struct Checker<'a> {
    violations: &'a mut Vec<Violation>,
}

impl Checker<'_> {
    fn text(&mut self, pointer: &str, label: &str, value: &Value, format: Format) {
        match value {
            Value::String(text) if (format.test)(text) => {}
            other => self.wrong(pointer, label, other, format.rule),
        }
    }

    fn wrong(&mut self, pointer: &str, label: &str, value: &Value, rule: &str) {
        self.violations.push(Violation {
            pointer: pointer.to_owned(),
            code: ProblemCode::Field,
            message: format!("`{label}` is not valid"),
            found: Some(describe(value)),
            allowed: Some(rule.to_owned()),
        });
    }

    /// Labels and annotations: keys in their format, values that are texts.
    fn texts(&mut self, metadata: &Map<String, Value>, key: &str, values: Option<Format>) {
        let pointer = format!("/metadata/{key}");
        let map = match metadata.get(key) {
            None => return,
            Some(Value::Object(map)) => map,
            Some(other) => {
                return self.wrong(&pointer, &format!("metadata.{key}"), other, "an object of texts");
            }
        };
        for (name, value) in map {
            let at = || child(&pointer, name);
            let label = || format!("metadata.{key}.{}", shorten(name));
            if !(format::key.test)(name) {
                self.wrong(&at(), &label(), &Value::String(name.clone()), format::key.rule);
            }
            match (value, values) {
                (Value::String(text), Some(format)) if !(format.test)(text) => {
                    self.wrong(&at(), &label(), value, format.rule);
                }
                (Value::String(_), _) => {}
                (other, _) => self.wrong(&at(), &label(), other, "a text; put it in quotes"),
            }
        }
    }

    fn tags(&mut self, metadata: &Map<String, Value>) {
        match metadata.get("tags") {
            None => {}
            Some(Value::Array(tags)) => {
                for (index, tag) in tags.iter().enumerate() {
                    if tag.as_str().is_none_or(|tag| !(format::tag.test)(tag)) {
                        let (pointer, label) =
                            (format!("/metadata/tags/{index}"), format!("metadata.tags.{index}"));
                        self.wrong(&pointer, &label, tag, format::tag.rule);
                    }
                }
            }
            Some(other) => self.wrong("/metadata/tags", "metadata.tags", other, "a list of texts"),
        }
    }

    fn links(&mut self, metadata: &Map<String, Value>) {
        let links = match metadata.get("links") {
            None => return,
            Some(Value::Array(links)) => links,
            Some(other) => {
                return self.wrong(
                    "/metadata/links",
                    "metadata.links",
                    other,
                    "a list of objects with a url",
                );
            }
        };
        for (index, link) in links.iter().enumerate() {
            let at = |key: &str| {
                (format!("/metadata/links/{index}/{key}"), format!("metadata.links.{index}.{key}"))
            };
            let Value::Object(link) = link else {
                let pointer = format!("/metadata/links/{index}");
                self.wrong(&pointer, &format!("metadata.links.{index}"), link, "an object with a url");
                continue;
            };
            match link.get("url") {
                Some(url) => {
                    let (pointer, label) = at("url");
                    self.text(&pointer, &label, url, format::url);
                }
                None => self.violations.push(Violation {
                    pointer: format!("/metadata/links/{index}"),
                    code: ProblemCode::Field,
                    message: format!("`metadata.links.{index}.url` is missing"),
                    found: None,
                    allowed: Some(format::url.rule.to_owned()),
                }),
            }
            for key in ["title", "icon", "type"] {
                let blank = |value: &&Value| value.as_str().is_none_or(|text| text.trim().is_empty());
                if let Some(value) = link.get(key).filter(blank) {
                    let (pointer, label) = at(key);
                    self.wrong(&pointer, &label, value, "a text that is not blank");
                }
            }
        }
    }
}
