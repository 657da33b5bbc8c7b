//! Search keys of an entity.

use model::{Entity, Leaf, flatten};
use serde_json::{Value, json};

fn rows(value: Value) -> Vec<String> {
    let mut rows = Vec::new();
    flatten(&Entity::from_value(value).unwrap(), &mut |key, leaf| {
        rows.push(match leaf {
            Leaf::Null => format!("{key} null"),
            Leaf::TooLong => format!("{key} too long"),
            Leaf::Text { original, lower } if original == lower => format!("{key} = {lower}"),
            Leaf::Text { original, lower } => format!("{key} = {lower} ({original})"),
        });
    });
    rows
}

#[test]
fn keys_and_values_are_in_lower_case() {
    let rows = rows(json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "API",
        "metadata": {"name": "Ärger", "annotations": {"backstage.io/techdocs-ref": "dir:."}, "tags": ["Java", "go"]},
        "spec": {"dependsOn": [{"A": 1}, [true]], "number": 1.0, "half": 0.5, "zero": -0.0, "nothing": null, "empty": {}},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}], "status": {"items": []}, "attachments": {"a": "b"},
    }));
    insta::assert_snapshot!(rows.join("\n"), @r"
    apiversion = backstage.io/v1alpha1
    kind = api (API)
    metadata.name = ärger (Ärger)
    metadata.annotations.backstage.io/techdocs-ref = dir:.
    metadata.tags = java (Java)
    metadata.tags.java = true
    metadata.tags = go
    metadata.tags.go = true
    spec.dependson.a = 1
    spec.dependson = true
    spec.number = 1
    spec.half = 0.5
    spec.zero = 0
    spec.nothing null
    ");
}

#[test]
fn length_counts_characters() {
    let long = |count: usize| "ä".repeat(count);
    assert_eq!(rows(json!({"a": long(200)})).len(), 1);
    assert_eq!(rows(json!({"a": long(201)})), ["a too long"], "a long value leaves the key");
    assert_eq!(rows(json!({long(201): "a", long(200): null})).len(), 1, "a long key goes");
    assert_eq!(rows(json!({"a": [long(199)]})).len(), 1, "with the item the key is too long");
}
