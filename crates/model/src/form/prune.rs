//! Leaving out what is not asked for.

use serde_json::{Map, Value};

use super::field::{Control, Field, Form};
use super::{Secrets, name, place};

impl Form {
    /// Takes out of the values what the schema knows and does not show for them, secrets, and objects that may be left
    /// out and are empty; whether there was any. What the schema does not know stays.
    pub(super) fn prune(&self, values: &mut Value) -> bool {
        match values {
            Value::Object(members) => prune_object(&self.root, members),
            _ => false,
        }
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

fn prune_object(field: &Field, members: &mut Map<String, Value>) -> bool {
    let mut is_pruned = false;
    for key in &field.hidden {
        is_pruned |= members.shift_remove(key).is_some();
    }
    let Control::Object { fields, .. } = &field.control else { return is_pruned };
    for field in fields {
        let key = name::keys(&field.pointer).last().unwrap_or_default();
        let Some(value) = members.get_mut(&key) else { continue };
        is_pruned |= prune(field, value);
        let is_left_out = match (&field.control, value) {
            (Control::Secret { .. }, _) => true,
            (Control::Object { .. }, Value::Object(members)) => members.is_empty() && !field.required,
            _ => false,
        };
        if is_left_out {
            members.shift_remove(&key);
            is_pruned = true;
        }
    }
    is_pruned
}

fn prune(field: &Field, value: &mut Value) -> bool {
    match (&field.control, value) {
        (Control::Object { .. }, Value::Object(members)) => prune_object(field, members),
        (Control::Array { items, .. }, Value::Array(values)) => {
            let mut is_pruned = false;
            for (item, value) in items.iter().zip(values) {
                if matches!(item.field.control, Control::Secret { .. }) {
                    is_pruned |= !value.take().is_null();
                } else {
                    is_pruned |= prune(&item.field, value);
                }
            }
            is_pruned
        }
        _ => false,
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
