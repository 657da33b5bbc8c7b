//! What is told of answers that are wrong.

use std::collections::BTreeSet;

use model::form::{Control, Secrets};
use scaffolder::form::{Forms, Visitor};
use serde_json::{Map, Value, json};

use crate::browser::Page;

fn told(property: &Value, value: &Value) -> Vec<String> {
    let page =
        Page::with(&json!({ "required": ["x"], "properties": { "x": property } }), &json!({ "x": value }));
    page.told()
}

#[test]
fn what_a_feature_flag_hides_is_judged_once_it_is_sent() {
    let safe = json!({ "type": "string", "pattern": "^safe$" });
    let mut flagged = safe.clone();
    flagged["backstage:featureFlag"] = json!("beta");
    let parameters = json!([
        { "required": ["name", "flagged", "list"], "properties": {
            "name": safe, "flagged": flagged,
            "list": { "type": "array", "items": safe, "ui:backstage": { "featureFlag": "beta" } },
        } },
        { "backstage:featureFlag": "beta", "required": ["page", "more"], "properties": { "page": safe, "more": safe } },
    ]);
    let forms = Forms::compile(Some(&parameters), None).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let told = |values: Value| -> Vec<String> {
        let (flags, secrets) = (BTreeSet::new(), Secrets::default());
        let visitor = Visitor { flags: &flags, secrets: &secrets };
        let mistakes = forms.check(values.as_object().unwrap(), visitor);
        mistakes.into_iter().map(|mistake| mistake.pointer).collect()
    };
    // Nobody can fill in what is hidden.
    assert_eq!(told(json!({ "name": "safe" })), [""; 0]);
    assert_eq!(told(json!({ "name": "safe", "flagged": "rm" })), ["/flagged"]);
    assert_eq!(told(json!({ "name": "safe", "page": "rm" })), ["/page"]);
    assert_eq!(told(json!({ "name": "safe", "page": "safe", "flagged": "safe" })), [""; 0]);
    let many = told(json!({ "name": "rm", "list": vec!["rm"; 250] }));
    assert!(many.iter().any(|pointer| pointer == "/list/0"), "{many:?}");
    let hidden = told(json!({ "name": "rm" }));
    assert_eq!(hidden, ["/name"]);
}

#[test]
fn the_widget_of_secrets_is_the_field_of_secrets() {
    for look in [json!({ "ui:widget": "Secret" }), json!({ "ui:options": { "widget": "Secret" } })] {
        let mut token = json!({ "type": "string", "default": "shown" });
        token.as_object_mut().unwrap().extend(look.as_object().unwrap().clone());
        let parameters = json!({ "required": ["token"], "properties": { "token": token } });
        let mut page = Page::new(&parameters);

        let expected = Control::Secret { secret: "token".to_owned(), given: false };
        assert_eq!(page.field("/token").control, expected);
        assert_eq!(page.told(), ["/token: Fill this in"]);
        page.send(&[("/token", "hush")]);
        assert_eq!(page.values(), json!({}), "the secret is an answer");
        assert_eq!(page.secrets.expose("token"), Some("hush"));
        assert_eq!(page.told(), [""; 0]);
        assert!(scaffolder::form::flaws(Some(&parameters), None).is_empty());
    }
}

