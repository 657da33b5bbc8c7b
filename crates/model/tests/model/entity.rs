//! Entities: typed views, and what a round trip keeps.

use model::{Entity, EntityRef, Link};
use proptest::prelude::*;
use serde_json::{Value, json};

fn entity(value: Value) -> Entity {
    Entity::from_value(value).unwrap()
}

#[test]
fn views() {
    let entity = entity(json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {
            "name": "Platform", "description": "Builds", "uid": "u", "etag": "e", "tags": ["go", 5],
            "labels": {"tier": "1"}, "annotations": {"a/b": "c", "n": 1},
            "links": [{"url": "https://example.com", "type": "docs"}, "none"]
        },
        "spec": {"type": "team", "profile": {"displayName": "The Platform"}}
    }));
    assert_eq!(entity.entity_ref(), EntityRef::new("group", "default", "platform"));
    assert_eq!((entity.kind(), entity.name(), entity.namespace()), ("Group", "Platform", "default"));
    assert_eq!((entity.title(), entity.display_name()), (None, "The Platform"));
    assert_eq!((entity.uid(), entity.etag(), entity.spec_str("type")), (Some("u"), Some("e"), Some("team")));
    assert_eq!(entity.tags().collect::<Vec<_>>(), ["go"], "what is no text is left out");
    assert_eq!(entity.labels().collect::<Vec<_>>(), [("tier", "1")]);
    assert_eq!(entity.annotations().collect::<Vec<_>>(), [("a/b", "c")]);
    let link = Link {
        url: "https://example.com".to_owned(),
        title: None,
        icon: None,
        link_type: Some("docs".to_owned()),
    };
    assert_eq!(entity.links(), [link]);
}

#[test]
fn annotations_are_set_where_there_were_none() {
    let mut entity = entity(json!({"metadata": "not an object"}));
    entity.set_annotation("a/b", "c");
    assert_eq!(entity.annotation("a/b"), Some("c"));
    entity.set_annotation("a/b", "d");
    assert_eq!(entity.into_map()["metadata"], json!({"annotations": {"a/b": "d"}}));
}

#[test]
fn only_objects_are_entities() {
    for value in [json!(null), json!([]), json!("kind")] {
        assert_eq!(Entity::from_value(value), None);
    }
}

#[test]
fn a_reference_is_told_from_a_document_that_is_wrong_elsewhere() {
    for (document, expected) in [
        (json!({"kind": "Component", "metadata": {"name": "Shop"}}), "component:default/shop"),
        (json!({"kind": "Component", "metadata": {"name": "a", "namespace": null}}), "component:default/a"),
        (json!({"kind": "aPi", "metadata": {"name": "a", "namespace": "b", "tags": 5}, "x": 1}), "api:b/a"),
    ] {
        assert_eq!(Entity::ref_of(&document).unwrap().as_str(), expected, "{document}");
    }
}

#[test]
fn no_reference_is_told_that_no_entity_can_have() {
    let entity = |kind: &str, namespace: &str, name: &str| json!({"kind": kind, "metadata": {"namespace": namespace, "name": name}});
    for document in [
        entity("Componet", "default", "a"),
        entity("", "default", "a"),
        entity("Component", "Default", "a"),
        entity("Component", "", "a"),
        entity("Component", "default", "-bad-"),
        entity("Component", "default", "a\0b"),
        json!({"kind": "Component", "metadata": {"name": "a", "namespace": 1}}),
        json!({"kind": "Component", "metadata": {"name": 1}}),
        json!({"kind": 1, "metadata": {"name": "a"}}),
        json!({"kind": "Component"}),
        json!(1),
    ] {
        assert_eq!(Entity::ref_of(&document), None, "{document}");
    }
}

proptest! {
    #[test]
    fn a_round_trip_keeps_every_key_and_its_order(keys in proptest::collection::vec(any::<String>(), 0..12)) {
        let map = keys.into_iter().enumerate().map(|(index, key)| (key, json!({"z": index, "a": [null]}))).collect();
        let entity = Entity::new(map);
        let text = serde_json::to_string(&entity).unwrap();
        let read: Entity = serde_json::from_str(&text).unwrap();
        // Equality of maps does not see order, their text does.
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }

    #[test]
    fn views_of_any_document_answer(value in crate::strategy::json()) {
        if let Some(mut entity) = Entity::from_value(value) {
            let _ = (entity.display_name(), entity.links(), entity.tags().count(), entity.labels().count());
            model::sort_references(&mut entity);
            entity.set_annotation("a", "b");
            prop_assert_eq!(entity.annotation("a"), Some("b"));
        }
    }
}
