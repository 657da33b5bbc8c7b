//! Fields that depend on answers.

use serde_json::{Value, json};

use crate::browser::Page;

/// For each set of values the pointers that are shown, and which of them are required (marked by `*`).
fn check(schema: &Value, cases: &[(Value, &str)]) {
    for (values, expected) in cases {
        let mut page = Page::with(schema, values);
        let form = page.form();
        let shown: Vec<_> = form
            .fields()
            .into_iter()
            .skip(1)
            .map(|field| format!("{}{}", field.pointer, if field.required { "*" } else { "" }))
            .collect();
        assert_eq!(shown.join(" "), *expected, "{values}");
    }
}

#[test]
fn a_property_that_depends_on_another() {
    let schema = json!({
        "properties": { "card": {"type": "string"}, "address": {"type": "string"} },
        "dependencies": { "card": ["address"] },
    });
    check(&schema, &[(json!({}), "/card /address"), (json!({"card": "1"}), "/card /address*")]);
    let newer = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": { "card": {"type": "string"}, "address": {"type": "string"} },
        "dependentRequired": { "card": ["address"] },
        "dependentSchemas": { "address": { "properties": { "zip": {"type": "string"} }, "required": ["zip"] } },
    });
    check(
        &newer,
        &[(json!({"card": "1"}), "/card /address*"), (json!({"address": "a"}), "/card /address /zip*")],
    );
}

#[test]
fn a_schema_that_depends_on_the_value_of_a_property() {
    let schema = json!({
        "properties": { "publish": {"type": "boolean", "default": false} },
        "dependencies": {
            "publish": { "oneOf": [
                { "properties": { "publish": {"const": false} } },
                {
                    "properties": {
                        "publish": {"const": true},
                        "repoUrl": {"type": "string", "ui:field": "RepoUrlPicker"},
                        "kind": {"type": "string", "enum": ["a", "b"], "default": "a"},
                    },
                    "required": ["repoUrl"],
                },
            ] },
            // Depends on a property that is itself there only sometimes.
            "kind": { "oneOf": [
                { "properties": { "kind": {"enum": ["a"]}, "forA": {"type": "string"} } },
                { "properties": { "kind": {"enum": ["b"]}, "forB": {"$ref": "#/definitions/b"} } },
            ] },
        },
        "definitions": { "b": {"type": "integer", "title": "B"} },
    });
    check(
        &schema,
        &[
            (json!({}), "/publish"),
            (json!({"publish": false, "kind": "b"}), "/publish"),
            (json!({"publish": true}), "/publish /repoUrl* /kind /forA"),
            (json!({"publish": true, "kind": "b"}), "/publish /repoUrl* /kind /forB"),
        ],
    );
}

#[test]
fn a_dependency_without_exactly_one_fitting_option_adds_nothing() {
    let schema = json!({
        "properties": { "a": {"type": "string"} },
        "dependencies": { "a": { "oneOf": [
            { "properties": { "a": {"minLength": 1}, "one": {"type": "string"} } },
            { "properties": { "a": {"minLength": 2}, "two": {"type": "string"} } },
        ] } },
    });
    check(&schema, &[(json!({"a": "x"}), "/a /one"), (json!({"a": "xx"}), "/a"), (json!({"a": ""}), "/a")]);
}

#[test]
fn if_then_else() {
    let schema = json!({
        "properties": { "kind": {"type": "string", "enum": ["service", "library"]} },
        "if": { "properties": { "kind": {"const": "service"} }, "required": ["kind"] },
        "then": { "properties": { "port": {"type": "integer"} }, "required": ["port"] },
        "else": { "properties": { "group": {"type": "string"} } },
        "allOf": [
            {
                "if": { "properties": { "port": {"minimum": 1024} }, "required": ["port"] },
                "then": { "properties": { "user": {"type": "string", "title": "User"} } },
            },
        ],
    });
    check(
        &schema,
        &[
            (json!({}), "/kind /group"),
            (json!({"kind": "service"}), "/kind /port*"),
            (json!({"kind": "service", "port": 8080}), "/kind /port* /user"),
            (json!({"kind": "library", "port": 80}), "/kind /group"),
        ],
    );
}

#[test]
fn a_condition_may_look_at_another_step_and_at_definitions() {
    let parameters = json!([
        { "properties": { "kind": {"type": "string"} } },
        {
            "definitions": { "service": {"const": "service"} },
            "properties": { "name": {"type": "string"} },
            "if": { "properties": { "kind": {"$ref": "#/definitions/service"} }, "required": ["kind"] },
            "then": { "properties": { "port": {"type": "integer"} } },
        },
    ]);
    let mut page = Page::with(&parameters, &json!({"kind": "service"}));
    page.step = 1;
    assert_eq!(page.pointers(), ["/name", "/port"]);
    page.answers.values["kind"] = json!("library");
    assert_eq!(page.pointers(), ["/name"]);
}

#[test]
fn parts_of_all_of_are_one() {
    let mut page = Page::new(&json!({
        "allOf": [
            { "properties": { "name": {"type": "string", "minLength": 2, "title": "First"} }, "required": ["name"] },
            {
                "properties": {
                    "name": {"minLength": 3, "maxLength": 9, "title": "Second", "ui:widget": "textarea"},
                    "size": {"enum": ["s", "m", "l"], "enumNames": ["Small", "Medium", "Large"]},
                },
            },
            { "properties": { "size": {"enum": ["l", "m"]} } },
        ],
    }));
    assert_eq!(page.pointers(), ["/name", "/size"]);
    let name = page.field("/name");
    assert_eq!((name.limits.min_length, name.limits.max_length), (Some(3), Some(9)));
    assert_eq!((name.title.as_str(), name.required), ("First", true));
    assert!(matches!(name.control, model::form::Control::TextArea { .. }));
    let model::form::Control::Choice { choices, .. } = page.field("/size").control else {
        panic!("a choice")
    };
    assert_eq!(choices.iter().map(|choice| choice.title.as_str()).collect::<Vec<_>>(), ["Large", "Medium"]);
}

#[test]
fn hidden_answers_come_back_with_their_field_and_are_not_sent() {
    let schema = json!({
        "properties": { "publish": {"type": "boolean", "default": true} },
        "dependencies": { "publish": { "oneOf": [
            { "properties": { "publish": {"const": false} } },
            { "properties": { "publish": {"const": true}, "repo": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}} } },
        ] } },
    });
    let mut page = Page::with(&schema, &json!({"brought": "by a link"}));
    page.send(&[("/repo", "shop")]);
    assert_eq!(page.values(), json!({"brought": "by a link", "publish": true, "repo": "shop", "tags": []}));
    page.send(&[("/publish", "")]);
    assert_eq!(page.values(), json!({"brought": "by a link", "publish": false}));
    page.send(&[("/publish", "true")]);
    assert_eq!(page.values()["repo"], json!("shop"));
}

#[test]
fn an_answer_that_is_hidden_decides_nothing() {
    let schema = json!({
        "properties": { "a": {"type": "boolean"} },
        "dependencies": {
            "a": { "oneOf": [
                { "properties": { "a": {"const": false} } },
                { "properties": { "a": {"const": true}, "b": {"type": "string"} } },
            ] },
        },
        "if": { "required": ["b"] },
        "then": { "properties": { "c": {"type": "string"} } },
    });
    check(
        &schema,
        &[
            (json!({"a": true, "b": "x", "c": "y"}), "/a /b /c"),
            (json!({"a": false, "b": "x", "c": "y"}), "/a"),
        ],
    );
}
