//! Defaults, and inputs as values.

use serde_json::{Value, json};

use crate::browser::Page;

#[test]
fn what_a_form_begins_with() {
    for (properties, expected) in [
        (json!({"a": {"type": "string"}}), json!({})),
        (json!({"a": {"type": "string", "default": "x"}}), json!({"a": "x"})),
        (json!({"a": {"type": "boolean"}}), json!({})),
        (json!({"a": {"type": "boolean", "default": false}}), json!({"a": false})),
        (json!({"a": {"const": "x"}}), json!({"a": "x"})),
        (json!({"a": {"type": "null"}}), json!({"a": null})),
        (json!({"a": {"type": "array", "items": {"type": "string"}}}), json!({"a": []})),
        (
            json!({"a": {"type": "array", "items": {"type": "string", "default": "x"}, "minItems": 2}}),
            json!({"a": ["x", "x"]}),
        ),
        (
            json!({"a": {"type": "array", "items": {"type": "string"}, "minItems": 2, "default": ["y"]}}),
            json!({"a": ["y", null]}),
        ),
        (
            json!({"a": {"type": "array", "uniqueItems": true, "items": {"enum": ["x", "y"]}, "minItems": 1}}),
            json!({"a": []}),
        ),
        (
            json!({"a": {"type": "array", "items": {"type": "object", "properties": {"n": {"default": 1, "type": "integer"}}}, "default": [{}, {"n": 2}]}}),
            json!({"a": [{"n": 1}, {"n": 2}]}),
        ),
        (
            json!({"a": {"type": "array", "items": [{"type": "string", "default": "x"}, {"type": "integer"}]}}),
            json!({"a": ["x", null]}),
        ),
        // An object that may be left out is, unless something in it has a default.
        (json!({"a": {"type": "object", "properties": {"n": {"type": "string"}}}}), json!({})),
        (
            json!({"a": {"type": "object", "properties": {"n": {"type": "string", "default": "x"}}}}),
            json!({"a": {"n": "x"}}),
        ),
        (
            json!({"a": {"type": "object", "default": {"n": "outer", "more": 1}, "properties": {"n": {"type": "string"}, "m": {"default": "own", "type": "string"}}}}),
            json!({"a": {"n": "outer", "m": "own", "more": 1}}),
        ),
        // The default that stands deeper counts.
        (
            json!({"a": {"type": "object", "default": {"n": "outer"}, "properties": {"n": {"type": "string", "default": "inner"}}}}),
            json!({"a": {"n": "inner"}}),
        ),
        (json!({"a": {"$ref": "#/definitions/d"}}), json!({"a": "of d"})),
        (json!({"a": {"allOf": [{"type": "string"}, {"default": "x"}]}}), json!({"a": "x"})),
        (
            json!({"a": {"oneOf": [{"type": "string", "default": "x"}, {"type": "integer", "default": 1}]}}),
            json!({"a": "x"}),
        ),
        (json!({"a": {"default": 1, "oneOf": [{"type": "string"}, {"type": "integer"}]}}), json!({"a": 1})),
        (json!({"a": {"type": "string", "ui:field": "Secret", "default": "hush"}}), json!({})),
        (
            json!({"a": {"type": "array", "ui:field": "EntityTagsPicker", "minItems": 1, "items": {"type": "string"}}}),
            json!({"a": []}),
        ),
    ] {
        let schema = json!({ "properties": properties, "definitions": { "d": {"type": "string", "default": "of d"} } });
        let mut page = Page::new(&schema);
        page.form();
        assert_eq!(page.values(), expected, "{properties}");
    }
}

#[test]
fn a_required_object_is_there_from_the_start() {
    let mut page = Page::new(
        &json!({ "required": ["a"], "properties": { "a": { "type": "object", "properties": {} } } }),
    );
    page.form();
    assert_eq!(page.values(), json!({"a": {}}));
}

#[test]
fn defaults_open_branches_with_defaults() {
    let schema = json!({
        "properties": { "a": {"type": "string", "default": "x"} },
        "dependencies": { "a": { "oneOf": [
            { "properties": { "a": {"const": "x"}, "b": {"type": "boolean", "default": true} } },
            { "properties": { "a": {"const": "y"}, "z": {"default": 1, "type": "integer"} } },
        ] } },
        "if": { "properties": { "b": {"const": true} }, "required": ["b"] },
        "then": { "properties": { "c": {"type": "string", "default": "d"} } },
    });
    let mut page = Page::new(&schema);
    page.form();
    assert_eq!(page.values(), json!({"a": "x", "b": true, "c": "d"}));
}

