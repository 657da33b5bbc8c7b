//! The `fields` parameter.

use model::{Fields, FieldsError};
use serde_json::{Value, json};

fn select(paths: &[&str], document: &Value) -> String {
    Fields::parse(paths).unwrap().select(document).to_string()
}

#[test]
fn paths_select_parts() {
    let document = json!({
        "kind": "API",
        "metadata": {"name": "a", "annotations": {"backstage.io/x": "1", "plain": "2"}, "tags": ["t"]},
        "a.b": {"c": 1},
    });
    for (paths, expected) in [
        (vec!["kind", "metadata.name"], r#"{"kind":"API","metadata":{"name":"a"}}"#),
        (vec!["metadata.tags", "metadata.name"], r#"{"metadata":{"tags":["t"],"name":"a"}}"#),
        (
            vec!["metadata.annotations.backstage.io/x"],
            r#"{"metadata":{"annotations":{"backstage.io/x":"1"}}}"#,
        ),
        (vec!["a.b.c"], r#"{"a.b":{"c":1}}"#),
        (vec!["metadata.name.deeper", "metadata.none", "Kind"], "{}"),
    ] {
        assert_eq!(select(&paths, &document), expected, "{paths:?}");
    }
}

#[test]
fn what_is_refused() {
    assert_eq!(Fields::parse(&["spec.targets[0]"]), Err(FieldsError::Bracket("spec.targets[0]".to_owned())));
    assert_eq!(Fields::parse(&[""]), Err(FieldsError::Empty));
    assert_eq!(Fields::parse(&["a"; 101]), Err(FieldsError::TooMany(101)));
}
