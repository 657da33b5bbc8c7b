//! A filter on one document, for lists that are too small for an index.

use serde_json::Value;

use super::{Filter, RELATIONS};
use crate::flatten::{Leaf, flatten_map};

impl Filter {
    /// Whether a document satisfies the filter. Relations are those of its `relations` list.
    #[must_use]
    pub fn matches(&self, document: &Value) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(document)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(document)),
            Self::Not(filter) => !filter.matches(document),
            Self::Exists(key) => any_leaf(document, |found, _| found == key),
            Self::In { key, values } => any_leaf(document, |found, leaf| {
                found == key
                    && matches!(leaf, Leaf::Text { lower, .. } if values.iter().any(|value| value == lower))
            }),
            Self::HasPrefix { key, prefix } => any_leaf(document, |found, leaf| {
                found == key && matches!(leaf, Leaf::Text { lower, .. } if lower.starts_with(prefix.as_str()))
            }),
            Self::Relation { types, targets } => relations(document).any(|(relation_type, target)| {
                (types.is_empty() || types.contains(&relation_type))
                    && (targets.is_empty() || targets.contains(&target))
            }),
        }
    }
}

/// Types and targets of the relations, in lower case.
fn relations(document: &Value) -> impl Iterator<Item = (String, String)> {
    let relations = document.get("relations").and_then(Value::as_array);
    relations.into_iter().flatten().filter_map(|relation| {
        let text = |field: &str| Some(relation.get(field)?.as_str()?.to_lowercase());
        Some((text("type")?, text("targetRef")?))
    })
}

/// Whether some search key and value passes. Relations stand under `relations.` and their type.
fn any_leaf(document: &Value, mut test: impl FnMut(&str, Leaf<'_>) -> bool) -> bool {
    let mut found = false;
    if let Value::Object(map) = document {
        flatten_map(map, &mut |key, leaf| found = found || test(key, leaf));
    }
    found
        || relations(document).any(|(relation_type, target)| {
            test(&format!("{RELATIONS}{relation_type}"), Leaf::Text { original: &target, lower: &target })
        })
}
