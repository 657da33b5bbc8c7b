//! Validation: each rule at its edges, and how it is told.

use model::{Entity, ProblemCode, Violation, known_kinds, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A valid component with something else in one place.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "n", "annotations": {}, "labels": {}},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
    });
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[key.replace("~1", "/")] = value;
    document
}

fn shown(document: &Value) -> String {
    let line = |Violation { pointer, code, message, found, allowed }: Violation| {
        let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let pointer = if pointer.is_empty() { "(root)" } else { &pointer };
        format!("{pointer} [{}] {message} | {} | {}", code.as_str(), text(found), text(allowed))
    };
    validate(document).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn values_at_the_edge_of_each_rule() {
    let letters = |count: usize| "a".repeat(count);
    for (pointer, valid, invalid) in [
        (
            "/apiVersion",
            vec![json!("backstage.io/v1beta1")],
            vec![
                json!("v1"),
                json!("a b/v1"),
                json!("-a/v1"),
                json!("backstage.io/v1-a"),
                json!(""),
                json!(1),
            ],
        ),
        ("/kind", vec![], vec![json!("component"), json!("1a"), json!("a-b"), json!(letters(64)), json!("")]),
        (
            "/metadata/name",
            vec![json!("a"), json!("A.b_c-9"), json!(letters(63))],
            vec![
                json!(""),
                json!("-bad-"),
                json!("a b"),
                json!(letters(64)),
                json!("ä"),
                json!(7),
                json!(null),
            ],
        ),
        (
            "/metadata/namespace",
            vec![json!("a"), json!("a--b-9")],
            vec![json!(""), json!("A"), json!("-a"), json!("a."), json!(letters(64)), json!(null)],
        ),
        ("/metadata/title", vec![json!("Ä title")], vec![json!(""), json!(1)]),
        ("/metadata/description", vec![json!("")], vec![json!(1)]),
        ("/metadata/anything", vec![json!({"nested": [null]})], vec![]),
        (
            "/metadata/labels",
            vec![json!({"a": "", "example.com/zone": "eu-West_1"})],
            vec![
                json!([]),
                json!({"a": 1}),
                json!({"a": "b c"}),
                json!({"a/b/c": "d"}),
                json!({"/a": "d"}),
                json!({"": "d"}),
            ],
        ),
        (
            "/metadata/annotations",
            vec![json!({"a.b/c": "any text, of any length: ä/ "})],
            vec![json!({"a/b": 5}), json!({"a b": "c"}), json!({"A.b/c": "d"}), json!("a")],
        ),
        (
            "/metadata/tags",
            vec![json!([]), json!(["c++", "c#", "a:b", "a-b"])],
            vec![json!(["Upper"]), json!(["a--b"]), json!(["-a"]), json!([""]), json!([1]), json!({})],
        ),
        (
            "/metadata/links",
            vec![
                json!([{"url": "https://example.com/my dash?a=b c", "title": "T"}]),
                json!([{"url": "mailto:a@example.com"}, {"url": "slack://channel"}]),
            ],
            vec![
                json!([{"title": "none"}]),
                json!([{"url": "/relative"}]),
                json!([{"url": "https://"}]),
                json!([{"url": "https://a b/"}]),
                json!([{"url": "javascript:alert(1)"}]),
                json!([{"url": "https://example.com", "title": " "}]),
                json!(["https://example.com"]),
            ],
        ),
        ("/spec", vec![], vec![json!(null), json!([]), json!({})]),
        ("/spec/unknown", vec![json!(null)], vec![]),
        (
            "/spec/owner",
            vec![json!("user:default/a")],
            vec![json!(""), json!(null), json!(["a"]), json!("a/"), json!(":a")],
        ),
        (
            "/spec/dependsOn",
            vec![json!([]), json!(["api:a"])],
            vec![json!("api:a"), json!(["a"]), json!([""]), json!([1])],
        ),
        ("/relations", vec![], vec![json!([])]),
        ("/status", vec![], vec![json!({})]),
        ("/extra", vec![], vec![json!(true)]),
    ] {
        for value in valid {
            assert_eq!(shown(&with(pointer, value.clone())), "", "{pointer} {value}");
        }
        for value in invalid {
            let violations = validate(&with(pointer, value.clone()));
            assert!(!violations.is_empty(), "{pointer} {value} passes");
            for violation in violations {
                assert!(violation.allowed.is_some(), "what is allowed instead of {pointer} {value}");
            }
        }
    }
}

#[test]
fn specs_of_the_other_kinds() {
    let template = |spec: Value| ("Template", "scaffolder.backstage.io/v1beta3", spec);
    let plain = |kind: &'static str, spec: Value| (kind, "backstage.io/v1alpha1", spec);
    for ((kind, version, spec), expected) in [
        (plain("Group", json!({"type": "t", "children": []})), ""),
        (plain("Group", json!({"type": "t"})), "/spec spec"),
        (plain("User", json!({"memberOf": []})), ""),
        (plain("User", json!({"memberOf": [], "profile": {"email": ""}})), "/spec/profile/email spec"),
        (plain("Location", json!({"targets": ["./a.yaml"], "presence": "optional"})), ""),
        (plain("Location", json!({"presence": "never"})), "/spec/presence spec"),
        (plain("Location", json!({"target": "JavaScript:x"})), "/spec/target spec"),
        (plain("Location", json!({"targets": ["a", "javascript:x"]})), "/spec/targets/1 spec"),
        (plain("API", json!({"type": "grpc", "lifecycle": "l", "owner": "o"})), "/spec spec"),
        (
            plain("API", json!({"type": "mcp-server", "lifecycle": "l", "owner": "o", "remotes": []})),
            "/spec/remotes spec",
        ),
        (
            plain(
                "API",
                json!({"type": "mcp-server", "lifecycle": "l", "owner": "o", "remotes": [{"type": "sse"}]}),
            ),
            "/spec/remotes/0 spec",
        ),
        (
            plain("AiResource", json!({"type": "rule", "lifecycle": "l", "owner": "o", "category": "c"})),
            "/spec spec",
        ),
        (plain("AiResource", json!({"type": "other", "lifecycle": "l", "owner": "o"})), ""),
        (
            plain(
                "AiResource",
                json!({"type": "skill", "lifecycle": "l", "owner": "o", "compatibility": "c".repeat(501)}),
            ),
            "/spec/compatibility spec",
        ),
        (template(json!({"type": "t", "steps": [{"action": "a", "if": true}], "parameters": [{}]})), ""),
        (template(json!({"type": "t", "steps": [{"id": "a"}]})), "/spec/steps/0 spec"),
        (template(json!({"type": "t", "steps": [{"id": "a", "branches": {}}]})), ""),
        (
            template(json!({"type": "t", "steps": [], "output": {"remoteUrl": 5}})),
            "/spec/output/remoteUrl spec",
        ),
        (
            template(json!({"type": "t", "steps": [], "output": {"links": [{"url": ""}]}})),
            "/spec/output/links/0/url spec",
        ),
        (template(json!({"type": "t", "steps": [], "parameters": "p"})), "/spec/parameters spec"),
        (plain("Template", json!({"type": "t", "steps": []})), "/apiVersion kind"),
        (("AiResource", "backstage.io/v1beta1", json!({})), "/apiVersion kind"),
    ] {
        let document = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "n"}, "spec": spec});
        let violations = validate(&document);
        let found: Vec<_> = violations.iter().map(|v| format!("{} {}", v.pointer, v.code.as_str())).collect();
        assert_eq!(found.join(", "), expected, "{kind} {spec}");
    }
}

