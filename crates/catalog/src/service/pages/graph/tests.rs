//! The graph page against the same computed plainly from the documents, on random catalogs.

use std::collections::{BTreeMap, BTreeSet};

use model::{BREAKAGE, GraphPage, GraphQuery, reverse_of};
use platform::access::Caller;
use serde_json::{Value, json};
use testkit::Random;

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
    follows: impl Fn(&str) -> bool,
    lets_in: impl Fn(&str) -> bool,
) -> BTreeMap<String, u32> {
    let mut distances: BTreeMap<String, u32> = roots.iter().map(|root| (root.clone(), 0)).collect();
    loop {
        let mut changed = false;
        for (source, relation, target) in relations {
            let Some(distance) = distances.get(source).map(|distance| distance + 1) else { continue };
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
            let mut near = distances(&all, &roots, follows, lets_in);
            near.retain(|_, distance| query.max_depth.is_none_or(|most| *distance <= most));
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

            let breaking = distances(&all, &roots, |one| BREAKAGE.contains(&one), |_| true);
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