#[test]
fn messages_say_what_to_do() {
    for (property, value, expected) in [
        (json!({"type": "string"}), json!(5), "/x: This has to be text"),
        (json!({"type": "integer"}), json!("five"), "/x: This has to be a whole number"),
        (json!({"type": "integer"}), json!(1.5), "/x: This has to be a whole number"),
        (json!({"type": ["number", "null"]}), json!("x"), "/x: This has to be nothing or a number"),
        (json!({"type": "boolean"}), json!("x"), "/x: This has to be yes or no"),
        (json!({"type": "string", "minLength": 3}), json!("ab"), "/x: At least 3 characters"),
        (json!({"type": "string", "minLength": 1}), json!(""), "/x: This must not be empty"),
        (json!({"type": "string", "maxLength": 1}), json!("äß"), "/x: At most 1 character"),
        (
            json!({"type": "string", "pattern": "^[a-z]+$"}),
            json!("A"),
            "/x: This does not fit the pattern ^[a-z]+$",
        ),
        (
            json!({"type": "string", "pattern": "^(?!x)"}),
            json!("xy"),
            "/x: This does not fit the pattern ^(?!x)",
        ),
        (json!({"type": "number", "minimum": 2}), json!(1), "/x: 2 or more"),
        (json!({"type": "number", "maximum": 2.5}), json!(3), "/x: 2.5 or less"),
        (json!({"type": "number", "exclusiveMinimum": 2}), json!(2), "/x: More than 2"),
        (json!({"type": "number", "exclusiveMaximum": 2}), json!(2), "/x: Less than 2"),
        (json!({"type": "number", "multipleOf": 3}), json!(4), "/x: A multiple of 3"),
        (json!({"enum": ["a", "b"], "ui:field": "OwnerPicker"}), json!("c"), "/x: Choose one of a, b"),
        (json!({"type": "boolean", "const": true}), json!(false), "/x: This has to be chosen"),
        (
            json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
            json!([]),
            "/x: At least 1 entry",
        ),
        (
            json!({"type": "array", "items": {"type": "string"}, "maxItems": 1}),
            json!(["a", "b"]),
            "/x: At most 1 entry",
        ),
        (
            json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true}),
            json!(["a", "a"]),
            "/x: The same entry stands here twice",
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}}),
            json!([1, "a"]),
            "/x/1: This has to be a whole number",
        ),
        (
            json!({"type": "object", "properties": {"a/b~c": {"type": "string"}}, "required": ["a/b~c"]}),
            json!({}),
            "/x/a~1b~0c: Fill this in",
        ),
        (
            json!({"type": "object", "additionalProperties": false, "properties": {}}),
            json!({"no": 1}),
            "/x/no: This is not expected here",
        ),
        (json!({"not": {"const": "x"}}), json!("x"), "/x: This is not allowed"),
    ] {
        assert_eq!(told(&property, &value), [expected], "{property} {value}");
    }
}

#[test]
fn formats() {
    for (format, right, wrong) in [
        ("email", "ana@example.com", "ana"),
        ("uri", "https://example.com", "example"),
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T09:30:00Z", "2026-02-28 morning"),
        ("time", "09:30:00", "25:00:00"),
        ("time", "09:30:00.5+02:00", "09:30"),
        ("time", "23:59:59Z", "0a:30:00"),
        ("hostname", "www.example.com", "not a host"),
        ("ipv4", "192.0.2.1", "300.0.0.1"),
        ("ipv6", "2001:db8::1", "2001"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
        ("regex", "^a+$", "("),
        ("data-url", "data:text/plain;base64,aGk=", "text"),
        ("color", "#1f6feb", "#12345"),
    ] {
        let property = json!({ "type": "string", "format": format });
        assert_eq!(told(&property, &json!(right)), Vec::<String>::new(), "{format} {right}");
        let messages = told(&property, &json!(wrong));
        assert!(
            matches!(&messages[..], [one] if one.starts_with("/x: This has to be a")),
            "{format}: {messages:?}"
        );
    }
    assert_eq!(
        told(&json!({"type": "string", "format": "of-our-own"}), &json!("anything")),
        Vec::<String>::new()
    );
}

#[test]
fn choices_are_told_by_their_titles() {
    let titled = json!({"enum": ["l", "d"], "enumNames": ["Light", "Dark"]});
    let forms =
        Forms::compile(Some(&json!({ "required": ["x"], "properties": { "x": titled } })), None).unwrap();
    let (flags, secrets) = (BTreeSet::new(), Secrets::default());
    let values = Map::from_iter([("x".to_owned(), json!("z"))]);
    let mistakes = forms.check(&values, Visitor { flags: &flags, secrets: &secrets });
    assert_eq!(
        (mistakes[0].title.as_str(), mistakes[0].message.as_str()),
        ("x", "Choose one of Light, Dark")
    );
    let many: Vec<_> = (0..50).collect();
    let forms = Forms::compile(Some(&json!({ "properties": { "x": { "enum": many } } })), None).unwrap();
    let mistakes = forms.check(&values, Visitor { flags: &flags, secrets: &secrets });
    assert_eq!(mistakes[0].message, "Choose one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …");
}

#[test]
fn of_alternatives_the_one_that_is_meant_is_told() {
    let schema = json!({
        "oneOf": [
            {"properties": {"kind": {"const": "a"}, "n": {"type": "integer"}}, "required": ["kind", "n"]},
            {"properties": {"kind": {"const": "b"}, "s": {"type": "string", "minLength": 3}}, "required": ["kind", "s"]},
        ],
    });
    for (value, expected) in [
        (json!({"kind": "a"}), "/x/n: Fill this in"),
        (json!({"kind": "b", "s": "ab"}), "/x/s: At least 3 characters"),
        (json!({"kind": "b"}), "/x/s: Fill this in"),
    ] {
        assert_eq!(told(&schema, &value), [expected], "{value}");
    }
    let both = json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]});
    assert_eq!(told(&both, &json!(3)), ["/x: This fits more than one of the possibilities"]);
}