#[test]
fn what_was_emptied_stays_empty() {
    let mut page = Page::new(&json!({ "properties": {
        "a": {"type": "string", "default": "x"},
        "n": {"type": "integer", "default": 3},
        "e": {"type": "string", "default": "x", "ui:emptyValue": ""},
        "l": {"type": "array", "default": ["x"], "items": {"type": "string"}},
    } }));
    page.form();
    page.send(&[("/a", ""), ("/n", ""), ("/e", ""), ("/l~count", "0")]);
    assert_eq!(page.values(), json!({"e": "", "l": []}));
    page.form();
    page.send(&[]);
    assert_eq!(page.values(), json!({"e": "", "l": []}));
    page.send(&[("/a", "new")]);
    assert_eq!(page.values()["a"], json!("new"));
}

#[test]
fn values_that_are_no_choice_any_more_give_way() {
    let schema = json!({
        "properties": { "cloud": {"type": "string", "enum": ["aws", "gcp"], "default": "aws"} },
        "dependencies": { "cloud": { "oneOf": [
            { "properties": { "cloud": {"const": "aws"}, "region": {"enum": ["eu-1", "us-1"], "default": "eu-1"} } },
            { "properties": { "cloud": {"const": "gcp"}, "region": {"enum": ["europe", "america"]} } },
        ] } },
    });
    let mut page = Page::new(&schema);
    page.send(&[("/region", "us-1")]);
    assert_eq!(page.values(), json!({"cloud": "aws", "region": "us-1"}));
    page.send(&[("/cloud", "gcp")]);
    assert_eq!(page.values(), json!({"cloud": "gcp"}));
}

