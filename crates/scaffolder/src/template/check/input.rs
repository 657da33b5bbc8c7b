//! The input of a step against what its action takes. What an expression will give is not known yet, so that only keys are
//! judged there.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::action::nearest;
use crate::expression::{below, is_expression};
use crate::schema::Schema;
use crate::template::{Code, Problem, Step};

pub(super) fn check(step: &Step, schema: &Schema, source: &Value, problems: &mut Vec<Problem>) {
    let pointer = format!("{}/input", step.pointer);
    let is_open = |value: &Value| value.as_str().is_some_and(is_expression);
    let faults = schema.faults_except(&Value::Object(step.source.clone()), &is_open);
    for fault in &faults {
        problems.push(Problem::error(
            format!("{pointer}{}", fault.pointer),
            Code::Input,
            format!("{} does not take this: {}.", step.action, fault.message),
        ));
    }
    let mut names = BTreeSet::new();
    if !collect(source, &mut names) {
        return;
    }
    // What the schema forbids was told just now.
    let told =
        |key: &String| faults.iter().any(|fault| fault.pointer.is_empty() && fault.unexpected.contains(key));
    for key in step.source.keys().filter(|key| !names.contains(key.as_str()) && !told(key)) {
        let pointer = below(&pointer, key);
        let problem = Problem::warning(
            pointer,
            Code::Input,
            format!("{} knows no input {key:?}, and ignores it.", step.action),
        );
        problems.push(match nearest(key, names.iter().copied()) {
            Some(nearest) => problem.with_help(format!("Is {nearest} meant?")),
            None => problem,
        });
    }
}

/// The inputs that a schema names. Whether these are all: one that leaves its keys open by design says nothing about them.
fn collect<'a>(schema: &'a Value, names: &mut BTreeSet<&'a str>) -> bool {
    let mut closed =
        !schema.get("additionalProperties").is_some_and(|more| more.is_object() || *more == true);
    closed &= schema.get("patternProperties").is_none() && schema.get("$ref").is_none();
    let mut names_some = false;
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        names.extend(properties.keys().map(String::as_str));
        names_some = true;
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            names_some |= collect(part, names);
        }
    }
    closed && names_some
}