#[test]
fn words_of_the_template() {
    let property = |messages: Value| {
        json!({
            "type": "object", "required": ["name", "port"], "additionalProperties": false,
            "properties": {
                "name": {"type": "string", "minLength": 3, "pattern": "^[a-z]*$"},
                "port": {"type": "integer"},
                "tags": {"type": "array", "items": [{"type": "string"}]},
            },
            "errorMessage": messages,
        })
    };
    for (messages, value, expected) in [
        (json!("All wrong"), json!({"name": "A", "port": "x"}), vec!["/x: All wrong"]),
        (json!({"required": "Both, please"}), json!({"name": "abc"}), vec!["/x/port: Both, please"]),
        (
            json!({"required": {"port": "Which port?"}}),
            json!({}),
            vec!["/x/name: Fill this in", "/x/port: Which port?"],
        ),
        (
            json!({"properties": {"name": "Small letters, at least 3"}}),
            json!({"name": "A", "port": 1}),
            vec!["/x/name: Small letters, at least 3"],
        ),
        (
            json!({"properties": {"tags": "Wrong tags"}}),
            json!({"name": "abc", "port": 1, "tags": [1]}),
            vec!["/x/tags: Wrong tags"],
        ),
        (
            json!({"additionalProperties": "Nothing else"}),
            json!({"name": "abc", "port": 1, "z": 1}),
            vec!["/x: Nothing else"],
        ),
        (json!({"_": "Something is missing"}), json!({"name": "abc"}), vec!["/x/port: Something is missing"]),
        (json!({"type": "Other"}), json!({"name": "abc"}), vec!["/x/port: Fill this in"]),
        (json!(5), json!({"name": "abc"}), vec!["/x/port: Fill this in"]),
    ] {
        assert_eq!(told(&property(messages.clone()), &value), expected, "{messages} {value}");
    }
}

#[test]
fn the_innermost_words_count_and_may_quote_values() {
    let schema = json!({
        "properties": {
            "name": {
                "$ref": "#/definitions/name",
            },
            "outer": {
                "type": "object", "errorMessage": "Outer",
                "properties": {"inner": {"type": "string", "maxLength": 1, "errorMessage": {"maxLength": "Inner ${1/inner}, ${/name}, ${/gone}"}}},
            },
        },
        "definitions": {"name": {"type": "string", "minLength": 3, "errorMessage": {"minLength": "Longer than ${/name}"}}},
    });
    let page = Page::with(&schema, &json!({"name": "ab", "outer": {"inner": "cd"}}));
    assert_eq!(page.told(), ["/name: Longer than ab", "/outer/inner: Inner cd, ab, "]);
}

#[test]
fn every_step_is_checked_against_all_values() {
    let parameters = json!([
        {"required": ["a"], "properties": {"a": {"type": "string"}}},
        {"required": ["b"], "properties": {"b": {"type": "integer", "title": "Bee"}}, "if": {"required": ["a"]}, "then": {"required": ["c"]}},
    ]);
    let forms = Forms::compile(Some(&parameters), None).unwrap();
    let (flags, secrets) = (BTreeSet::new(), Secrets::default());
    let values = json!({"a": "x", "b": "y"});
    let mistakes = forms.check(values.as_object().unwrap(), Visitor { flags: &flags, secrets: &secrets });
    let told: Vec<_> = mistakes.iter().map(|m| (m.step, m.pointer.as_str(), m.title.as_str())).collect();
    assert_eq!(told, [(1, "/b", "Bee"), (1, "/c", "")]);
    assert!(Forms::compile(None, None).unwrap().is_empty());
}

