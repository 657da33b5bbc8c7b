//! The catalog of past moments, and what changed between two, against the same computed plainly from copies of the files.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use catalog::{Catalog, Config, Settings};
use model::{ChangeKind, EntityListQuery, EntityRef, GraphEdge, GraphPage, GraphQuery, reverse_of};
use platform::Database;
use platform::access::{Caller, Policy};
use platform::error::ErrorKind;
use platform::feed::Feed;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Random, eventually};

/// Far longer than a change takes to be seen on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);
const STEPS: u64 = 14;
const QUESTIONS: u64 = 40;
const NAMES: [&str; 3] = ["a", "b", "c"];
const KINDS: [&str; 5] = ["Component", "API", "System", "Resource", "Group"];

/// Fields that are relations: kind of the source, field, kind of the target, relation.
const FIELDS: [(&str, &str, &str, &str); 12] = [
    ("Component", "owner", "Group", "ownedBy"),
    ("Component", "system", "System", "partOf"),
    ("Component", "dependsOn", "Resource", "dependsOn"),
    ("Component", "dependencyOf", "Component", "dependencyOf"),
    ("Component", "providesApis", "API", "providesApi"),
    ("Component", "consumesApis", "API", "consumesApi"),
    ("API", "owner", "Group", "ownedBy"),
    ("API", "system", "System", "partOf"),
    ("System", "owner", "Group", "ownedBy"),
    ("Resource", "owner", "Group", "ownedBy"),
    ("Resource", "dependsOn", "Resource", "dependsOn"),
    ("Resource", "dependencyOf", "Component", "dependencyOf"),
];

/// Source, relation type, target.
type Relation = (String, String, String);

/// What the files say: documents by reference.
type Files = BTreeMap<String, Value>;

/// A moment that a question can be about.
struct Recorded {
    /// As a `seq`, as a time.
    at: [String; 2],
    files: Files,
}

fn some<'a>(random: &mut Random, all: &[&'a str]) -> &'a str {
    all[usize::try_from(random.below(all.len() as u64)).expect("small")]
}

fn reference(kind: &str, name: &str) -> String {
    format!("{}:default/{name}", kind.to_lowercase())
}

/// An entity with random relations.
fn entity(random: &mut Random, kind: &str, name: &str) -> Value {
    let mut spec = match kind {
        "Group" => json!({"type": "team", "children": []}),
        _ => json!({"type": some(random, &["one", "two"]), "lifecycle": "production", "definition": "x"}),
    };
    for (_, field, target, _) in FIELDS.iter().filter(|(of, ..)| *of == kind) {
        let mut one = || reference(target, some(random, &NAMES));
        if ["owner", "system"].contains(field) {
            spec[field] = json!(one());
        } else {
            // Sorted: what the catalog makes of the order of references is not asked here.
            let all: BTreeSet<String> = [one(), one()].into();
            let count = usize::try_from(random.below(3)).expect("small");
            spec[field] = json!(all.into_iter().take(count).collect::<Vec<_>>());
        }
    }
    let tags = json!([some(random, &["red", "green"])]);
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name, "tags": tags}, "spec": spec,
    })
}

/// Edits the files of so many entities, or fewer.
fn edit(folder: &Path, random: &mut Random, count: u64) {
    let edited: BTreeSet<_> = (0..count).map(|_| (some(random, &KINDS), some(random, &NAMES))).collect();
    edited.into_iter().for_each(|(kind, name)| edit_one(folder, random, kind, name));
}

/// Writes, rewrites or removes the file of an entity.
fn edit_one(folder: &Path, random: &mut Random, kind: &str, name: &str) {
    let place = folder.join(format!("{kind}-{name}"));
    if place.exists() && random.below(3) == 0 {
        return std::fs::remove_dir_all(place).expect("removed");
    }
    std::fs::create_dir_all(&place).expect("a folder");
    let text = format!("---\n{}\n", entity(random, kind, name));
    std::fs::write(place.join("catalog-info.yaml~"), text).expect("written");
    std::fs::rename(place.join("catalog-info.yaml~"), place.join("catalog-info.yaml")).expect("replaced");
}

/// Reads all files.
fn read(folder: &Path) -> Files {
    let folders = std::fs::read_dir(folder).expect("a folder");
    let file = |entry: std::fs::DirEntry| {
        let text = std::fs::read_to_string(entry.path().join("catalog-info.yaml")).expect("a file");
        let entity: Value = serde_json::from_str(text.trim_start_matches("---")).expect("JSON");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (reference(&text(&entity["kind"]), &text(&entity["metadata"]["name"])), entity)
    };
    folders.map(|entry| file(entry.expect("an entry"))).collect()
}

