//! Filters: what they mean, and what is refused. The index of the catalog is compared with this elsewhere.

use model::Filter;
use proptest::prelude::*;
use serde_json::{Value, json};

fn payments() -> Value {
    json!({
        "kind": "Component",
        "metadata": {
            "name": "payments", "tags": ["Java", "critical"],
            "annotations": {"backstage.io/techdocs-ref": "dir:."}, "empty": "", "null": null,
        },
        "spec": {"type": "service", "replicas": 3, "public": true},
        "relations": [
            {"type": "ownedBy", "targetRef": "group:default/team"},
            {"type": "dependsOn", "targetRef": "resource:default/db"},
        ],
    })
}

#[test]
fn parameters_on_a_document() {
    for (params, expected) in [
        (vec!["kind=component"], true),
        (vec!["KIND=COMPONENT,spec.Type=SERVICE"], true),
        (vec!["kind=component,spec.type=library"], false),
        (vec!["kind=api", "kind=component"], true),
        (vec!["kind=api,kind=component"], true),
        (vec!["metadata.tags=java"], true),
        (vec!["metadata.tags.java"], true),
        (vec!["metadata.tags.go"], false),
        (vec!["metadata.annotations.backstage.io/techdocs-ref"], true),
        // A key above others has no value of its own.
        (vec!["metadata.annotations"], false),
        (vec!["metadata.empty="], true),
        (vec!["metadata.null"], true),
        (vec!["metadata.null="], false),
        (vec!["metadata.name="], false),
        (vec!["spec.replicas=3,spec.public=true"], true),
        (vec!["relations.ownedBy=group:default/team"], true),
        (vec!["relations.ownedby=group:default/other"], false),
        (vec!["relations.dependson"], true),
        (vec!["relations.partof"], false),
        // The value may hold an equals sign, spaces around conditions do not count.
        (vec![" kind = component , spec.type=service"], true),
        (vec!["metadata.name=payments=x"], false),
    ] {
        let filter = Filter::from_params(&params).unwrap().unwrap();
        assert_eq!(filter.matches(&payments()), expected, "{params:?}");
    }
}

#[test]
fn no_condition_is_no_filter() {
    for params in [&[][..], &[""], &[" , "]] {
        assert_eq!(Filter::from_params(params), Ok(None), "{params:?}");
    }
}

#[test]
fn parameters_that_are_refused() {
    let refused = |params: &[&str]| Filter::from_params(params).unwrap_err().to_string();
    insta::assert_snapshot!(refused(&["=component"]), @r#"Invalid filter, "=component" names no key: expected key=value or key, for example kind=component"#);
    let many = vec!["a=b"; 1001].join(",");
    insta::assert_snapshot!(refused(&[&many]), @"filter holds more than 1000 conditions");
}

#[test]
fn predicates_on_a_document() {
    for (query, expected) in [
        (json!({}), true),
        (json!({"kind": "component", "spec.type": "SERVICE"}), true),
        (json!({"kind": "component", "spec.type": "library"}), false),
        (json!({"spec.replicas": 3, "spec.public": true}), true),
        (json!({"spec.replicas": 3.0}), true),
        (json!({"$all": []}), true),
        (json!({"$any": []}), false),
        (json!({"$not": {"kind": "api"}}), true),
        (
            json!({"$any": [{"kind": "api"}, {"$all": [{"kind": "component"}, {"$not": {"kind": "api"}}]}]}),
            true,
        ),
        (json!({"metadata.description": {"$exists": false}}), true),
        (json!({"metadata.name": {"$exists": true}}), true),
        (json!({"kind": {"$in": ["api", "Component"]}}), true),
        (json!({"kind": {"$in": []}}), false),
        (json!({"relations.ownedby": {"$in": []}}), false),
        (json!({"metadata.name": {"$hasPrefix": "Pay"}}), true),
        (json!({"metadata.name": {"$hasPrefix": "ay"}}), false),
        (json!({"relations.ownedBy": {"$hasPrefix": "group:"}}), true),
        (json!({"metadata.tags": {"$contains": "JAVA"}}), true),
        (json!({"metadata.tags": {"$contains": "go"}}), false),
        (json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/team"}}}), true),
        (json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "resource:default/db"}}}), false),
        (json!({"relations": {"$contains": {"type": {"$in": ["partOf", "dependsOn"]}}}}), true),
        (json!({"relations": {"$contains": {"targetRef": {"$in": ["Group:Default/Team"]}}}}), true),
        (json!({"relations": {"$contains": {"type": {"$in": []}}}}), false),
    ] {
        let filter = Filter::from_predicate(&query).unwrap();
        assert_eq!(filter.matches(&payments()), expected, "{query}");
    }
}

#[test]
fn predicates_that_are_refused() {
    let refused = [
        json!("nope"),
        json!(1),
        json!([]),
        json!({"$bad": 1}),
        json!({"$all": {"kind": "api"}}),
        json!({"$not": "api"}),
        json!({"$not": {}, "kind": "api"}),
        json!({"kind": null}),
        json!({"kind": ["api"]}),
        json!({"kind": {}}),
        json!({"kind": {"$in": ["a"], "$exists": true}}),
        json!({"kind": {"$in": [{}]}}),
        json!({"kind": {"$in": "api"}}),
        json!({"kind": {"$exists": "yes"}}),
        json!({"kind": {"$hasPrefix": 1}}),
        json!({"kind": {"$like": "a"}}),
        json!({"metadata.tags": {"$contains": {"type": "a"}}}),
        json!({"relations": {"$contains": "group:default/team"}}),
        json!({"relations": {"$contains": {"kind": "a"}}}),
        json!({"relations": {"$contains": {"type": 1}}}),
    ];
    for query in refused {
        let error = Filter::from_predicate(&query).unwrap_err().to_string();
        assert!(error.starts_with("Invalid query: "), "{query}: {error}");
    }
}

#[test]
fn hostile_predicates_are_refused() {
    let nested = |depth: usize| (0..depth).fold(json!({}), |inner, _| json!({"$not": inner}));
    assert!(Filter::from_predicate(&nested(32)).is_ok());
    insta::assert_snapshot!(
        Filter::from_predicate(&nested(33)).unwrap_err(),
        @"Invalid query: nested deeper than 32 levels"
    );
    let wide = |count: usize| json!({"kind": {"$in": vec!["a"; count]}});
    assert!(Filter::from_predicate(&wide(998)).is_ok(), "the query and its field count, too");
    insta::assert_snapshot!(
        Filter::from_predicate(&wide(999)).unwrap_err(),
        @"Invalid query: more than 1000 conditions"
    );
}

proptest! {
    #[test]
    fn any_parameters_are_read_or_refused(params in proptest::collection::vec("[a-zA-Z.=, é\\PC]{0,24}", 0..4)) {
        if let Ok(Some(filter)) = Filter::from_params(&params) {
            let _ = filter.matches(&payments());
        }
    }

    #[test]
    fn any_query_is_read_or_refused(query in crate::strategy::json(), document in crate::strategy::json()) {
        if let Ok(filter) = Filter::from_predicate(&query) {
            let negated = Filter::from_predicate(&json!({"$not": query})).unwrap();
            prop_assert_ne!(filter.matches(&document), negated.matches(&document));
        }
    }
}
