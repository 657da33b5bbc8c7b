//! `oneOf` and `anyOf` of schemas.

use model::form::Field;
use serde_json::{Value, json};

use crate::browser::Page;

fn page(values: &Value) -> Page {
    let schema = json!({
        "properties": {
            "target": {
                "type": "object",
                "title": "Target",
                "properties": { "region": {"type": "string"} },
                "oneOf": [
                    {
                        "title": "Cluster",
                        "properties": {
                            "kind": {"const": "cluster", "ui:widget": "hidden"},
                            "name": {"type": "string"},
                            "replicas": {"type": "integer", "default": 2},
                        },
                        "required": ["name"],
                    },
                    {
                        "title": "Function",
                        "properties": {
                            "kind": {"const": "function", "ui:widget": "hidden"},
                            "name": {"type": "string"},
                            "memory": {"type": "integer"},
                            "replicas": {"type": "string"},
                        },
                        "required": ["name", "memory"],
                    },
                    { "$ref": "#/definitions/none" },
                ],
            },
        },
        "definitions": { "none": { "properties": { "kind": {"const": "none"} } } },
    });
    Page::with(&schema, values)
}

fn selected(field: &Field) -> (Vec<&str>, usize) {
    let alternatives = &field.alternatives[0];
    (alternatives.titles.iter().map(String::as_str).collect(), alternatives.selected)
}

#[test]
fn the_first_is_shown_until_another_is_chosen() {
    let mut page = page(&json!({}));
    let target = page.field("/target");
    assert_eq!(selected(&target), (vec!["Cluster", "Function", "Option 3"], 0));
    assert_eq!(target.title, "Target");
    assert_eq!(page.values(), json!({"target": {"kind": "cluster", "replicas": 2}}));
    page.send(&[("/target/name", "shop"), ("/target/region", "eu")]);
    let name = page.field("/target").alternatives[0].name.clone();
    page.send(&[(&name, "1")]);
    assert_eq!(selected(&page.field("/target")).1, 1);
    // The name is asked for by both; the number is none of the text that has its name now.
    assert_eq!(page.values(), json!({"target": {"region": "eu", "name": "shop", "kind": "function"}}));
    assert_eq!(page.told(), ["/target/memory: Fill this in"]);
    page.send(&[(&name, "0")]);
    assert_eq!(page.values()["target"]["replicas"], json!(2));
}

#[test]
fn values_tell_which_is_meant() {
    for (values, expected) in [
        (json!({"kind": "function"}), 1),
        (json!({"kind": "none"}), 2),
        (json!({"memory": 5}), 1),
        (json!({"kind": "cluster", "memory": 5}), 0),
        (json!({"name": "x"}), 0),
    ] {
        let field = page(&json!({ "target": values })).field("/target");
        assert_eq!(selected(&field).1, expected, "{values}");
    }
}

#[test]
fn a_choice_outlives_answers_that_would_fit_another() {
    let schema = json!({
        "anyOf": [
            { "title": "By name", "properties": { "name": {"type": "string"} } },
            { "title": "By id", "properties": { "id": {"type": "string"} } },
        ],
    });
    let mut page = Page::new(&schema);
    assert_eq!(page.pointers(), ["/name"]);
    let selector = page.form().root.alternatives[0].name.clone();
    page.send(&[(&selector, "1")]);
    assert_eq!(page.pointers(), ["/id"]);
    let kept = serde_json::to_string(&page.answers).unwrap();
    page.answers = serde_json::from_str(&kept).unwrap();
    assert_eq!(page.pointers(), ["/id"]);
    page.send(&[(&selector, "7")]);
    assert_eq!(page.pointers(), ["/id"]);
}

#[test]
fn alternatives_of_types() {
    let schema = json!({ "properties": { "size": { "oneOf": [
        {"type": "integer", "title": "Exact"},
        {"type": "string", "title": "By name", "enum": ["small", "large"]},
        {"type": "array", "title": "Several", "items": {"type": "integer"}},
    ] } } });
    let mut page = Page::with(&schema, &json!({"size": "large"}));
    assert_eq!(selected(&page.field("/size")).1, 1);
    let selector = page.field("/size").alternatives[0].name.clone();
    page.send(&[(&selector, "0")]);
    assert_eq!(page.values(), json!({}));
    page.send(&[("/size", "5")]);
    assert_eq!(page.values(), json!({"size": 5}));
    page.send(&[(&selector, "2")]);
    assert_eq!(page.values(), json!({"size": []}));
}

#[test]
fn alternatives_within_alternatives_and_beside_each_other() {
    let schema = json!({
        "oneOf": [
            {
                "title": "Outer",
                "anyOf": [
                    {"title": "A", "properties": {"a": {"type": "string"}}},
                    {"title": "B", "properties": {"b": {"type": "string"}}},
                ],
            },
            {"title": "Other", "properties": {"o": {"type": "string"}}},
        ],
        "anyOf": [{"title": "X", "properties": {"x": {"type": "string"}}}, {"title": "Y", "properties": {"y": {"type": "string"}}}],
    });
    let mut page = Page::new(&schema);
    let names: Vec<_> = page.form().root.alternatives.iter().map(|each| each.titles[0].clone()).collect();
    assert_eq!(names, ["Outer", "X", "A"]);
    assert_eq!(page.pointers(), ["/x", "/a"]);
}

#[test]
fn demands_alone_are_no_alternatives() {
    let schema = json!({
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    });
    let mut page = Page::new(&schema);
    assert!(page.form().root.alternatives.is_empty());
    assert_eq!(page.told(), [": This fits none of the possibilities"]);
    page.send(&[("/b", "x")]);
    assert_eq!(page.told(), Vec::<String>::new());
}
