//! Defaults, as rjsf fills them in with what Backstage sets: in every object, in chosen branches, in lists up to
//! `minItems`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::arrange::MAX_ITEMS;
use super::control::{Items, kind, options};
use super::name;
use super::picker::{Picker, is_secret};
use super::resolve::{Resolved, Resolver};

/// How deep defaults may lie in each other.
const MAX_DEPTH: usize = 24;
/// How often values that were filled in may open branches with further defaults.
const MAX_ROUNDS: usize = 6;

/// Where defaults are filled in.
#[derive(Clone, Copy)]
pub(super) struct Gap<'s> {
    pub(super) pointer: &'s str,
    /// What a default further out says of this value.
    pub(super) outer: Option<&'s Value>,
    pub(super) references: &'s [String],
    pub(super) cleared: &'s BTreeSet<String>,
    pub(super) depth: usize,
}

impl Resolver<'_> {
    /// A value with its defaults.
    pub(super) fn fill(&self, schema: &Value, value: Option<&Value>, gap: Gap<'_>) -> Option<Value> {
        let mut filled = value.cloned();
        if gap.depth >= MAX_DEPTH || !self.count_field() {
            return filled;
        }
        for _ in 0..MAX_ROUNDS {
            let resolved = self.resolve(schema, filled.as_ref(), gap.pointer, gap.references);
            if resolved.is_endless {
                return filled;
            }
            let next = self.fill_resolved(&resolved, filled.as_ref(), gap);
            if next == filled {
                break;
            }
            filled = next;
        }
        filled
    }

    fn fill_resolved(&self, resolved: &Resolved, value: Option<&Value>, gap: Gap<'_>) -> Option<Value> {
        let schema = &resolved.schema;
        let custom = schema.get("ui:field").and_then(Value::as_str);
        if is_secret(&options(schema)) {
            return None;
        }
        let is_leaf = resolved.is_choice();
        let is_object = kind(resolved) == Some("object") && !is_leaf || gap.depth == 0;
        match (kind(resolved), value) {
            (_, None | Some(Value::Object(_))) if is_object => Some(self.fill_object(resolved, value, gap)),
            (Some("array"), None | Some(Value::Array(_))) if !is_leaf => {
                self.fill_array(resolved, value, gap, custom)
            }
            (Some("null"), None) => Some(Value::Null),
            _ => {
                let default = schema.get("const").or_else(|| schema.get("default")).or(gap.outer);
                let default = default.filter(|_| !gap.cleared.contains(gap.pointer));
                value.filter(|value| is_offered(resolved, value)).or(default).cloned()
            }
        }
    }

    fn fill_object(&self, resolved: &Resolved, value: Option<&Value>, gap: Gap<'_>) -> Value {
        let schema = &resolved.schema;
        let mut defaults = gap.outer.and_then(Value::as_object).cloned().unwrap_or_default();
        for source in ["default", "const"] {
            if let Some(Value::Object(own)) = schema.get(source) {
                defaults.extend(own.clone());
            }
        }
        let mut members = value.and_then(Value::as_object).cloned().unwrap_or_default();
        let nothing = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
        let required = schema.get("required").and_then(Value::as_array);
        for (key, property) in properties.iter().filter(|(_, property)| self.is_on(property)) {
            let pointer = name::child(gap.pointer, key);
            let inner = Gap {
                pointer: &pointer,
                outer: defaults.get(key),
                references: &resolved.references,
                depth: gap.depth + 1,
                ..gap
            };
            let is_required = required.is_some_and(|names| names.iter().any(|name| name == key));
            match self.fill(property, members.get(key), inner) {
                None => {
                    members.shift_remove(key);
                }
                // An object that may be left out and has nothing in it is left out.
                Some(Value::Object(empty))
                    if empty.is_empty() && !is_required && !members.contains_key(key) => {}
                Some(filled) => {
                    members.insert(key.clone(), filled);
                }
            }
        }
        for (key, default) in defaults {
            if !properties.contains_key(&key) && !members.contains_key(&key) {
                members.insert(key, default);
            }
        }
        Value::Object(members)
    }

    fn fill_array(
        &self,
        resolved: &Resolved,
        value: Option<&Value>,
        gap: Gap<'_>,
        custom: Option<&str>,
    ) -> Option<Value> {
        let schema = &resolved.schema;
        let default = schema.get("const").or_else(|| schema.get("default")).or(gap.outer);
        let default = default.filter(|_| !gap.cleared.contains(gap.pointer));
        let mut items = value.or(default).and_then(Value::as_array).cloned().unwrap_or_default();
        let schemas = Items::of(schema);
        let (Some(schemas), None) = (schemas, custom.and_then(Picker::of)) else {
            return Some(Value::Array(items));
        };
        let is_whole = schemas.fixed.is_empty() && self.is_chosen_from(schema, schemas.others);
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0).min(MAX_ITEMS as u64);
        let least = if is_whole { 0 } else { usize::try_from(least).unwrap_or(MAX_ITEMS) };
        let length = items.len().max(least).max(schemas.fixed.len()).min(MAX_ITEMS.max(items.len()));
        items.resize(length, Value::Null);
        if !is_whole && length <= MAX_ITEMS {
            for (index, item) in items.iter_mut().enumerate() {
                let Some(schema) = schemas.schema(index) else { continue };
                let pointer = format!("{}/{index}", gap.pointer);
                let inner = Gap {
                    pointer: &pointer,
                    outer: None,
                    references: &resolved.references,
                    depth: gap.depth + 1,
                    ..gap
                };
                let value = Some(&*item).filter(|item| !item.is_null());
                *item = self.fill(schema, value, inner).unwrap_or_default();
            }
        }
        Some(Value::Array(items))
    }

    /// Whether a list holds some of a set of choices, or files: these are not there before they are chosen.
    fn is_chosen_from(&self, schema: &Map<String, Value>, item: Option<&Value>) -> bool {
        let Some(item) = item else { return false };
        let item = self.resolve(item, None, "", &[]);
        let widget = options(schema).get("widget").and_then(Value::as_str).map(str::to_owned);
        let has_choices = item.constants.is_some() || item.schema.contains_key("enum");
        let is_file = item.schema.get("format").and_then(Value::as_str) == Some("data-url");
        let is_unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        is_file
            || has_choices && (is_unique || matches!(widget.as_deref(), Some("checkboxes" | "select")))
            || widget.as_deref() == Some("files")
    }
}

/// Whether a value is among the choices, if there are choices: one that another answer took away gives way.
fn is_offered(resolved: &Resolved, value: &Value) -> bool {
    match (resolved.schema.get("enum"), &resolved.constants) {
        (Some(Value::Array(values)), _) => values.is_empty() || values.contains(value),
        (_, Some(constants)) => constants.iter().any(|constant| constant.value == *value),
        _ => true,
    }
}