#[test]
fn inputs_become_values_of_their_types() {
    let schema = |schema: Value| json!({ "properties": { "x": schema } });
    for (property, sent, expected) in [
        (json!({"type": "string"}), vec!["a\r\nb"], json!("a\r\nb")),
        (json!({"type": "string", "ui:widget": "textarea"}), vec!["a\r\nb"], json!("a\nb")),
        (json!({"type": "string"}), vec![" "], json!(" ")),
        (json!({"type": "string"}), vec!["5"], json!("5")),
        (json!({"type": "integer"}), vec!["42"], json!(42)),
        (json!({"type": "integer"}), vec![" -7 "], json!(-7)),
        (json!({"type": "integer"}), vec!["+7"], json!(7)),
        (json!({"type": "integer"}), vec!["18446744073709551615"], json!(u64::MAX)),
        (json!({"type": "integer"}), vec!["1.5"], json!(1.5)),
        (json!({"type": "number"}), vec!["1.50"], json!(1.5)),
        (json!({"type": "number"}), vec!["1e3"], json!(1000.0)),
        (json!({"type": "number"}), vec!["inf"], json!("inf")),
        (json!({"type": "number"}), vec!["1e999"], json!("1e999")),
        (json!({"type": "number"}), vec!["NaN"], json!("NaN")),
        (json!({"type": "number"}), vec!["twelve"], json!("twelve")),
        (json!({"type": "boolean"}), vec![""], json!(false)),
        (json!({"type": "boolean"}), vec!["", "true"], json!(true)),
        (json!({"type": "boolean"}), vec!["on"], json!(true)),
        (json!({"type": "boolean", "ui:widget": "radio"}), vec!["false"], json!(false)),
        (json!({"enum": [1, "1"]}), vec!["1"], json!(1)),
        (json!({"enum": [1, "1"]}), vec![r#""1""#], json!("1")),
        (json!({"enum": [null, 1]}), vec!["null"], json!(null)),
        (
            json!({"type": "array", "uniqueItems": true, "items": {"enum": ["a", "b", "c"]}}),
            vec!["", "c", "a", "zzz"],
            json!(["a", "c"]),
        ),
        (
            json!({"type": "array", "uniqueItems": true, "items": {"enum": ["a", "b", "c"]}}),
            vec![""],
            json!([]),
        ),
        (
            json!({"type": "string", "format": "date-time"}),
            vec!["2026-11-17T09:30"],
            json!("2026-11-17T09:30:00Z"),
        ),
        (
            json!({"type": "string", "format": "date-time"}),
            vec!["2026-11-17T09:30:15.5"],
            json!("2026-11-17T09:30:15.5Z"),
        ),
        (json!({"type": "string", "format": "date-time"}), vec!["tomorrow"], json!("tomorrow")),
        (json!({"type": "string", "format": "time"}), vec!["09:30"], json!("09:30:00")),
        (
            json!({"type": "string", "format": "data-url"}),
            vec!["data:text/plain;base64,aGk="],
            json!("data:text/plain;base64,aGk="),
        ),
        (json!({"type": "string", "ui:widget": "hidden"}), vec!["a"], json!("a")),
        (json!({"type": "integer", "ui:widget": "hidden"}), vec!["5"], json!(5)),
        (
            json!({"type": "array", "ui:field": "EntityTagsPicker"}),
            vec!["java, grpc\r\njava"],
            json!(["java", "grpc"]),
        ),
        (
            json!({"type": "array", "ui:field": "MultiEntityPicker"}),
            vec!["", "component:a", "component:b"],
            json!(["component:a", "component:b"]),
        ),
        (json!({"type": "string", "ui:field": "OwnerPicker"}), vec![" group:a "], json!("group:a")),
    ] {
        let mut page = Page::new(&schema(property.clone()));
        page.form();
        let inputs: Vec<_> = sent.iter().map(|sent| ("/x".to_owned(), (*sent).to_owned())).collect();
        page.send_all(&inputs);
        assert_eq!(page.answers.values.get("x"), Some(&expected), "{property} {sent:?}");
    }
}

#[test]
fn what_is_not_json_is_text() {
    for (sent, expected) in [
        (r#"{"a": [1]}"#, json!({"a": [1]})),
        ("5", json!(5)),
        ("hello", json!("hello")),
        ("{broken", json!("{broken")),
        (r#""5""#, json!("5")),
    ] {
        let mut page = Page::new(&json!({ "properties": { "x": {} } }));
        page.send(&[("/x~json", sent)]);
        assert_eq!(page.values(), json!({"x": expected}), "{sent}");
        page.send(&[]);
        assert_eq!(page.values(), json!({"x": expected}), "{sent}, sent again");
    }
}

#[test]
fn an_untouched_object_that_may_be_left_out_stays_out() {
    let schema = json!({ "properties": { "owner": {
        "type": "object", "required": ["name"],
        "properties": {
            "name": {"type": "string"}, "primary": {"type": "boolean"},
            "tags": {"type": "array", "uniqueItems": true, "items": {"enum": ["a"]}},
        },
    } } });
    let mut page = Page::with(&schema, &json!({}));
    page.answers.values.clear();
    let visible = page.pointers();
    assert_eq!(visible, ["/owner", "/owner/name", "/owner/primary", "/owner/tags"]);
    page.send(&[("/owner/name", "ana")]);
    assert_eq!(page.values()["owner"]["primary"], json!(false));
}

#[test]
fn secrets_go_another_way() {
    let schema = json!({ "required": ["token"], "properties": {
        "token": {"type": "string", "ui:field": "Secret", "minLength": 4},
        "nested": {"type": "object", "properties": {"key": {"type": "string", "ui:field": "Secret"}}},
    } });
    // A client of Backstage sends asterisks.
    let mut page = Page::with(&schema, &json!({"token": "*****"}));
    assert_eq!(page.told(), ["/token: Fill this in"]);
    let posted = page.send(&[("/token", "abc"), ("/nested/key", "k")]);
    assert_eq!(posted.secrets.names().collect::<Vec<_>>(), ["key", "token"]);
    assert!(!format!("{posted:?}").contains("abc"));
    assert_eq!(page.values(), json!({}));
    assert_eq!(page.told(), ["/token: At least 4 characters"]);
    page.send(&[("/token", "abcdef")]);
    assert_eq!(page.told(), Vec::<String>::new());
    // An empty input keeps the secret.
    let posted = page.send(&[]);
    assert_eq!(posted.secrets.names().count(), 0);
    assert!(matches!(page.field("/token").control, model::form::Control::Secret { given: true, .. }));
    assert_eq!(page.field("/token").value, None);
}

#[test]
fn what_can_not_be_changed_is_not_read() {
    let schema = json!({ "properties": {
        "a": {"type": "string", "ui:disabled": true, "default": "x"},
        "b": {"type": "string", "ui:readonly": true, "default": "x"},
        "c": {"type": "object", "ui:readonly": true, "properties": {"d": {"type": "boolean", "default": true}}},
    } });
    let mut page = Page::new(&schema);
    page.send(&[("/a", "y"), ("/b", "y"), ("/c/d", ""), ("/unknown", "y"), ("__proto__", "y"), ("", "y")]);
    assert_eq!(page.values(), json!({"a": "x", "b": "x", "c": {"d": true}}));
}

#[test]
fn a_link_brings_answers() {
    use model::form::{Answers, PrefillError};
    assert_eq!(Answers::prefilled(r#"{"name": "shop"}"#).unwrap().values["name"], json!("shop"));
    assert!(matches!(Answers::prefilled("[1]"), Err(PrefillError::NoObject(_))));
    assert!(matches!(Answers::prefilled("{"), Err(PrefillError::NoObject(_))));
    assert!(matches!(Answers::prefilled(&"[".repeat(100_000)), Err(PrefillError::TooLong)));
    assert!(matches!(
        Answers::prefilled(&format!("{{\"a\":{}", "[".repeat(10_000))),
        Err(PrefillError::NoObject(_))
    ));
}
