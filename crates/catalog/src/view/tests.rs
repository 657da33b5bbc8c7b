//! What single questions get as answers, on catalogs small enough to read.

use model::Filter;
use serde_json::{Value, json};

use super::{Order, Page, Position, Start, View};
use crate::store::Version;

fn version(seq: i64, entity_ref: &str, document: Option<String>) -> Version {
    Version {
        seq,
        entity_ref: entity_ref.to_owned(),
        valid_from: seq,
        valid_to: None,
        until_seq: None,
        hash: String::new(),
        document,
    }
}

/// An entity by reference (`Kind:namespace/name`, as written) with what differs from the empty one.
fn put(view: &mut View, reference: &str, rest: &Value) {
    let (kind, path) = reference.split_once(':').unwrap();
    let (namespace, name) = path.split_once('/').unwrap();
    let mut document = json!({"kind": kind, "metadata": {"namespace": namespace, "name": name}});
    for (key, value) in rest.as_object().unwrap() {
        match (key.as_str(), value.as_object()) {
            ("metadata", Some(fields)) => {
                document["metadata"].as_object_mut().unwrap().extend(fields.clone());
            }
            _ => document[key] = value.clone(),
        }
    }
    let seq = view.seq() + 1;
    view.apply(&[version(seq, &reference.to_lowercase(), Some(document.to_string()))]);
}

fn delete(view: &mut View, reference: &str) {
    let seq = view.seq() + 1;
    view.apply(&[version(seq, reference, None)]);
}

fn written(view: &View, reference: &str) -> String {
    let mut out = Vec::new();
    view.write_entity(view.id_of(reference).unwrap(), &mut out);
    String::from_utf8(out).unwrap()
}

fn found(view: &View, filter: &str) -> Vec<String> {
    let filter = Filter::from_params(&[filter]).unwrap().unwrap();
    view.evaluate(&filter).iter().map(|id| view.entity_ref(id).to_owned()).collect()
}

fn order(key: &str, descending: bool) -> Order {
    Order { key: key.to_owned(), descending }
}

fn refs(view: &View, page: &Page) -> Vec<String> {
    page.ids.iter().map(|id| view.entity_ref(*id).to_owned()).collect()
}

