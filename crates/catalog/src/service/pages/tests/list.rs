//! The catalog table: filters, groups and parts of it, against what the documents say one by one.

use std::collections::BTreeSet;

use model::{EntityList, EntityListQuery, Filter};
use serde_json::{Value, json};

use super::reader;
use crate::service::Catalog;

/// Entities that differ in every field that can be filtered by.
fn entities() -> Vec<Value> {
    let kinds = ["Component", "API", "Group"];
    (0..60_usize)
        .map(|number| {
            let kind = kinds[number % 3];
            let mut metadata = json!({"name": format!("e{number:02}"), "namespace": "default"});
            if number.is_multiple_of(2) {
                metadata["description"] = json!(format!("About {number}"));
            }
            metadata["tags"] = json!((["a", "b", "c"][..number % 4].to_vec()));
            let mut spec = json!({"type": (["service", "website"][number % 2])});
            if kind != "Group" {
                spec["lifecycle"] = json!("production");
                if !number.is_multiple_of(5) {
                    spec["owner"] = json!((["group:default/e02", "group:default/e05", "nobody"][number % 3]));
                }
                if number.is_multiple_of(4) {
                    spec["system"] = json!("shop");
                }
            } else {
                spec["children"] = json!([]);
            }
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
        })
        .collect()
}

async fn ask(catalog: &Catalog, address: &str) -> EntityList {
    catalog.list(&reader(), &EntityListQuery::from_query_string(address)).await.expect("a list")
}

/// The names of all entities that satisfy the filters of an address, found by looking at each.
fn naive(entities: &[Value], address: &str) -> BTreeSet<String> {
    let conditions = EntityListQuery::from_query_string(address).conditions();
    let filter = Filter::All(conditions.into_iter().map(|condition| condition.filter).collect());
    let with_relations = |entity: &Value| {
        let mut entity = entity.clone();
        let mut relations = Vec::new();
        for (field, kind, relation) in [("owner", "group", "ownedBy"), ("system", "system", "partOf")] {
            if let Some(target) = entity["spec"][field].as_str() {
                let target =
                    model::EntityRef::parse_with(target, Some(kind), "default").expect("a reference");
                relations.push(json!({"type": relation, "targetRef": target.to_string()}));
            }
        }
        entity["relations"] = relations.into();
        entity
    };
    let found = entities.iter().filter(|entity| filter.matches(&with_relations(entity)));
    found.map(|entity| entity["metadata"]["name"].as_str().unwrap_or_default().to_owned()).collect()
}

const ADDRESSES: [&str; 14] = [
    "",
    "kind=Component",
    "kind=Component&kind=API&type=service",
    "not.kind=Group",
    "not.kind=Group&not.kind=API&not.type=website",
    "owner=none",
    "not.owner=none",
    "owner=none&owner=group:default/nobody",
    "not.owner=group:default/e02&has=relations.ownedBy",
    "tag=a&tag=c",
    "tag=a&tag=c&tagMatch=all",
    "has=spec.system&lacks=metadata.description",
    "lacks=metadata.tags&lacks=spec.owner",
    "system=system:default/shop&not.tag=b",
];

#[tokio::test]
async fn filters_select_what_they_say() {
    let entities = entities();
    let (catalog, _database) = Catalog::of(&entities).await;
    for address in ADDRESSES {
        let expected = naive(&entities, address);
        let mut names = BTreeSet::new();
        for page in 1..=2 {
            let list = ask(&catalog, &format!("{address}&page={page}")).await;
            names.extend(list.items.into_iter().map(|line| line.link.name));
            assert_eq!(list.total as usize, expected.len(), "{address}");
        }
        assert_eq!(names, expected, "{address}");
    }
}

#[tokio::test]
async fn a_count_says_what_a_click_gives() {
    let (catalog, _database) = Catalog::of(&entities()).await;
    for address in ADDRESSES {
        let query = EntityListQuery::from_query_string(address);
        for facet in ask(&catalog, address).await.facets {
            let field = EntityListQuery::FIELDS.iter().find(|(_, path)| *path == facet.key);
            let (param, _) = field.expect("a filter for each facet");
            for value in facet.values {
                let mut other = EntityListQuery::from_query_string(&format!("{param}={}", value.value));
                let alternatives = *param != "tag" || !query.all_tags;
                let values = query.values(param);
                if !alternatives && values.contains(&value.value) {
                    continue;
                }
                // The click alone: other values of the filter are alternatives, which the count leaves out.
                let rest = query.to_query_string();
                let rest =
                    rest.split('&').filter(|pair| !alternatives || !pair.starts_with(&format!("{param}=")));
                other = EntityListQuery::from_query_string(&format!(
                    "{}&{}",
                    rest.collect::<Vec<_>>().join("&"),
                    other.to_query_string()
                ));
                let clicked = catalog.list(&reader(), &other).await.expect("a list").total;
                assert_eq!(value.count, clicked, "{address}, {param}={}", value.value);
            }
        }
    }
}

