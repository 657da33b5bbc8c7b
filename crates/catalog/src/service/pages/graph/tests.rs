//! The graph page against the same computed plainly from the documents, on random catalogs.

use std::collections::{BTreeMap, BTreeSet};

use model::{BREAKAGE, GraphPage, GraphQuery, Grouping, reverse_of};
use platform::access::Caller;
use serde_json::{Value, json};
use testkit::Random;

use super::{GraphTheme, Neighbours};
use crate::service::Catalog;

/// Source, relation type, target.
type Relation = (String, String, String);

const KINDS: [&str; 4] = ["Component", "API", "Resource", "System"];
const NUMBERS: u64 = 12;

fn some_ref(random: &mut Random, kind: &str) -> String {
    format!("{}:default/{}", kind.to_lowercase(), random.below(NUMBERS))
}

/// A few entities that refer to each other, and to some that do not exist.
fn entities(random: &mut Random) -> Vec<Value> {
    let mut entities = BTreeMap::new();
    for _ in 0..24 {
        let kind = KINDS[usize::try_from(random.below(4)).expect("below 4")];
        let name = random.below(NUMBERS).to_string();
        let mut some =
            |kind: &str| -> Vec<String> { (0..random.below(3)).map(|_| some_ref(random, kind)).collect() };
        let spec = match kind {
            "Component" => json!({
                "dependsOn": some("Component"), "dependencyOf": some("Resource"), "providesApis": some("API"),
                "consumesApis": some("API"), "system": some("System").first(),
            }),
            "Resource" => json!({"dependsOn": some("Resource"), "system": some("System").first()}),
            _ => json!({"owner": some("Group").first()}),
        };
        let entity = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec,
        });
        entities.insert((kind, name), entity);
    }
    entities.into_values().collect()
}

/// All relations that the documents say, from both ends.
fn relations(entities: &[Value]) -> BTreeSet<Relation> {
    let fields = [
        ("dependsOn", "dependsOn"),
        ("dependencyOf", "dependencyOf"),
        ("providesApis", "providesApi"),
        ("consumesApis", "consumesApi"),
        ("system", "partOf"),
        ("owner", "ownedBy"),
    ];
    let mut relations = BTreeSet::new();
    for entity in entities {
        let kind = entity["kind"].as_str().expect("a kind");
        let name = entity["metadata"]["name"].as_str().expect("a name");
        let source = format!("{}:default/{name}", kind.to_lowercase());
        for (field, relation) in fields.iter().filter(|(field, _)| kind != "System" || *field != "system") {
            let value = &entity["spec"][field];
            let texts = value.as_array().into_iter().flatten().chain(value.is_string().then_some(value));
            for target in texts.filter_map(Value::as_str) {
                let reverse = reverse_of(relation).expect("a relation with a reverse");
                relations.insert((source.clone(), (*relation).to_owned(), target.to_owned()));
                relations.insert((target.to_owned(), reverse.to_owned(), source.clone()));
            }
        }
    }
    relations
}

/// The distance of everything that can be reached, found by looking at all relations until nothing changes.
fn distances(
    relations: &BTreeSet<Relation>,
    roots: &[String],
    leads_on: impl Fn(&str, u32) -> bool,
    follows: impl Fn(&str) -> bool,
    lets_in: impl Fn(&str) -> bool,
) -> BTreeMap<String, u32> {
    let mut distances: BTreeMap<String, u32> = roots.iter().map(|root| (root.clone(), 0)).collect();
    loop {
        let mut changed = false;
        for (source, relation, target) in relations {
            let Some(distance) = distances.get(source).filter(|distance| leads_on(source, **distance)) else {
                continue;
            };
            let distance = distance + 1;
            let nearer = distances.get(target).is_none_or(|known| *known > distance);
            if nearer && follows(relation) && lets_in(target) {
                distances.insert(target.clone(), distance);
                changed = true;
            }
        }
        if !changed {
            return distances;
        }
    }
}