/// All relations that the files say, from both ends.
fn relations(files: &Files) -> BTreeSet<Relation> {
    let mut relations = BTreeSet::new();
    for (source, entity) in files {
        for (kind, field, _, relation) in FIELDS {
            let value = &entity["spec"][field];
            let texts = value.as_array().into_iter().flatten().chain(value.is_string().then_some(value));
            for target in texts.filter_map(Value::as_str).filter(|_| entity["kind"] == kind) {
                let reverse = reverse_of(relation).expect("a relation with a reverse");
                relations.insert((source.clone(), relation.to_owned(), target.to_owned()));
                relations.insert((target.to_owned(), reverse.to_owned(), source.clone()));
            }
        }
    }
    relations
}

/// The distance of everything that can be reached, found by looking at all relations until nothing changes.
fn distances(relations: &BTreeSet<Relation>, roots: &[String], most: Option<u32>) -> BTreeMap<String, u32> {
    let mut distances: BTreeMap<String, u32> = roots.iter().map(|root| (root.clone(), 0)).collect();
    loop {
        let before = distances.clone();
        for (source, _, target) in relations {
            let Some(distance) = before.get(source).map(|distance| distance + 1) else { continue };
            if most.is_none_or(|most| distance <= most) {
                let known = distances.entry(target.clone()).or_insert(distance);
                *known = distance.min(*known);
            }
        }
        if before == distances {
            return distances;
        }
    }
}

/// Whether the filters of the list let an entity in.
fn lets_in(query: &EntityListQuery, entity: &Value) -> bool {
    let fits = |values: &[String], value: &Value| {
        values.is_empty() || values.iter().any(|one| value.as_str() == Some(one))
    };
    fits(&query.kind, &entity["kind"])
        && fits(&query.owner, &entity["spec"]["owner"])
        && fits(&query.tag, &entity["metadata"]["tags"][0])
        && entity["metadata"]["name"].as_str().is_some_and(|name| name.contains(&query.text))
}

/// Filters, each of them now and then.
fn filters(random: &mut Random) -> EntityListQuery {
    let mut now_and_then = |all: &[String]| -> Vec<String> {
        let chosen = some(random, &all.iter().map(String::as_str).collect::<Vec<_>>()).to_owned();
        if random.below(3) == 0 { vec![chosen] } else { Vec::new() }
    };
    EntityListQuery {
        kind: now_and_then(&KINDS.map(str::to_owned)),
        owner: now_and_then(&NAMES.map(|name| reference("Group", name))),
        tag: now_and_then(&["red", "green"].map(str::to_owned)),
        text: now_and_then(&NAMES.map(str::to_owned)).pop().unwrap_or_default(),
        ..EntityListQuery::default()
    }
}

/// The fields that differ, as deep as both sides have them.
fn fields(old: &Value, new: &Value) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for part in ["metadata", "spec"] {
        let keys = |value: &Value| {
            value[part].as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>()
        };
        for key in keys(old).union(&keys(new)).filter(|key| old[part][*key] != new[part][*key]) {
            fields.insert(format!("{part}.{key}"));
        }
    }
    fields
}

/// What became of something.
fn became<T: PartialEq>(before: Option<T>, now: Option<T>) -> Option<ChangeKind> {
    match (before, now) {
        (None, None) => None,
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (before, now) => (before != now).then_some(ChangeKind::Changed),
    }
}

/// What an arrow says, one relation at a time.
fn said(page: &GraphPage, edge: &GraphEdge) -> BTreeSet<Relation> {
    let name = |place: u32| page.graph.nodes[place as usize].link.entity_ref.clone();
    let forward = edge.forward.iter().map(|one| (name(edge.from), one.clone(), name(edge.to)));
    let reverse = edge.reverse.iter().map(|one| (name(edge.to), one.clone(), name(edge.from)));
    forward.chain(reverse).collect()
}

/// Every link of an answer leads to this moment, where it leads to an entity.
fn assert_stamped(answer: &Value, at: &str, told: &str) {
    match answer {
        Value::Object(map) => {
            if map.get("exists").is_some_and(|exists| exists == true) {
                assert_eq!(map.get("at").and_then(Value::as_str), Some(at), "{told}: {answer}");
            }
            map.values().for_each(|value| assert_stamped(value, at, told));
        }
        Value::Array(values) => values.iter().for_each(|value| assert_stamped(value, at, told)),
        _ => {}
    }
}

