//! Properties that a schema could show for some value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::resolve::target;

/// Schemas that are looked at for one object.
const MAX_WORK: usize = 5_000;

/// The names of all properties, in whichever branch.
pub(super) fn known(root: &Value, schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut next, mut followed) = (vec![schema], BTreeSet::new());
    let mut left = MAX_WORK;
    while let Some(schema) = next.pop() {
        let Value::Object(schema) = schema else { continue };
        if left == 0 {
            break;
        }
        left -= 1;
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("$ref", Value::String(reference)) if followed.insert(reference.as_str()) => {
                    next.extend(target(root, reference));
                }
                ("properties", Value::Object(properties)) => names.extend(properties.keys().cloned()),
                ("allOf" | "oneOf" | "anyOf", Value::Array(schemas)) => next.extend(schemas),
                ("then" | "else", schema) => next.push(schema),
                ("dependencies" | "dependentSchemas", Value::Object(schemas)) => {
                    next.extend(schemas.values());
                }
                _ => {}
            }
        }
    }
    names
}
