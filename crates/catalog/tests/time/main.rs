//! The catalog of past moments, and what changed between two, against the same computed plainly from copies of the files.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod naive;
#[path = "../running/mod.rs"]
mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use catalog::Catalog;
use model::{ChangeKind, EntityListQuery, EntityRef, GraphQuery};
use platform::Database;
use platform::access::Caller;
use platform::error::ErrorKind;
use serde_json::Value;
use tempfile::TempDir;
use testkit::Random;

use self::naive::*;
use self::running::PATIENCE;

const STEPS: u64 = 14;
const QUESTIONS: u64 = 40;
/// A moment that a question can be about.
struct Recorded {
    /// As a `seq`, as a time.
    at: [String; 2],
    files: Files,
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
        Self { catalog: running::start(database, folder).await }
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