/// What the arrows of a page say, one relation at a time.
fn said(page: &GraphPage) -> BTreeSet<Relation> {
    let name = |place: u32| page.graph.nodes[place as usize].link.entity_ref.clone();
    let edges = page.graph.edges.iter().flat_map(|edge| {
        let forward = edge.forward.iter().map(|one| (name(edge.from), one.clone(), name(edge.to)));
        let reverse = edge.reverse.iter().map(|one| (name(edge.to), one.clone(), name(edge.from)));
        forward.chain(reverse).collect::<Vec<_>>()
    });
    edges.collect()
}

async fn graph(catalog: &Catalog, query: &GraphQuery) -> GraphPage {
    let caller = Caller::Service { subject: "test".to_owned() };
    catalog.graph(&caller, query).await.expect("a graph")
}

#[tokio::test]
async fn graphs_hold_what_the_documents_say() {
    let mut random = Random::from_variable("PORTICO_TEST_SEED");
    let seed = random.seed();
    for round in 0..6 {
        let entities = entities(&mut random);
        let (catalog, _database) = Catalog::of(&entities).await;
        let all = relations(&entities);
        for question in 0..8 {
            let roots = vec![some_ref(&mut random, "Component"), some_ref(&mut random, "Resource")];
            let some = |names: &[&str], random: &mut Random| -> Vec<String> {
                let none = random.below(2) == 0;
                let chosen = names.iter().filter(|_| !none && random.below(2) == 0);
                chosen.map(|name| (*name).to_owned()).collect()
            };
            let query = GraphQuery {
                max_depth: u32::try_from(random.below(5)).ok().filter(|depth| *depth < 4),
                kinds: some(&["component", "api", "system"], &mut random),
                relations: some(&["dependsOn", "dependencyOf", "providesApi", "partOf"], &mut random),
                merge_relations: random.below(2) == 0,
                unidirectional: random.below(2) == 0,
                expanded: (0..random.below(4)).map(|_| some_ref(&mut random, "Component")).collect(),
                collapsed: (0..random.below(3)).map(|_| some_ref(&mut random, "API")).collect(),
                group: Some(Grouping::System).filter(|_| random.below(2) == 0),
                roots: roots.clone(),
                ..GraphQuery::default()
            };
            let told = format!("seed {seed}, round {round}, question {question}: {query:?}");
            let page = graph(&catalog, &query).await;

            let follows = |relation: &str| {
                query.relations.is_empty() || query.relations.iter().any(|one| one == relation)
            };
            let lets_in = |target: &str| {
                let kind = target.split_once(':').map(|(kind, _)| kind.to_owned()).unwrap_or_default();
                query.kinds.is_empty() || query.kinds.contains(&kind)
            };
            let leads_on = |source: &str, distance: u32| {
                let is = |refs: &[String]| refs.iter().any(|one| one == source);
                !is(&query.collapsed)
                    && (query.max_depth.is_none_or(|most| distance < most) || is(&query.expanded))
            };
            let near = distances(&all, &roots, leads_on, follows, lets_in);
            for node in &page.graph.nodes {
                let own = &node.link.entity_ref;
                let elsewhere: BTreeSet<&String> = all
                    .iter()
                    .filter(|(source, relation, target)| {
                        source == own && follows(relation) && lets_in(target) && !near.contains_key(target)
                    })
                    .map(|(_, _, target)| target)
                    .collect();
                assert_eq!(node.hidden as usize, elsewhere.len(), "hidden behind {own}, {told}");
                let group = node.group.map(|group| page.graph.groups[group as usize].link.entity_ref.clone());
                let system = all.iter().find(|(source, relation, target)| {
                    source == own && relation == "partOf" && target.starts_with("system:")
                });
                let system = match own.starts_with("system:") {
                    true => Some(own.clone()),
                    false => system.map(|(_, _, target)| target.clone()),
                };
                assert_eq!(group, system.filter(|_| query.group.is_some()), "the box of {own}, {told}");
            }
            let shown: BTreeMap<String, u32> =
                page.graph.nodes.iter().map(|node| (node.link.entity_ref.clone(), node.distance)).collect();
            assert_eq!(shown, near, "{told}");

            // With both directions on one arrow, or with both drawn, an arrow says what may be followed and its reverse.
            let among: BTreeSet<&Relation> = all
                .iter()
                .filter(|(source, _, target)| near.contains_key(source) && near.contains_key(target))
                .collect();
            let followed: BTreeSet<Relation> =
                among.iter().filter(|(_, relation, _)| follows(relation)).map(|one| (*one).clone()).collect();
            let turned = |(source, relation, target): &Relation| {
                let reverse = reverse_of(relation).expect("a relation with a reverse");
                (target.clone(), reverse.to_owned(), source.clone())
            };
            let both: BTreeSet<Relation> =
                followed.iter().flat_map(|one| [one.clone(), turned(one)]).collect();
            let said = said(&page);
            if query.merge_relations {
                assert_eq!(said, both, "{told}");
            } else if query.unidirectional {
                assert!(said.is_subset(&both), "{told}");
                let with_reverse: BTreeSet<Relation> =
                    said.iter().flat_map(|one| [one.clone(), turned(one)]).collect();
                assert_eq!(with_reverse, both, "{told}");
                assert!(said.iter().all(|one| !said.contains(&turned(one)) || one.0 == one.2), "{told}");
            } else {
                assert_eq!(said, followed, "{told}");
            }

            let breaking = distances(&all, &roots, |_, _| true, |one| BREAKAGE.contains(&one), |_| true);
            let told_to_break: BTreeMap<String, u32> = (1..)
                .zip(&page.dependents.by_distance)
                .flat_map(|(distance, level)| {
                    level.shown.iter().map(move |link| (link.entity_ref.clone(), distance))
                })
                .chain(roots.iter().map(|root| (root.clone(), 0)))
                .collect();
            assert_eq!(told_to_break, breaking, "{told}");
        }
    }
}