#[test]
fn secrets_of_a_task() {
    let schema = json!({
        "type": "object", "required": ["token", "key"], "additionalProperties": false,
        "properties": {"token": {"type": "string", "minLength": 5}, "key": {"type": "string", "errorMessage": "No ${/key} here", "pattern": "^k"}},
    });
    let forms = Forms::compile(None, Some(&schema)).unwrap();
    let secrets = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).to_owned())).collect::<Secrets>()
    };
    for (given, expected) in [
        (secrets(&[]), vec!["secrets.token is required", "secrets.key is required"]),
        (secrets(&[("token", "abc"), ("key", "k")]), vec!["secrets.token: At least 5 characters"]),
        (secrets(&[("token", "abcde"), ("key", "hush")]), vec!["secrets.key: No  here"]),
        (secrets(&[("token", "abcde"), ("key", "k"), ("more", "m")]), vec!["secrets.more is not expected"]),
        (secrets(&[("token", "abcde"), ("key", "k")]), vec![]),
    ] {
        let mut told = forms.check_secrets(&given);
        told.sort();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(told, expected, "{given:?}");
    }
}

#[test]
fn no_message_quotes_a_secret() {
    let mut page = Page::new(&json!({ "properties": { "token": {
        "type": "string", "ui:field": "Secret", "minLength": 50, "enum": ["a"], "format": "email",
        "errorMessage": {"minLength": "Not ${/token}", "enum": "Nor ${0}"},
    } } }));
    page.send(&[("/token", "hunter2")]);
    let told = page.told();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        !told.concat().contains("hunter2") && !format!("{:?}", page.review()).contains("hunter2"),
        "{told:?}"
    );
}

#[test]
fn forms_can_be_kept_and_shared() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Forms>();
}

#[test]
fn what_stands_beside_a_reference_counts() {
    let schema = json!({
        "properties": { "x": { "$ref": "#/definitions/name", "minLength": 5, "errorMessage": {"minLength": "Longer"} } },
        "definitions": { "name": {"type": "string", "pattern": "^a", "errorMessage": "Begins with a"} },
        "if": { "properties": { "x": { "$ref": "#/definitions/name", "maxLength": 2 } } },
        "then": { "properties": { "y": {"type": "string"} } },
    });
    let mut page = Page::with(&schema, &json!({"x": "bc"}));
    assert_eq!(page.told(), ["/x: Longer", "/x: Begins with a"]);
    assert_eq!(page.pointers(), ["/x"]);
    let mut page = Page::with(&schema, &json!({"x": "ab"}));
    assert_eq!(
        (page.told(), page.pointers()),
        (vec!["/x: Longer".to_owned()], vec!["/x".to_owned(), "/y".to_owned()])
    );
}

#[test]
fn values_of_a_client_lose_what_stands_for_secrets() {
    let parameters = json!([
        {"properties": {"on": {"type": "boolean"}}, "dependencies": {"on": {"oneOf": [
            {"properties": {"on": {"const": true}, "more": {"type": "string"}, "key": {"type": "string", "ui:field": "Secret"}}},
        ]}}},
        {"properties": {"group": {"type": "object", "properties": {"token": {"type": "string", "ui:field": "Secret"}, "a": {"type": "string"}}}}},
    ]);
    let page = Page::new(&parameters);
    let visitor = Visitor { flags: &page.flags, secrets: &page.secrets };
    let sent =
        json!({"on": true, "more": "x", "key": "***", "group": {"token": "****", "a": "b"}, "extra": 1});
    let kept = page.forms.without_secrets(sent.as_object().unwrap(), visitor);
    assert_eq!(Value::Object(kept), json!({"on": true, "more": "x", "group": {"a": "b"}, "extra": 1}));
    let hidden = json!({"on": false, "more": "x"});
    assert_eq!(Value::Object(page.forms.without_secrets(hidden.as_object().unwrap(), visitor)), hidden);
}