struct Asker {
    catalog: Catalog,
}

impl Asker {
    async fn start(database: &Database, folder: &Path) -> Self {
        database.migrate(catalog::migrations()).await.expect("tables");
        let settings = Settings {
            network: integrations::Config::default(),
            config: Config::default(),
            paths: vec![folder.to_owned()],
            base: folder.to_owned(),
            interval: None,
        };
        let feed = Feed::new(database);
        let catalog =
            Catalog::open(&settings, database.clone(), feed, Policy::default()).await.expect("a catalog");
        eventually("the first pass", PATIENCE, || async { catalog.is_ready().then_some(()) }).await;
        Self { catalog }
    }

    /// The documents of now, without what the catalog adds.
    async fn documents(&self) -> Files {
        let (mut bytes, everything) = (b"[".to_vec(), catalog::Selection::default());
        let ids = self.catalog.entity_ids(&Caller::Guest, &everything, &[]).await.expect("ids");
        self.catalog.write_entities(&Caller::Guest, None, &ids, None, &mut bytes).await.expect("entities");
        bytes.push(b']');
        let entities: Vec<Value> = serde_json::from_slice(&bytes).expect("a list");
        let bare = |mut entity: Value| {
            let map = entity.as_object_mut().expect("an object");
            map.remove("relations");
            let metadata = map["metadata"].as_object_mut().expect("an object");
            metadata.retain(|key, _| ["name", "tags"].contains(&key.as_str()));
            (reference(entity["kind"].as_str()?, entity["metadata"]["name"].as_str()?), entity).into()
        };
        let entities = entities.into_iter().filter(|entity| entity["kind"] != "Location");
        entities.filter_map(bare).collect()
    }