#[tokio::test]
async fn what_has_no_room_is_counted() {
    let many: Vec<Value> =
        (0..2_100).map(|number| json!(format!("component:default/part-{number:04}"))).collect();
    let hub = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "hub"},
        "spec": {"dependsOn": many},
    });
    let (catalog, _database) = Catalog::of(&[hub]).await;
    let page = graph(&catalog, &GraphQuery::around("component:default/hub")).await;
    assert_eq!((page.graph.nodes.len(), page.graph.left_off), (2_000, 101));
    assert_eq!(page.graph.edges.len(), 1_999);
    let page = graph(&catalog, &GraphQuery::around("component:default/part-0007")).await;
    assert_eq!((page.dependents.by_distance.len(), page.dependents.left_off), (1, 0));
}

#[tokio::test]
async fn roots_that_nobody_has_heard_of_are_shown_as_missing() {
    let (catalog, _database) = Catalog::of(&[]).await;
    let roots = ["Component:Nowhere", "no reference"].map(str::to_owned).into();
    let page = graph(&catalog, &GraphQuery { roots, ..GraphQuery::default() }).await;
    let names: Vec<_> =
        page.graph.nodes.iter().map(|node| (node.link.entity_ref.as_str(), node.link.exists)).collect();
    assert_eq!(names, [("component:default/nowhere", false), ("no reference", false)]);
}

