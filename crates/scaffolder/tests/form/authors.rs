//! What authors are told of their schemas.

use model::Severity;
use scaffolder::form::{Forms, flaws};
use serde_json::{Value, json};

fn told(parameters: &Value) -> Vec<String> {
    let line = |flaw: model::form::Flaw| {
        let severity = if flaw.severity == Severity::Error { "error" } else { "warning" };
        format!("{severity} {} {}", flaw.violation.pointer, flaw.violation.message)
    };
    flaws(Some(parameters), None).into_iter().map(line).collect()
}

#[test]
fn each_flaw_at_its_place() {
    for (property, expected) in [
        (json!({"type": "text"}), "error /x/type This is not a type"),
        (json!({"type": ["string", "text"]}), "error /x/type This is not a type"),
        (json!({"type": "string", "required": true}), "error /x/required `required` must be a list"),
        (json!("string"), "error /x A schema must be an object"),
        (json!({"title": "x"}), "warning /x The schema names no type"),
        (json!({"type": "array"}), "warning /x The list says nothing of its items"),
        (json!({"type": "string", "ui:field": "Nope"}), "warning /x/ui:field The field Nope is not known"),
        (json!({"type": "string", "ui:field": 5}), "error /x/ui:field `ui:field` must be a text"),
        (
            json!({"type": "string", "backstage:featureFlag": "beta"}),
            "warning /x/backstage:featureFlag This has a feature flag",
        ),
        (
            json!({"type": "string", "ui:backstage": {"featureFlag": "beta"}}),
            "warning /x/ui:backstage/featureFlag This has a feature flag",
        ),
        (
            json!({"type": "string", "ui:widget": "updown"}),
            "warning /x/ui:widget The widget updown is not known for this type",
        ),
        (
            json!({"type": "string", "ui:options": {"widget": "nope"}}),
            "warning /x/ui:options/widget The widget nope",
        ),
        (
            json!({"type": "string", "ui:options": "rows"}),
            "error /x/ui:options `ui:options` must be an object",
        ),
        (json!({"$ref": "#/definitions/gone"}), "error /x/$ref The reference leads to nothing"),
        (
            json!({"$ref": "https://example.com/schema.json"}),
            "error /x/$ref A reference must lead to a place in the same step",
        ),
        (json!({"$ref": "#/definitions/loop"}), "error /x/$ref The reference leads back to itself"),
        (json!({"type": "integer", "default": "five"}), "warning /x/default The default is not valid itself"),
        (json!({"enum": ["a"], "default": "b"}), "warning /x/default The default is not valid itself"),
        (json!({"enum": []}), "error /x/enum `enum` must list at least one value"),
        (
            json!({"enum": ["a", "b"], "enumNames": ["A"]}),
            "warning /x/enumNames There are 2 values and 1 names",
        ),
        (json!({"type": "string", "pattern": "("}), "error /x/pattern This is no regular expression"),
        (json!({"type": "string", "minLength": "3"}), "error /x/minLength This must be something else"),
        (json!({"type": "object", "properties": []}), "error /x/properties `properties` must be an object"),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["b"]}),
            "warning /x/required/0 b is required and has no field",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "ui:order": ["b"]}),
            "warning /x/ui:order `ui:order` leaves out a",
        ),
        (
            json!({"type": "object", "properties": {}, "dependencies": {"b": ["a"]}}),
            "warning /x/dependencies/b b has no field",
        ),
    ] {
        let mut definitions = json!({});
        if property["$ref"] == json!("#/definitions/loop") {
            definitions =
                json!({"loop": {"$ref": "#/definitions/loop2"}, "loop2": {"$ref": "#/definitions/loop"}});
        }
        let parameters = json!([{}, { "properties": { "x": property }, "definitions": definitions }]);
        let lines = told(&parameters);
        let expected = expected.replacen("/x", "/spec/parameters/1/properties/x", 1);
        assert!(lines.iter().any(|line| line.starts_with(&expected)), "{property}: {lines:#?}");
    }
}

#[test]
fn what_is_right_has_no_flaws() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Step", "required": ["name", "later"],
        "properties": {
            "name": {"title": "Name", "type": "string", "ui:autofocus": true, "ui:options": {"rows": 5}, "default": "x"},
            "tree": {"$ref": "#/definitions/tree"},
            "note": {"type": "null", "description": "Read"},
        },
        "dependencies": {"name": {"oneOf": [{"properties": {"name": {"const": "x"}, "later": {"type": "string"}}}]}},
        "definitions": {"tree": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/definitions/tree"}}}}},
        "ui:order": ["note", "*"],
    });
    assert_eq!(told(&schema), Vec::<String>::new());
    let newer = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"pair": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}},
        "$defs": {"a": {"type": "string"}}, "dependentRequired": {"pair": ["pair"]},
    });
    assert_eq!(told(&newer), Vec::<String>::new());
}

#[test]
fn steps_that_are_none_and_secrets() {
    assert_eq!(
        told(&json!("x")),
        ["error /spec/parameters A step of parameters has to be an object with `properties`"]
    );
    assert_eq!(
        told(&json!([[]])),
        ["error /spec/parameters/0 A step of parameters has to be an object with `properties`"]
    );
    assert_eq!(
        told(&json!(vec![json!({}); 51])),
        ["error /spec/parameters The template has 51 steps of parameters"]
    );
    let wrong = flaws(None, Some(&json!({"type": "objekt"})));
    assert_eq!(wrong[0].violation.pointer, "/spec/secrets/schema/type");
    let Err(wrong) = Forms::compile(Some(&json!({"properties": {"x": {"type": "text"}}})), None) else {
        panic!("compiles")
    };
    assert_eq!(wrong[0].pointer, "/spec/parameters/properties/x/type");
    assert_eq!(wrong[0].message, "This is not a type");
}
