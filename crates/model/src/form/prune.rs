//! Leaving out what is not asked for.

use serde_json::{Map, Value};

use super::field::{Control, Field, Form};
use super::{Secrets, name, place};

impl Form {
    /// Takes out of the values what the schema knows and does not show for them, secrets, and objects that may be left
    /// out and are empty. What the schema does not know stays.
    pub(super) fn prune(&self, values: &mut Map<String, Value>) {
        prune_object(&self.root, values);
    }

    /// The values with secrets in the places of their fields, and with nothing else there: to be checked, since a schema
    /// may demand them, and then to be dropped.
    #[must_use]
    pub fn with_secrets(&self, values: &Map<String, Value>, secrets: &Secrets) -> Map<String, Value> {
        let mut values = values.clone();
        for field in self.fields() {
            let Control::Secret { secret, .. } = &field.control else { continue };
            match secrets.expose(secret) {
                Some(secret) => {
                    place::set(&mut values, &field.pointer, Value::from(secret), true);
                }
                None => place::remove(&mut values, &field.pointer),
            }
        }
        values
    }
}

fn prune_object(field: &Field, members: &mut Map<String, Value>) {
    for key in &field.hidden {
        members.shift_remove(key);
    }
    let Control::Object { fields, .. } = &field.control else { return };
    for field in fields {
        let key = name::keys(&field.pointer).last().unwrap_or_default();
        let Some(value) = members.get_mut(&key) else { continue };
        let is_left_out = match &field.control {
            Control::Secret { .. } => true,
            _ => {
                prune(field, value);
                !field.required
                    && matches!(value, Value::Object(members) if members.is_empty())
                    && matches!(field.control, Control::Object { .. })
            }
        };
        if is_left_out {
            members.shift_remove(&key);
        }
    }
}

fn prune(field: &Field, value: &mut Value) {
    match (&field.control, value) {
        (Control::Object { .. }, Value::Object(members)) => prune_object(field, members),
        (Control::Array { items, .. }, Value::Array(values)) => {
            for (item, value) in items.iter().zip(values) {
                match item.field.control {
                    Control::Secret { .. } => *value = Value::Null,
                    _ => prune(&item.field, value),
                }
            }
        }
        _ => {}
    }
}

/// Puts back what was taken out of `whole` before `changed` was made of what was left (`pruned`).
pub(super) fn restore(changed: &mut Value, pruned: &Value, whole: &Value) {
    match (changed, pruned, whole) {
        (Value::Object(changed), Value::Object(pruned), Value::Object(whole)) => {
            for (key, value) in whole {
                match (changed.get_mut(key), pruned.get(key)) {
                    (Some(changed), Some(pruned)) => restore(changed, pruned, value),
                    (None, None) => {
                        changed.insert(key.clone(), value.clone());
                    }
                    _ => {}
                }
            }
        }
        (Value::Array(changed), Value::Array(pruned), Value::Array(whole)) => {
            for ((changed, pruned), whole) in changed.iter_mut().zip(pruned).zip(whole) {
                restore(changed, pruned, whole);
            }
        }
        _ => {}
    }
}