#[test]
fn messages_say_what_is_there_and_what_may_be() {
    insta::assert_snapshot!(shown(&with("/metadata/name", json!("-bad-"))), @"/metadata/name [field] `metadata.name` is not valid | -bad- | 1 to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit");
    insta::assert_snapshot!(shown(&with("/metadata/annotations/a~1b", json!(5))), @"/metadata/annotations/a~1b [field] `metadata.annotations.a/b` is not valid | 5 | a text; put it in quotes");
    insta::assert_snapshot!(shown(&with("/relations", json!([]))), @"/relations [envelope] `relations` is written by the catalog and cannot be set in a file | relations | apiVersion, kind, metadata, spec");
    insta::assert_snapshot!(shown(&with("/extra", json!(true))), @"/extra [envelope] `extra` is not a field of an entity | extra | apiVersion, kind, metadata, spec");
    insta::assert_snapshot!(shown(&with("/kind", json!("component"))), @"/kind [kind] `kind` must be written Component, with the same upper and lower case | component | Component, API, Resource, System, Domain, Group, User, Location, Template, AiResource");
    insta::assert_snapshot!(shown(&with("/kind", json!("Gizmo"))), @"/kind [kind] The kind Gizmo is not known | Gizmo | Component, API, Resource, System, Domain, Group, User, Location, Template, AiResource");
    insta::assert_snapshot!(shown(&with("/apiVersion", json!("example.com/v1"))), @"/apiVersion [kind] Component does not exist in apiVersion example.com/v1 | example.com/v1 | backstage.io/v1alpha1, backstage.io/v1beta1");
    insta::assert_snapshot!(shown(&with("/spec", json!({"type": "service"}))), @r#"
    /spec [spec] `spec.lifecycle` is missing | - | a text that is not empty
    /spec [spec] `spec.owner` is missing | - | a text that is not empty
    "#);
    insta::assert_snapshot!(shown(&with("/spec/dependsOn", json!(["order-service"]))), @r#"/spec/dependsOn/0 [reference] `spec.dependsOn` holds a reference that cannot be read: "order-service" names no kind: expected kind:[namespace/]name, for example component:order-service | order-service | kind:[namespace/]name, for example component:payments or resource:payments-db"#);
    insta::assert_snapshot!(shown(&json!({"kind": "Component"})), @r#"
    (root) [envelope] `apiVersion` is missing | - | a version such as backstage.io/v1alpha1
    (root) [envelope] `metadata` is missing | - | metadata: { name: … }
    "#);
    insta::assert_snapshot!(shown(&json!("text")), @"(root) [envelope] An entity must be an object with apiVersion, kind and metadata | text | apiVersion: …, kind: …, metadata: { name: … }, spec: …");
}

#[test]
fn everything_wrong_is_told_once() {
    let mut document = with("/metadata/tags", json!(["Upper"]));
    document["spec"]["owner"] = json!("");
    document["spec"]["dependsOn"] = json!(["no-kind"]);
    let found: Vec<_> = validate(&document).into_iter().map(|v| (v.pointer, v.code)).collect();
    let expected = [
        ("/metadata/tags/0", ProblemCode::Field),
        ("/spec/owner", ProblemCode::Spec),
        ("/spec/dependsOn/0", ProblemCode::Reference),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn each_kind_is_listed_once() {
    assert_eq!(
        known_kinds().collect::<Vec<_>>(),
        [
            "Component",
            "API",
            "Resource",
            "System",
            "Domain",
            "Group",
            "User",
            "Location",
            "Template",
            "AiResource"
        ]
    );
}

proptest! {
    #[test]
    fn any_document_is_judged(document in crate::strategy::json()) {
        for violation in validate(&document) {
            let is_there = document.pointer(&violation.pointer).is_some();
            prop_assert!(is_there, "{} points to nothing", violation.pointer);
        }
    }

    #[test]
    fn any_spec_of_each_kind_is_judged(kind in proptest::sample::select(known_kinds().collect::<Vec<_>>()), spec in crate::strategy::json()) {
        let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
        let document = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "n"}, "spec": spec});
        for violation in validate(&document) {
            prop_assert!(violation.pointer.starts_with("/spec"), "{violation:?}");
            prop_assert!(document.pointer(&violation.pointer).is_some(), "{violation:?}");
        }
        prop_assert!(Entity::ref_of(&document).is_some(), "whatever is wrong in spec, it is known whose it is");
    }

    #[test]
    fn a_reference_is_told_exactly_where_its_parts_are_valid(name in "[a-cA-C0._ -]{0,4}", namespace in "[a-cA-C0._ -]{0,4}") {
        let document = json!({"kind": "API", "metadata": {"name": name, "namespace": namespace}});
        let is_wrong = |pointer: &str| validate(&document).iter().any(|violation| violation.pointer == pointer);
        let is_invalid = is_wrong("/metadata/name") || is_wrong("/metadata/namespace");
        prop_assert_eq!(Entity::ref_of(&document).is_none(), is_invalid, "{}", document);
    }
}