#[test]
fn relations_are_spliced_into_the_document() {
    let mut view = View::default();
    view.apply(&[version(7, "component:default/empty", Some("{}".to_owned()))]);
    assert_eq!(view.seq(), 7);
    assert_eq!(written(&view, "component:default/empty"), r#"{"relations":[]}"#);

    let own = json!({"spec": {"owner": "team", "dependsOn": ["resource:db\"1", "api:default/b"]}});
    put(&mut view, "Component:default/a", &own);
    let text = written(&view, "component:default/a");
    insta::assert_snapshot!(text.split_once("\"relations\":").unwrap().1, @r#"[{"type":"dependsOn","targetRef":"api:default/b"},{"type":"dependsOn","targetRef":"resource:default/db\"1"},{"type":"ownedBy","targetRef":"group:default/team"}]}"#);
    let parsed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed["relations"][1]["targetRef"], "resource:default/db\"1");
}

#[test]
fn a_relation_said_by_both_sides_is_one_until_both_take_it_back() {
    let mut view = View::default();
    put(&mut view, "Group:default/team", &json!({"spec": {"members": ["ada"]}}));
    put(&mut view, "User:default/ada", &json!({"spec": {"memberOf": ["team"]}}));
    let team = view.id_of("group:default/team").unwrap();
    assert_eq!(view.relations(team), [("hasMember", "user:default/ada", true)]);
    assert_eq!(found(&view, "relations.memberof=group:default/team"), ["user:default/ada"]);

    put(&mut view, "User:default/ada", &json!({"spec": {"memberOf": []}}));
    assert_eq!(view.relations(team), [("hasMember", "user:default/ada", true)]);
    assert_eq!(found(&view, "relations.memberof"), ["user:default/ada"]);

    put(&mut view, "Group:default/team", &json!({"spec": {"members": []}}));
    assert_eq!(view.relations(team), []);
    assert_eq!(found(&view, "relations.memberof"), Vec::<String>::new());
}

#[test]
fn a_missing_target_dangles_until_it_comes() {
    let mut view = View::default();
    put(&mut view, "Component:default/a", &json!({"spec": {"owner": "team"}}));
    let a = view.id_of("component:default/a").unwrap();
    assert_eq!(view.id_of("group:default/team"), None);
    assert_eq!(view.dangling().collect::<Vec<_>>(), [(a, "ownedBy", "group:default/team")]);
    assert_eq!(found(&view, "relations.ownedby=group:default/team"), ["component:default/a"]);
    assert_eq!(found(&view, "relations.ownerof"), Vec::<String>::new(), "the team does not exist");
    assert_eq!(view.facets(view.all(), "relations.ownerof"), []);

    put(&mut view, "Group:default/team", &json!({}));
    assert_eq!(view.dangling().count(), 0);
    assert_eq!(view.relations(a), [("ownedBy", "group:default/team", true)]);
    assert_eq!(found(&view, "relations.ownerof=component:default/a"), ["group:default/team"]);

    delete(&mut view, "component:default/a");
    assert_eq!(view.relations(view.id_of("group:default/team").unwrap()), []);
    assert_eq!((view.len(), view.document(a), view.relations(a).len()), (1, &b""[..], 0));
    let mut out = Vec::new();
    view.write_entity(a, &mut out);
    assert_eq!(out, b"null");
}

#[test]
fn a_changed_entity_leaves_its_old_values() {
    let mut view = View::default();
    put(&mut view, "Component:default/a", &json!({"metadata": {"uid": "One", "tags": ["java", "x"]}}));
    put(&mut view, "Component:default/a", &json!({"metadata": {"uid": "Two", "tags": ["x", null]}}));
    assert_eq!((view.len(), view.seq()), (1, 2));
    assert_eq!(view.id_by_uid("one"), None);
    assert_eq!(view.id_by_uid("TWO"), view.id_of("component:default/a"));
    assert_eq!(found(&view, "metadata.tags=java"), Vec::<String>::new());
    assert_eq!(found(&view, "metadata.tags.java"), Vec::<String>::new());
    assert_eq!(found(&view, "metadata.tags=X,metadata.tags.x=true"), ["component:default/a"]);
}

#[test]
fn values_that_nobody_has_any_more_are_forgotten() {
    let mut view = View::default();
    put(&mut view, "API:default/still", &json!({"metadata": {"title": "Still"}}));
    for number in 0..100 {
        put(&mut view, "API:default/a", &json!({"metadata": {"title": format!("Title {number}")}}));
    }
    assert_eq!(view.field("metadata.title").unwrap().len(), 2);
}

#[test]
fn of_several_versions_in_one_batch_the_last_counts() {
    let document = |name: &str| Some(json!({"kind": "API", "metadata": {"name": name}}).to_string());
    let mut view = View::default();
    view.apply(&[
        version(1, "api:default/a", document("old")),
        version(2, "api:default/gone", document("gone")),
        version(3, "api:default/a", document("new")),
        version(4, "api:default/gone", None),
        version(5, "api:default/never", None),
    ]);
    assert_eq!((view.len(), view.seq()), (1, 5));
    assert_eq!(view.facets(view.all(), "metadata.name"), [("new".to_owned(), 1)]);
}

#[test]
fn a_large_batch_is_the_same_as_many_small_ones() {
    let versions: Vec<Version> = (1..=1_500)
        .map(|seq| {
            let owner = format!("team{}", seq % 7);
            let name = format!("n{}", seq % 1_100);
            let entity_ref = format!("component:default/{name}");
            let document = json!({"kind": "Component", "metadata": {"name": name}, "spec": {"owner": owner}});
            version(seq, &entity_ref, (seq % 5 != 0).then(|| document.to_string()))
        })
        .collect();
    let mut at_once = View::default();
    at_once.apply(&versions);
    let mut one_by_one = View::default();
    for version in &versions {
        one_by_one.apply(std::slice::from_ref(version));
    }
    let all = |view: &View| {
        let ids = view.sorted(view.all(), &[]).into_iter();
        ids.map(|id| written(view, view.entity_ref(id))).collect::<Vec<_>>()
    };
    assert_eq!(all(&at_once), all(&one_by_one));
    let owners = |view: &View| view.facets(view.all(), "relations.ownedby");
    assert_eq!(owners(&at_once), owners(&one_by_one));
}

#[test]
fn a_version_that_is_not_an_entity_changes_nothing() {
    let mut view = View::default();
    put(&mut view, "Component:default/a", &json!({"spec": {"type": "service"}}));
    for broken in ["", "[]", "{\"kind\":"] {
        view.apply(&[version(9, "component:default/a", Some(broken.to_owned()))]);
    }
    assert_eq!(found(&view, "spec.type=service"), ["component:default/a"]);
    assert_eq!(view.seq(), 9);
}

#[test]
fn facets_show_the_first_spelling_and_count_entities() {
    let mut view = View::default();
    put(
        &mut view,
        "Component:default/a",
        &json!({"spec": {"type": "Website"}, "metadata": {"tags": ["go", "go"]}}),
    );
    put(&mut view, "Component:default/b", &json!({"spec": {"type": "website", "n": 1, "z": null}}));
    put(&mut view, "API:default/c", &json!({"spec": {"type": "grpc", "n": "x".repeat(201)}}));
    let facets = |key: &str, filter: &str| {
        let filter = Filter::from_params(&[filter]).unwrap().unwrap();
        view.facets(&view.evaluate(&filter), key)
    };
    let values =
        |list: &[(&str, u32)]| list.iter().map(|(value, n)| ((*value).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(facets("spec.type", "kind"), values(&[("grpc", 1), ("Website", 2)]));
    assert_eq!(facets("spec.type", "kind=component"), values(&[("Website", 2)]));
    assert_eq!(facets("metadata.tags", "kind"), values(&[("go", 1)]));
    assert_eq!(facets("spec.n", "kind"), values(&[("1", 1)]), "a value that is too long does not count");
    assert_eq!(facets("spec.z", "kind"), [], "null does not count");
    assert_eq!(facets("nothing", "kind"), []);
}

#[test]
fn pages_survive_changes_between_them() {
    let mut view = View::default();
    for name in ["c", "a", "e", "b", "d"] {
        put(&mut view, &format!("API:default/{name}"), &json!({"metadata": {"title": name.to_uppercase()}}));
    }
    put(&mut view, "API:default/untitled", &json!({}));
    let by_title = order("metadata.title", false);
    let page = |view: &View, start: Start| view.page(view.all(), Some(&by_title), &start, 2);

    let first = page(&view, Start::Offset(0));
    assert_eq!(refs(&view, &first), ["api:default/a", "api:default/b"]);
    assert_eq!((first.total, first.previous), (5, None));
    let next = first.next.unwrap();
    assert_eq!(next, Position { value: "b".to_owned(), entity_ref: "api:default/b".to_owned() });

    // The entity that the cursor names goes, one comes before it and one behind.
    delete(&mut view, "api:default/b");
    put(&mut view, "API:default/new", &json!({"metadata": {"title": "aa"}}));
    put(&mut view, "API:default/newer", &json!({"metadata": {"title": "bb"}}));
    let second = page(&view, Start::After(next));
    assert_eq!(refs(&view, &second), ["api:default/newer", "api:default/c"]);
    assert_eq!(second.total, 6);
    let back = page(&view, Start::Before(second.previous.unwrap()));
    assert_eq!(refs(&view, &back), ["api:default/a", "api:default/new"]);
    assert_eq!(back.previous, None);

    let none = view.page(view.all(), Some(&by_title), &Start::Offset(0), 0);
    assert_eq!(none, Page { total: 6, ..Page::default() });
    let unknown = view.page(view.all(), Some(&order("metadata.nothing", true)), &Start::Offset(0), 9);
    assert_eq!(unknown, Page::default());
}

#[test]
fn entities_without_the_field_are_sorted_last_in_both_directions() {
    let mut view = View::default();
    for (name, tier) in [("d", Some("1")), ("c", None), ("b", Some("1")), ("a", Some("2"))] {
        put(
            &mut view,
            &format!("API:default/{name}"),
            &json!({"spec": tier.map(|tier| json!({"tier": tier}))}),
        );
    }
    let names = |orders: &[Order]| {
        let ids = view.sorted(view.all(), orders).into_iter();
        ids.map(|id| view.entity_ref(id).rsplit('/').next().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(names(&[]), "abcd");
    assert_eq!(names(&[order("spec.tier", false)]), "bdac");
    assert_eq!(names(&[order("spec.tier", true)]), "abdc");
    assert_eq!(names(&[order("spec.tier", false), order("metadata.name", true)]), "dbac");
}

#[test]
fn a_view_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<View>();
}

#[test]
fn an_order_that_is_dropped_for_others_is_built_again() {
    let mut view = View::default();
    let keys: Vec<String> = (0..40).map(|number| format!("k{number}")).collect();
    let spec = |value: &str| json!({"spec": keys.iter().map(|key| (key.clone(), value.into())).collect::<serde_json::Map<_, _>>()});
    put(&mut view, "API:default/a", &spec("2"));
    put(&mut view, "API:default/b", &spec("1"));
    for key in keys.iter().chain(&keys) {
        let by_key = order(&format!("spec.{key}"), false);
        let page = view.page(view.all(), Some(&by_key), &Start::Offset(0), 9);
        assert_eq!(refs(&view, &page), ["api:default/b", "api:default/a"]);
    }
    assert!(view.heap_bytes() > 0);
}