#[tokio::test]
async fn a_group_holds_what_its_list_holds() {
    let (catalog, _database) = Catalog::of(&entities()).await;
    for group in EntityListQuery::GROUPS {
        for filters in ["", "not.kind=Group", "tag=a"] {
            let address = format!("{filters}&group={group}");
            let query = EntityListQuery::from_query_string(&address);
            let answer = ask(&catalog, &address).await;
            assert_eq!(answer.group_count as usize, answer.groups.len(), "{address}");
            let mut seen = BTreeSet::new();
            for group in &answer.groups {
                let list = query.of_group(&group.value);
                let list = catalog.rows(&reader(), &list, 0, 200).await.expect("rows");
                assert_eq!(list.total, group.count, "{address}, {:?}", group.value);
                let first: Vec<_> = list.items.iter().take(group.items.len()).collect();
                assert_eq!(first, group.items.iter().collect::<Vec<_>>(), "{address}, {:?}", group.value);
                seen.extend(list.items.into_iter().map(|line| line.link.name));
            }
            // Larger groups come first, those without a value last.
            let named = answer.groups.iter().filter(|group| !group.value.is_empty());
            assert!(named.map(|group| group.count).rev().is_sorted(), "{address}");
            assert_eq!(answer.total as usize, seen.len(), "{address}: an entity is in no group");
        }
    }
    let lines: usize = ask(&catalog, "group=kind").await.groups.iter().map(|group| group.items.len()).sum();
    assert!((1..=50).contains(&lines), "{lines} lines at first");
}

#[tokio::test]
async fn parts_make_the_whole() {
    let (catalog, _database) = Catalog::of(&entities()).await;
    for address in ["", "sort=-owner", "kind=API&sort=type"] {
        let query = EntityListQuery::from_query_string(address);
        let all = catalog.rows(&reader(), &query, 0, 200).await.expect("rows").items;
        let mut parts = Vec::new();
        for offset in (0..80).step_by(7) {
            let part = catalog.rows(&reader(), &query, offset, 7).await.expect("rows");
            assert_eq!(part.total as usize, all.len(), "{address}");
            parts.extend(part.items);
        }
        assert_eq!(parts, all, "{address}");
        assert_eq!(ask(&catalog, address).await.items, all[..all.len().min(50)], "{address}");
    }
    let none = catalog.rows(&reader(), &EntityListQuery::default(), u32::MAX, u32::MAX).await.expect("rows");
    assert_eq!(none.items, []);
}

#[tokio::test]
async fn references_select_entities() {
    let (catalog, _database) = Catalog::of(&entities()).await;
    let list =
        ask(&catalog, "ref=Component:default/e00&ref=api:default/e01&ref=api:default/gone&ref=%00").await;
    let names: Vec<_> = list.items.iter().map(|line| line.link.name.as_str()).collect();
    assert_eq!(names, ["e00", "e01"]);
}

#[tokio::test]
async fn files_and_moments_come_when_they_are_asked_for() {
    let mut entity = entities().remove(0);
    entity["metadata"]["annotations"] =
        json!({"backstage.io/managed-by-location": "file:/srv/shop/catalog-info.yaml"});
    let (catalog, _database) = Catalog::of(&[entity]).await;
    let usual = ask(&catalog, "").await.items.remove(0);
    assert_eq!((usual.source_file, usual.changed), (None, None));
    let asked = ask(&catalog, "columns=file,changed").await.items.remove(0);
    assert_eq!(asked.source_file.as_deref(), Some("/srv/shop/catalog-info.yaml"));
    assert!(asked.changed.is_some_and(|at| at.ends_with('Z')), "no moment");
    let grouped = ask(&catalog, "columns=changed&group=kind").await.groups.remove(0);
    assert!(grouped.items[0].changed.is_some(), "no moment in a group");
}

#[tokio::test]
async fn values_are_found_by_text_and_by_title() {
    let group = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Group",
        "metadata": {"name": "e02", "title": "On Board"}, "spec": {"type": "team", "children": []},
    });
    let mut entities = entities();
    entities.retain(|entity| entity["metadata"]["name"] != "e02");
    entities.push(group);
    let (catalog, _database) = Catalog::of(&entities).await;
    let query = EntityListQuery::default();
    for (field, text, expected) in [
        ("owner", "on board", vec!["group:default/e02"]),
        ("owner", "E05", vec!["group:default/e05"]),
        ("kind", "comp", vec!["Component"]),
        ("tag", "nothing", vec![]),
    ] {
        let facet = catalog.filter_values(&reader(), &query, field, text).await.expect("values");
        let values: Vec<_> = facet.values.iter().map(|value| value.value.as_str()).collect();
        assert_eq!(values, expected, "{field}: {text}");
        if text == "on board" {
            assert_eq!(facet.titles, [("group:default/e02".to_owned(), "On Board".to_owned())]);
        }
    }
    // What is no filter has nothing to choose from.
    let none = catalog.filter_values(&reader(), &query, "metadata.name", "").await.unwrap();
    assert!(none.values.is_empty(), "{none:?}");
}

#[tokio::test]
async fn a_look_takes_little_of_what_is_large() {
    let long = "wörds ".repeat(100_000);
    let many: Vec<Value> =
        (0..300).map(|number| json!({"url": format!("https://example.com/{number}")})).collect();
    let owner = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Group",
        "metadata": {"name": "team", "description": long, "links": many},
        "spec": {"type": "team", "children": []},
    });
    let owned = (0..40).map(|number| {
        json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": format!("c{number}")},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
        })
    });
    let (catalog, _database) = Catalog::of(&std::iter::once(owner).chain(owned).collect::<Vec<_>>()).await;
    let detail = catalog.peek(&reader(), "group:default/team", "").await.expect("a look");
    let relations = &detail.relations[0];
    assert_eq!((relations.targets.len(), relations.left_off), (5, 35));
    assert_eq!((detail.links.shown.len(), detail.links.left_off), (5, 295));
    assert!(detail.history.len() == 1 && detail.yaml.is_empty());
    assert!(serde_json::to_string(&detail).expect("JSON").len() < 15_000);
    for wrong in ["group:default/gone", "no reference", "", ":::", "\u{0}:a/b"] {
        assert!(catalog.peek(&reader(), wrong, "").await.is_err(), "{wrong:?}");
    }
}