    /// Waits until the catalog is what the files say, and remembers the moment.
    async fn record(&self, folder: &Path) -> Recorded {
        let files = read(folder);
        let mut last = None;
        let same = async {
            loop {
                let documents = self.documents().await;
                if documents == files {
                    return;
                }
                last = Some(documents);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, same).await.is_err() {
            panic!("the catalog is\n{last:#?}\nbut the files say\n{files:#?}");
        }
        let seq = self.catalog.status(&Caller::Guest).expect("a status").seq;
        let time = loop {
            // The library writes no fraction where there is none, which would mean the whole second.
            let now = jiff::Timestamp::now();
            if now.subsec_millisecond() != 0 {
                break format!("{now:.3}");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        // What is written from now on is written later than this.
        tokio::time::sleep(Duration::from_millis(2)).await;
        Recorded { at: [seq.to_string(), time], files }
    }

    async fn list(&self, random: &mut Random, at: &str, files: &Files, told: &str) {
        let query = EntityListQuery { at: at.to_owned(), ..filters(random) };
        let list = self.catalog.list(&Caller::Guest, &query).await.expect("a list");
        let listed: BTreeSet<&str> = list.items.iter().map(|item| item.link.entity_ref.as_str()).collect();
        let expected: BTreeSet<&str> = files
            .iter()
            .filter(|(_, entity)| lets_in(&query, entity))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(listed, expected, "{told}: {query:?}");
        assert_eq!(
            (list.total as usize, list.catalog_total as usize),
            (expected.len(), files.len()),
            "{told}"
        );
        assert_stamped(&serde_json::to_value(&list).expect("JSON"), at, told);
    }

    async fn entity(&self, random: &mut Random, at: &str, files: &Files, told: &str) {
        let (kind, name) = (some(random, &KINDS), some(random, &NAMES));
        let entity_ref = EntityRef::new(kind, "default", name);
        let detail = self.catalog.entity(&Caller::Guest, &entity_ref, at).await;
        if !files.contains_key(entity_ref.as_str()) {
            let error = detail.expect_err("an entity that was not there");
            assert_eq!(error.kind(), ErrorKind::NotFound, "{told}");
            return;
        }
        let detail = detail.expect("an entity");
        let shown_elsewhere = ["ownerOf"];
        let related: BTreeSet<Relation> = detail
            .relations
            .iter()
            .flat_map(|group| {
                let one = |target: &model::EntityLink| {
                    (entity_ref.to_string(), group.relation_type.clone(), target.entity_ref.clone())
                };
                group.targets.iter().map(one).collect::<Vec<_>>()
            })
            .filter(|(_, relation, _)| !shown_elsewhere.contains(&relation.as_str()))
            .collect();
        let expected: BTreeSet<Relation> = relations(files)
            .into_iter()
            .filter(|(source, relation, _)| {
                source == entity_ref.as_str() && !shown_elsewhere.contains(&relation.as_str())
            })
            .collect();
        assert_eq!(related, expected, "{told}: {entity_ref}");
        assert_stamped(&serde_json::to_value(&detail).expect("JSON"), at, told);
    }

    async fn graph(&self, random: &mut Random, at: &str, files: &Files, told: &str) {
        let query = around(random, at, "");
        let page = self.catalog.graph(&Caller::Guest, &query).await.expect("a graph");
        let all = relations(files);
        let near = distances(&all, &query.roots, query.max_depth);
        let shown: BTreeMap<String, u32> =
            page.graph.nodes.iter().map(|node| (node.link.entity_ref.clone(), node.distance)).collect();
        assert_eq!(shown, near, "{told}: {query:?}");
        let said: BTreeSet<Relation> = page.graph.edges.iter().flat_map(|edge| said(&page, edge)).collect();
        let among = |(source, _, target): &Relation| near.contains_key(source) && near.contains_key(target);
        assert_eq!(said, all.into_iter().filter(among).collect(), "{told}: {query:?}");
        assert_stamped(&serde_json::to_value(&page).expect("JSON"), at, told);
    }

    async fn changes(&self, random: &mut Random, from: (&str, &Files), to: (&str, &Files), told: &str) {
        let query = EntityListQuery { from: from.0.to_owned(), at: to.0.to_owned(), ..filters(random) };
        let changes = self.catalog.changes(&Caller::Guest, &query).await.expect("changes");
        let listed: BTreeMap<String, (ChangeKind, BTreeSet<String>)> = changes
            .items
            .iter()
            .map(|item| {
                let fields = item.version.fields.iter().cloned().collect();
                (item.link.entity_ref.clone(), (item.version.change, fields))
            })
            .collect();
        let names: BTreeSet<&String> = from.1.keys().chain(to.1.keys()).collect();
        let change = |name: &&String| {
            let (old, new) = (from.1.get(*name), to.1.get(*name));
            let change = became(old, new)?;
            lets_in(&query, new.or(old)?).then_some(())?;
            let fields = old.zip(new).map(|(old, new)| fields(old, new)).unwrap_or_default();
            Some(((*name).clone(), (change, fields)))
        };
        let expected: BTreeMap<String, (ChangeKind, BTreeSet<String>)> =
            names.iter().filter_map(change).collect();
        assert_eq!(listed, expected, "{told}: {query:?}");
        let counted: u32 = changes.kinds.iter().flat_map(|kind| kind.counts).sum();
        assert_eq!((counted, changes.list.total), (changes.items.len() as u32, counted), "{told}");
        let (old, new) = (relations(from.1), relations(to.1));
        // From both ends each relation is there twice.
        let counts =
            [new.difference(&old).count(), old.difference(&new).count()].map(|count| count as u32 / 2);
        let itself = |(source, _, target): &&Relation| source == target;
        assert_eq!(old.iter().chain(&new).filter(itself).count() % 2, 0, "{told}");
        assert_eq!([changes.relations_added, changes.relations_removed], counts, "{told}");
    }

    async fn marked(&self, random: &mut Random, from: (&str, &Files), to: (&str, &Files), told: &str) {
        let query = around(random, to.0, from.0);
        let page = self.catalog.graph(&Caller::Guest, &query).await.expect("a graph");
        let (old, new) = (relations(from.1), relations(to.1));
        let [old_near, mut near] = [&old, &new].map(|all| distances(all, &query.roots, query.max_depth));
        for (name, distance) in old_near {
            let known = near.entry(name).or_insert(distance);
            *known = distance.min(*known);
        }
        let shown: BTreeMap<String, (u32, Option<ChangeKind>)> = page
            .graph
            .nodes
            .iter()
            .map(|node| (node.link.entity_ref.clone(), (node.distance, node.mark)))
            .collect();
        let expected: BTreeMap<String, (u32, Option<ChangeKind>)> = near
            .iter()
            .map(|(name, distance)| (name.clone(), (*distance, became(from.1.get(name), to.1.get(name)))))
            .collect();
        assert_eq!(shown, expected, "{told}: {query:?}");

        let among = |(source, _, target): &&Relation| near.contains_key(source) && near.contains_key(target);
        let [old, new] =
            [&old, &new].map(|all| all.iter().filter(among).cloned().collect::<BTreeSet<Relation>>());
        let mut all = BTreeSet::new();
        for edge in &page.graph.edges {
            let said = said(&page, edge);
            let (were, are) = (said.is_subset(&old), said.is_subset(&new));
            let fits = match edge.mark {
                None => were && are,
                Some(ChangeKind::Added) => are && said.is_disjoint(&old),
                Some(ChangeKind::Removed) => were && said.is_disjoint(&new),
                Some(ChangeKind::Changed) => {
                    !(said.is_disjoint(&old) || said.is_disjoint(&new) || were && are)
                }
            };
            assert!(fits, "{told}: {:?} is marked {:?}", said, edge.mark);
            all.extend(said);
        }
        assert_eq!(all, old.union(&new).cloned().collect(), "{told}: {query:?}");
    }
}

fn around(random: &mut Random, at: &str, compare: &str) -> GraphQuery {
    GraphQuery {
        roots: vec![reference(some(random, &KINDS), some(random, &NAMES))],
        max_depth: u32::try_from(random.below(4)).ok().filter(|depth| *depth > 0),
        at: at.to_owned(),
        compare: compare.to_owned(),
        ..GraphQuery::default()
    }
}

testkit::on_both_engines! {
    async fn past_moments_are_what_the_files_were(db: Database) {
        let mut random = Random::from_variable("PORTICO_TIME_SEED");
        let seed = random.seed();
        let folder = TempDir::new().expect("a folder");
        let folder = folder.path();
        edit(folder, &mut random, 8);
        let asker = Asker::start(&db, folder).await;
        let mut recorded = vec![asker.record(folder).await];
        for _ in 1..STEPS {
            let count = 1 + random.below(5);
            edit(folder, &mut random, count);
            recorded.push(asker.record(folder).await);
        }
        for question in 0..QUESTIONS {
            let mut moment = || {
                let recorded = &recorded[usize::try_from(random.below(STEPS)).expect("small")];
                let at = recorded.at[usize::from(random.below(2) == 0)].as_str();
                (at, &recorded.files)
            };
            let (mut one, mut other) = (moment(), moment());
            let told = format!("PORTICO_TIME_SEED={seed}, question {question}, {} and {}", one.0, other.0);
            let random = &mut random;
            asker.list(random, one.0, one.1, &told).await;
            asker.entity(random, one.0, one.1, &told).await;
            asker.graph(random, one.0, one.1, &told).await;
            // Recorded one after the other, so by time as by number.
            let place = |files: &Files| recorded.iter().position(|one| std::ptr::eq(&raw const one.files, files));
            if place(one.1) > place(other.1) {
                std::mem::swap(&mut one, &mut other);
            }
            asker.changes(random, one, other, &told).await;
            asker.marked(random, one, other, &told).await;
        }
        asker.catalog.stop();
    }

    async fn moments_beyond_the_log_are_explained(db: Database) {
        let folder = TempDir::new().expect("a folder");
        let folder = folder.path();
        let mut random = Random::new(7);
        edit(folder, &mut random, 4);
        let asker = Asker::start(&db, folder).await;
        let list = async |at: &str| {
            let query = EntityListQuery { at: at.to_owned(), ..EntityListQuery::default() };
            asker.catalog.list(&Caller::Guest, &query).await
        };
        let long_ago = list("2001-01-01").await.expect("a list");
        assert_eq!((long_ago.total, long_ago.time.words.as_str()), (0, "1 Jan 2001, 23:59 UTC"));
        assert!(long_ago.time.note.starts_with("The log begins on "), "{}", long_ago.time.note);
        let to_come = list("2999-01-01").await.expect("a list");
        assert_eq!(to_come.total, list("").await.expect("a list").total);
        assert!(to_come.time.note.contains("yet to come"), "{}", to_come.time.note);
        let error = list("soon").await.expect_err("no moment");
        assert_eq!(error.kind(), ErrorKind::Input);
        let beyond = list("4000000000").await.expect("a list");
        assert_eq!(beyond.total, to_come.total, "a version that is yet to come");

        let since = EntityListQuery { from: "2001-01-01".to_owned(), ..EntityListQuery::default() };
        let changes = asker.catalog.changes(&Caller::Guest, &since).await.expect("changes");
        assert_eq!(changes.list.total, to_come.total, "everything came since");
        // The other way round it is the same.
        let until = EntityListQuery { from: String::new(), at: "2001-01-01".to_owned(), ..since };
        let turned = asker.catalog.changes(&Caller::Guest, &until).await.expect("changes");
        assert_eq!(turned.items, changes.items);

        let nobody = asker.catalog.changes(&Caller::Nobody, &EntityListQuery::default()).await;
        assert!(nobody.is_err(), "nobody sees what changed");
        asker.catalog.stop();
    }
}
