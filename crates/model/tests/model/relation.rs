//! Relations that fields imply, in the pairs that Backstage 1.55 documents.

use model::{Entity, EntityRef, edges, pointer_of_reference, reverse_of, sort_references};
use serde_json::{Value, json};

fn entity(kind: &str, namespace: &str, spec: &Value) -> Entity {
    Entity::from_value(json!({"kind": kind, "metadata": {"name": "n", "namespace": namespace}, "spec": spec}))
        .unwrap()
}

fn shown(entity: &Entity) -> Vec<String> {
    let edges = edges(entity).unwrap();
    edges.iter().map(|edge| format!("{} {} ({})", edge.forward, edge.target, edge.reverse)).collect()
}

#[test]
fn each_field_of_each_kind() {
    let component = json!({
        "owner": "team", "system": "default/checkout", "subcomponentOf": "shop", "providesApis": ["pay", "pay"],
        "consumesApis": ["api:other/ledger"], "dependsOn": ["Resource:DB"], "dependencyOf": ["component:shop"],
    });
    assert_eq!(
        shown(&entity("Component", "partners", &component)),
        [
            "consumesApi api:other/ledger (apiConsumedBy)",
            "dependencyOf component:partners/shop (dependsOn)",
            "dependsOn resource:partners/db (dependencyOf)",
            "ownedBy group:partners/team (ownerOf)",
            "partOf component:partners/shop (hasPart)",
            "partOf system:default/checkout (hasPart)",
            "providesApi api:partners/pay (apiProvidedBy)",
        ],
        "namespaces are inherited, doubles count once"
    );
    for (kind, spec, expected) in [
        (
            "System",
            json!({"owner": "user:a", "domain": "d"}),
            vec!["ownedBy user:x/a (ownerOf)", "partOf domain:x/d (hasPart)"],
        ),
        ("Domain", json!({"subdomainOf": "d"}), vec!["partOf domain:x/d (hasPart)"]),
        ("User", json!({"memberOf": ["g"]}), vec!["memberOf group:x/g (hasMember)"]),
        (
            "Group",
            json!({"parent": "p", "children": ["c"], "members": ["u"]}),
            vec![
                "childOf group:x/p (parentOf)",
                "hasMember user:x/u (memberOf)",
                "parentOf group:x/c (childOf)",
            ],
        ),
        ("Template", json!({"owner": "g", "system": "s"}), vec!["ownedBy group:x/g (ownerOf)"]),
        ("AiResource", json!({"skills": ["s"]}), vec!["hasPart airesource:x/s (partOf)"]),
        ("component", json!({"owner": "kinds match on exact case"}), vec![]),
        ("Gizmo", json!({"owner": "unknown kinds have none"}), vec![]),
    ] {
        assert_eq!(shown(&entity(kind, "x", &spec)), expected, "{kind}");
    }
}

#[test]
fn depends_on_must_name_the_kind() {
    let violations =
        edges(&entity("Resource", "x", &json!({"dependsOn": ["api:a", "b", "c:"]}))).unwrap_err();
    let places: Vec<_> = violations.iter().map(|violation| violation.pointer.as_str()).collect();
    assert_eq!(places, ["/spec/dependsOn/1", "/spec/dependsOn/2"]);
}

#[test]
fn the_text_of_a_reference_is_found() {
    let entity = entity("Component", "x", &json!({"owner": "team", "dependsOn": ["api:a", "API:b"]}));
    let find = |text: &str| pointer_of_reference(&entity, &EntityRef::parse(text).unwrap());
    assert_eq!(find("group:x/team").as_deref(), Some("/spec/owner"));
    assert_eq!(find("api:x/b").as_deref(), Some("/spec/dependsOn/1"));
    assert_eq!(find("api:default/b"), None);
}

#[test]
fn every_type_has_a_reverse_and_that_leads_back() {
    for name in ["ownedBy", "partOf", "providesApi", "consumesApi", "dependsOn", "memberOf", "childOf"] {
        let reverse = reverse_of(name).unwrap();
        assert_ne!(reverse, name);
        assert_eq!(reverse_of(reverse), Some(name));
    }
    assert_eq!(reverse_of("OWNEDBY"), None);
}

#[test]
fn lists_of_references_are_sorted_and_other_lists_are_not() {
    let mut entity =
        entity("Component", "x", &json!({"dependsOn": ["c:b", "c:a"], "owner": "t", "mine": ["b", "a"]}));
    sort_references(&mut entity);
    assert_eq!(
        Value::Object(entity.spec().unwrap().clone()),
        json!({"dependsOn": ["c:a", "c:b"], "owner": "t", "mine": ["b", "a"]})
    );
}