#[tokio::test]
async fn without_roots_there_are_places_to_start() {
    let entity = |kind: &str, name: &str| json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": {}});
    let (catalog, _database) =
        Catalog::of(&[entity("Component", "shop"), entity("System", "sales"), entity("Location", "shops")])
            .await;
    let starts = async |text: &str| -> Vec<String> {
        let query = GraphQuery { text: text.to_owned(), ..GraphQuery::default() };
        let starts = graph(&catalog, &query).await.starts.shown;
        starts.into_iter().map(|link| link.entity_ref).collect()
    };
    assert_eq!(starts("").await, ["system:default/sales"]);
    assert_eq!(starts("Shop").await, ["component:default/shop"]);
    assert_eq!(starts("nothing like it").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_picture_stays_still_while_the_catalog_changes() {
    let component = |name: &str, depends_on: &[&str]| {
        let depends_on: Vec<String> =
            depends_on.iter().map(|name| format!("component:default/{name}")).collect();
        json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name}, "spec": {"dependsOn": depends_on}})
    };
    let before = [
        component("a", &["b", "c", "d"]),
        component("b", &["e"]),
        component("c", &["e"]),
        component("d", &["f"]),
    ];
    let (catalog, _database) = Catalog::of(&before).await;
    let query = GraphQuery::around("component:default/a");
    let places = async || -> BTreeMap<String, (i32, i32)> {
        let nodes = graph(&catalog, &query).await.graph.nodes;
        nodes.into_iter().map(|node| (node.link.entity_ref, (node.x, node.y))).collect()
    };
    let old = places().await;
    catalog.append(&[component("a", &["aa", "b", "c", "d"])]).await;
    let new = places().await;
    assert_eq!(new.len(), old.len() + 1);
    for (entity_ref, place) in old {
        assert_eq!(new[&entity_ref], place, "{entity_ref} moved");
    }
}

#[tokio::test]
async fn names_cannot_break_out_of_the_picture() {
    let hostile = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "a", "title": "</text><script>alert(1)</script>\" onload=\"x\u{7}"},
        "spec": {"dependsOn": ["component:default/\"><img src=x>"]},
    });
    let (catalog, _database) = Catalog::of(&[hostile]).await;
    let caller = Caller::Service { subject: "test".to_owned() };
    let query = GraphQuery { group: Some(Grouping::Owner), ..GraphQuery::around("component:default/a") };
    let file = catalog.graph_file(&caller, &query, GraphTheme::Dark).await.expect("a picture");
    // The words in a group with a line would have an outline.
    let groups = file.split("<g ").skip(1).filter_map(|group| group.split('>').next());
    let outlined = groups.filter(|group| group.contains("stroke=") && !group.contains("fill=\"none\""));
    let plain: Vec<&str> = outlined.filter(|group| !group.contains("paint-order")).collect();
    assert!(plain.is_empty(), "{plain:?}");
    for picture in [graph(&catalog, &query).await.picture, file] {
        let unsafe_piece =
            ["<script", "<img", "\" onload", "\u{7}"].iter().find(|piece| picture.contains(**piece));
        assert_eq!(unsafe_piece, None, "{picture}");
        assert!(picture.contains("&lt;script"), "{picture}");
    }
    let nobody = catalog.graph_file(&caller, &GraphQuery::default(), GraphTheme::Light).await;
    assert!(nobody.is_err(), "a picture of nothing");
    assert!(catalog.graph(&Caller::Nobody, &query).await.is_err());
    assert!(catalog.graph_file(&Caller::Nobody, &query, GraphTheme::Light).await.is_err());
    assert!(catalog.graph_node(&Caller::Nobody, "component:default/a", "").await.is_err());
}

#[tokio::test]
async fn the_small_picture_is_small() {
    let many: Vec<Value> =
        (0..100).map(|number| json!(format!("component:default/part-{number:03}"))).collect();
    let entity = |name: &str, depends_on: &[Value]| json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name}, "spec": {"dependsOn": depends_on}});
    let (catalog, _database) = Catalog::of(&[entity("hub", &many), entity("alone", &[])]).await;
    let caller = Caller::Service { subject: "test".to_owned() };
    let small = async |name: &str| {
        let reference = model::EntityRef::new("component", "default", name);
        catalog.entity(&caller, &reference, "").await.expect("an entity").neighbours
    };
    let Some(Neighbours { picture, left_off }) = small("hub").await else { panic!("the hub has neighbours") };
    assert_eq!((picture.matches("<a ").count(), left_off), (18, 83));
    assert!(picture.len() < 20_000, "{} bytes", picture.len());
    assert_eq!(small("alone").await, None);
}
