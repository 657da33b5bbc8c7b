//! What is known of the steps of a form before they are answered.

use std::collections::BTreeSet;

use serde_json::Value;

use super::StepHead;
use crate::form::Forms;

/// The steps that people see.
pub(super) fn heads(forms: &Forms) -> Vec<StepHead> {
    let flags = BTreeSet::new();
    let head = |(number, position): (usize, usize)| {
        let title = forms.step(position).and_then(|step| step.title());
        StepHead { position, title: title.map_or_else(|| format!("Step {}", number + 1), str::to_owned) }
    };
    forms.visible(&flags).into_iter().enumerate().map(head).collect()
}

/// Whether a schema has conditions.
pub(super) fn decides(schema: &Value, depth: usize) -> bool {
    const CONDITIONS: [&str; 7] =
        ["dependencies", "dependentSchemas", "dependentRequired", "if", "oneOf", "anyOf", "allOf"];
    const DEEPEST: usize = 96;
    match schema {
        _ if depth > DEEPEST => false,
        Value::Object(members) => {
            members.iter().any(|(key, value)| CONDITIONS.contains(&key.as_str()) || decides(value, depth + 1))
        }
        Value::Array(items) => items.iter().any(|item| decides(item, depth + 1)),
        _ => false,
    }
}
