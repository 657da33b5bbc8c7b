//! Versions of the log in the words of a reader: what was added, changed, removed, and which fields.

use std::collections::BTreeSet;

use model::{ChangeKind, VersionSummary};
use serde_json::Value;

use super::short::cut;
use crate::store::Version;

/// Fields named per change.
const MAX_FIELDS: usize = 20;
/// Characters of a name: keys of a `spec` may have any length.
const MAX_NAME: usize = 200;
/// Set by the catalog at each change, so they tell a reader nothing.
const IGNORED: [&str; 2] = ["metadata.uid", "metadata.etag"];

/// What a version changed against the one that it replaced.
pub(super) fn summarize(version: &Version, before: Option<&Version>) -> VersionSummary {
    let parse =
        |version: &Version| -> Option<Value> { serde_json::from_str(version.document.as_deref()?).ok() };
    let before = before.and_then(parse);
    let (change, fields) = match (before, parse(version)) {
        (_, None) => (ChangeKind::Removed, Vec::new()),
        (None, Some(_)) => (ChangeKind::Added, Vec::new()),
        (Some(old), Some(new)) => (ChangeKind::Changed, changed_fields(&old, &new)),
    };
    VersionSummary { seq: version.seq, at: moment(version.valid_from), change, fields }
}

/// Unix milliseconds as RFC 3339, UTC.
pub(in crate::service) fn moment(unix_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Dotted paths whose value differs, as deep as both sides are objects.
pub(super) fn changed_fields(old: &Value, new: &Value) -> Vec<String> {
    let mut fields = Vec::new();
    collect(old, new, "", &mut fields);
    fields.retain(|field| !IGNORED.contains(&field.as_str()));
    fields.truncate(MAX_FIELDS);
    fields.iter().map(|field| cut(field, MAX_NAME)).collect()
}

fn collect(old: &Value, new: &Value, path: &str, fields: &mut Vec<String>) {
    if old == new {
        return;
    }
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        fields.push(path.to_owned());
        return;
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect(old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null), &path, fields);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_the_deepest_field_that_differs() {
        let old = json!({"metadata": {"uid": "1", "tags": ["a"], "name": "x"}, "spec": {"owner": "a"}});
        let new = json!({"metadata": {"uid": "2", "tags": ["b"], "name": "x"}, "spec": {"owner": "a", "system": "s"}});
        assert_eq!(changed_fields(&old, &new), ["metadata.tags", "spec.system"]);
    }

    #[test]
    fn names_twenty_fields_at_most() {
        let new: Value = (0..40)
            .map(|index| (format!("k{index:02}"), json!(index)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        assert_eq!(changed_fields(&json!({}), &new).len(), MAX_FIELDS);
    }
}
