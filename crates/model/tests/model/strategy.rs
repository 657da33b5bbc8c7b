//! Random JSON, for the promises that hold for every input.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Keys that the rules know among keys that they do not.
fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "relations",
        "status",
        "name",
        "namespace",
        "labels",
        "annotations",
        "tags",
        "links",
        "url",
        "title",
        "type",
        "owner",
        "lifecycle",
        "dependsOn",
        "targets",
        "steps",
        "output",
        "parameters",
        "profile",
        "$all",
        "$any",
        "$not",
        "$in",
        "$exists",
        "$contains",
        "$hasPrefix",
        "targetRef",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(|text: &str| text.to_owned()), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        "Component",
        "Template",
        "API",
        "Location",
        "mcp-server",
        "backstage.io/v1alpha1",
        "javascript:x",
        "a:b/c",
        "scaffolder.backstage.io/v1beta3",
        "https://",
        "ownedBy",
        "İ",
        "default",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(|text: &str| text.to_owned()), 1 => any::<String>()]
}

/// Any JSON value, with a liking for what looks like an entity or a query.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            3 => object(inner),
        ]
    })
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let members = proptest::collection::vec((key(), values), 0..7);
    members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}
