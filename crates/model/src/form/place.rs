//! Values at pointers.

use serde_json::{Map, Value};

use super::name::keys;

/// The value at a pointer.
pub(super) fn get<'a>(values: &'a Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let mut keys = keys(pointer);
    let first = values.get(&keys.next()?)?;
    keys.try_fold(first, |value, key| match value {
        Value::Object(members) => members.get(&key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a value at a pointer. Objects on the way are made if `create` says so; otherwise nothing happens without them.
/// Items of lists are never made.
pub(super) fn set(values: &mut Map<String, Value>, pointer: &str, value: Value, create: bool) -> bool {
    let keys: Vec<_> = keys(pointer).collect();
    let Some((last, way)) = keys.split_last() else { return false };
    let Some((first, rest)) = way.split_first() else {
        values.insert(last.clone(), value);
        return true;
    };
    if !values.contains_key(first) && !create {
        return false;
    }
    let mut slot = values.entry(first.clone()).or_insert(Value::Null);
    for key in rest {
        let Some(next) = enter(slot, key, create) else { return false };
        slot = next;
    }
    match enter(slot, last, true) {
        Some(slot) => {
            *slot = value;
            true
        }
        None => false,
    }
}

/// The slot for a member. A value that can't have members gives way to an object.
fn enter<'a>(slot: &'a mut Value, key: &str, create: bool) -> Option<&'a mut Value> {
    if !matches!(slot, Value::Object(_) | Value::Array(_)) {
        if !create {
            return None;
        }
        *slot = Value::Object(Map::new());
    }
    match slot {
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        Value::Object(members) => {
            if create {
                members.entry(key).or_insert(Value::Null);
            }
            members.get_mut(key)
        }
        _ => None,
    }
}

/// Removes the value at a pointer. An item of a list becomes null, so that the others keep their places.
pub(super) fn remove(values: &mut Map<String, Value>, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    let last = last.replace("~1", "/").replace("~0", "~");
    if parent.is_empty() {
        values.shift_remove(&last);
        return;
    }
    match get_mut(values, parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(&last);
        }
        Some(Value::Array(items)) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}

/// The value at a pointer, to be changed.
pub(super) fn get_mut<'a>(values: &'a mut Map<String, Value>, pointer: &str) -> Option<&'a mut Value> {
    let mut keys = keys(pointer);
    let first = values.get_mut(&keys.next()?)?;
    keys.try_fold(first, |value, key| match value {
        Value::Object(members) => members.get_mut(&key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}
