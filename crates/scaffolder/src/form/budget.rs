//! What a schema may take: how often it multiplies itself, and what its expressions read.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::Value;

/// What expressions that go back and forth may cost in one piece of work: see [`read`].
const MAX_COST: usize = 50_000;
/// A text of so many characters costs twice its length: from each of them an expression may look at all that follow.
const TWICE: usize = 400;
/// Schemas that one schema may amount to, with every reference written out.
const MAX_SCHEMAS: usize = 100_000;
/// How deep schemas may lie in each other, references written out.
const MAX_DEPTH: usize = 200;
/// How deep values may be, and how many.
const MAX_VALUE_DEPTH: usize = 64;
const MAX_VALUES: usize = 50_000;
/// Bytes of a property's name.
const MAX_NAME: usize = 1_000;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Does a piece of work in which expressions may cost [`MAX_COST`].
pub(super) fn spend<T>(work: impl FnOnce() -> T) -> T {
    let before = LEFT.replace(MAX_COST);
    let done = work();
    LEFT.set(before);
    done
}

/// Pays for a text that an expression is tried on; whether there was enough left.
pub(super) fn read(characters: usize) -> bool {
    let left = LEFT.get().checked_sub(characters + characters * characters / TWICE);
    LEFT.set(left.unwrap_or_default());
    left.is_some()
}

/// Whether a schema stays small when each reference is written out, and does not multiply where it contains itself.
///
/// A value is checked against every schema that applies to it. References let a few lines apply the same schema 2ⁿ times,
/// and more with each level of the value if it contains itself twice at one place.
pub(super) fn is_bounded(root: &Value) -> bool {
    let mut walk = Walk { root, left: MAX_SCHEMAS, open: Vec::new(), returns: BTreeSet::new() };
    walk.schema(root, "", 0)
}

struct Walk<'a> {
    root: &'a Value,
    left: usize,
    /// References that are followed right now.
    open: Vec<&'a str>,
    /// Which reference led back to itself, for the value at which place.
    returns: BTreeSet<(&'a str, String)>,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Value, place: &str, depth: usize) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        if depth > MAX_DEPTH {
            return false;
        }
        let Value::Object(schema) = schema else { return true };
        schema.iter().all(|(keyword, value)| match (keyword.as_str(), value) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) => {
                self.reference(reference, place, depth)
            }
            (
                "properties" | "patternProperties" | "dependencies" | "dependentSchemas",
                Value::Object(members),
            ) => {
                let is_inner = matches!(keyword.as_str(), "properties" | "patternProperties");
                members.iter().all(|(name, member)| {
                    if is_inner {
                        self.schema(member, &format!("{place}/{name}"), depth + 1)
                    } else {
                        self.schema(member, place, depth + 1)
                    }
                })
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                parts.iter().all(|part| self.schema(part, place, depth + 1))
            }
            ("if" | "then" | "else" | "not", part) => self.schema(part, place, depth + 1),
            ("items" | "prefixItems", Value::Array(items)) => {
                items.iter().all(|item| self.schema(item, &format!("{place}/-"), depth + 1))
            }
            (
                "items"
                | "additionalItems"
                | "additionalProperties"
                | "contains"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "propertyNames",
                inner,
            ) => self.schema(inner, &format!("{place}/-"), depth + 1),
            _ => true,
        })
    }

    fn reference(&mut self, reference: &'a str, place: &str, depth: usize) -> bool {
        if self.open.contains(&reference) {
            return self.returns.insert((reference, place.to_owned()));
        }
        let Some(target) = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) else {
            // What leads nowhere is told by the one who compiles.
            return true;
        };
        self.open.push(reference);
        let is_bounded = self.schema(target, place, depth + 1);
        self.open.pop();
        is_bounded
    }
}

/// Whether values are few and flat enough to be checked.
pub(super) fn is_checkable(value: &Value) -> bool {
    fn within(value: &Value, levels: usize, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        let Some(levels) = levels.checked_sub(1) else { return false };
        match value {
            Value::Array(items) => items.iter().all(|item| within(item, levels, left)),
            Value::Object(members) => {
                members.iter().all(|(name, member)| name.len() <= MAX_NAME && within(member, levels, left))
            }
            _ => true,
        }
    }
    within(value, MAX_VALUE_DEPTH, &mut { MAX_VALUES })
}
