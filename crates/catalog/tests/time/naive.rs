//! What the files say, read plainly and without the catalog: entities, relations, distances, differences.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::{ChangeKind, EntityListQuery, GraphEdge, GraphPage, reverse_of};
use serde_json::{Value, json};
use testkit::Random;

pub(crate) const NAMES: [&str; 3] = ["a", "b", "c"];
pub(crate) const KINDS: [&str; 5] = ["Component", "API", "System", "Resource", "Group"];

/// Fields that are relations: kind of the source, field, kind of the target, relation.
pub(crate) const FIELDS: [(&str, &str, &str, &str); 12] = [
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
pub(crate) type Relation = (String, String, String);

/// What the files say: documents by reference.
pub(crate) type Files = BTreeMap<String, Value>;

pub(crate) fn some<'a>(random: &mut Random, all: &[&'a str]) -> &'a str {
    all[usize::try_from(random.below(all.len() as u64)).expect("small")]
}

pub(crate) fn reference(kind: &str, name: &str) -> String {
    format!("{}:default/{name}", kind.to_lowercase())
}

/// An entity with random relations.
pub(crate) fn entity(random: &mut Random, kind: &str, name: &str) -> Value {
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
pub(crate) fn edit(folder: &Path, random: &mut Random, count: u64) {
    let edited: BTreeSet<_> = (0..count).map(|_| (some(random, &KINDS), some(random, &NAMES))).collect();
    edited.into_iter().for_each(|(kind, name)| edit_one(folder, random, kind, name));
}

/// Writes, rewrites or removes the file of an entity.
pub(crate) fn edit_one(folder: &Path, random: &mut Random, kind: &str, name: &str) {
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
pub(crate) fn read(folder: &Path) -> Files {
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
pub(crate) fn relations(files: &Files) -> BTreeSet<Relation> {
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
pub(crate) fn distances(
    relations: &BTreeSet<Relation>,
    roots: &[String],
    most: Option<u32>,
) -> BTreeMap<String, u32> {
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
pub(crate) fn lets_in(query: &EntityListQuery, entity: &Value) -> bool {
    let fits = |values: &[String], value: &Value| {
        values.is_empty() || values.iter().any(|one| value.as_str() == Some(one))
    };
    fits(&query.kind, &entity["kind"])
        && fits(&query.owner, &entity["spec"]["owner"])
        && fits(&query.tag, &entity["metadata"]["tags"][0])
        && entity["metadata"]["name"].as_str().is_some_and(|name| name.contains(&query.text))
}

/// Filters, each of them now and then.
pub(crate) fn filters(random: &mut Random) -> EntityListQuery {
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
pub(crate) fn fields(old: &Value, new: &Value) -> BTreeSet<String> {
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
pub(crate) fn became<T: PartialEq>(before: Option<T>, now: Option<T>) -> Option<ChangeKind> {
    match (before, now) {
        (None, None) => None,
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (before, now) => (before != now).then_some(ChangeKind::Changed),
    }
}

/// What an arrow says, one relation at a time.
pub(crate) fn said(page: &GraphPage, edge: &GraphEdge) -> BTreeSet<Relation> {
    let name = |place: u32| page.graph.nodes[place as usize].link.entity_ref.clone();
    let forward = edge.forward.iter().map(|one| (name(edge.from), one.clone(), name(edge.to)));
    let reverse = edge.reverse.iter().map(|one| (name(edge.to), one.clone(), name(edge.from)));
    forward.chain(reverse).collect()
}
