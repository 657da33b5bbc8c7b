//! Random catalogs and random questions. Alphabets are small, so that values collide and questions have answers.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::naive::{Row, values};

const KINDS: [&str; 4] = ["Component", "API", "Group", "User"];
const NAMESPACES: [&str; 2] = ["default", "Dev"];
const NAMES: u32 = 14;
const WORDS: [&str; 8] = ["java", "go", "Go", "GO-lang", "ärger", "ÄRGER", "", "true"];
const RELATION_TYPES: [&str; 5] = ["ownedBy", "ownerOf", "dependsOn", "hasMember", "partOf"];
/// Keys that questions are about: with one value, with many, with few holders, of relations, of array items, absent.
pub(crate) const KEYS: [&str; 14] = [
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.title",
    "metadata.description",
    "metadata.tags",
    "metadata.tags.go",
    "metadata.labels.tier",
    "spec.mixed",
    "spec.dependson",
    "relations.ownedby",
    "relations.ownerof",
    "relations.dependson",
    "metadata.absent",
];

/// One step of a batch.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Put(Value),
    Delete(String),
}

/// A condition as a predicate query has it.
#[derive(Clone, Debug)]
pub(crate) enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Equals(&'static str, String),
    In(&'static str, Vec<String>),
    Exists(&'static str, bool),
    HasPrefix(&'static str, String),
    Contains(&'static str, String),
    Relation(Vec<&'static str>, Vec<String>),
}

/// `filter` parameters: alternatives of conditions, each a key and perhaps a value.
pub(crate) type Params = Vec<Vec<(&'static str, Option<String>)>>;

impl Predicate {
    /// The query as it is sent.
    pub(crate) fn to_json(&self) -> Value {
        let list = |predicates: &[Self]| predicates.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All(all) => json!({"$all": list(all)}),
            Self::Any(any) => json!({"$any": list(any)}),
            Self::Not(not) => json!({"$not": not.to_json()}),
            Self::Equals(key, value) => json!({ *key: value }),
            Self::In(key, values) => json!({ *key: {"$in": values} }),
            Self::Exists(key, exists) => json!({ *key: {"$exists": exists} }),
            Self::HasPrefix(key, prefix) => json!({ *key: {"$hasPrefix": prefix} }),
            Self::Contains(key, value) => json!({ *key: {"$contains": value} }),
            Self::Relation(types, targets) => {
                let mut contains = serde_json::Map::new();
                if !types.is_empty() {
                    contains.insert("type".to_owned(), json!({"$in": types}));
                }
                if let [target] = targets.as_slice() {
                    contains.insert("targetRef".to_owned(), json!(target));
                } else if !targets.is_empty() {
                    contains.insert("targetRef".to_owned(), json!({"$in": targets}));
                }
                json!({"relations": {"$contains": contains}})
            }
        }
    }

    /// Whether an entity with these rows satisfies it.
    pub(crate) fn holds(&self, rows: &[Row]) -> bool {
        let has =
            |key: &str, value: &String| values(rows, key).any(|(lower, _)| *lower == value.to_lowercase());
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(rows)),
            Self::Any(any) => any.iter().any(|one| one.holds(rows)),
            Self::Not(not) => !not.holds(rows),
            Self::Equals(key, value) | Self::Contains(key, value) => has(key, value),
            Self::In(key, values) => values.iter().any(|value| has(key, value)),
            Self::Exists(key, exists) => rows.iter().any(|(candidate, _)| candidate == key) == *exists,
            Self::HasPrefix(key, prefix) => {
                values(rows, key).any(|(lower, _)| lower.starts_with(&prefix.to_lowercase()))
            }
            Self::Relation(types, targets) => rows.iter().any(|(key, value)| {
                let Some(name) = key.strip_prefix("relations.") else { return false };
                let target = value.as_ref().map_or("", |(lower, _)| lower);
                (types.is_empty() || types.iter().any(|candidate| candidate.to_lowercase() == name))
                    && (targets.is_empty()
                        || targets.iter().any(|candidate| candidate.to_lowercase() == target))
            }),
        }
    }
}

/// Whether an entity with these rows satisfies the parameters.
pub(crate) fn params_hold(params: &Params, rows: &[Row]) -> bool {
    let holds = |set: &[(&'static str, Option<String>)]| {
        set.iter().all(|(key, _)| {
            let mut wanted =
                set.iter().filter(|(other, _)| other == key).filter_map(|(_, value)| value.as_ref());
            let first = wanted.next();
            let mut wanted = first.into_iter().chain(wanted).map(|value| value.to_lowercase());
            match first {
                None => rows.iter().any(|(candidate, _)| candidate == key),
                Some(_) => wanted.any(|value| values(rows, key).any(|(lower, _)| *lower == value)),
            }
        })
    };
    let mut sets = params.iter().filter(|set| !set.is_empty()).peekable();
    sets.peek().is_none() || sets.any(|set| holds(set))
}

pub(crate) fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&KEYS[..])
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(&WORDS[..]).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    (0..NAMES).prop_map(|number| format!("{}{number}", if number % 3 == 0 { 'N' } else { 'n' }))
}

/// A full reference, in the spelling of a file.
pub(crate) fn reference() -> impl Strategy<Value = String> {
    (prop::sample::select(&KINDS[..]), prop::sample::select(&NAMESPACES[..]), name())
        .prop_map(|(kind, namespace, name)| format!("{kind}:{namespace}/{name}"))
}

pub(crate) fn value() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(&KINDS[..]).prop_map(str::to_owned);
    prop_oneof![word(), name(), kind, reference().prop_map(|text| text.to_lowercase())]
}

fn references(at_most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(reference(), 0..=at_most)
}

fn entity() -> impl Strategy<Value = Value> {
    let mixed = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        word().prop_map(Value::from),
        Just(Value::from("x".repeat(201))),
        prop::collection::vec(word(), 0..3).prop_map(Value::from),
    ];
    let identity = (prop::sample::select(&KINDS[..]), prop::sample::select(&NAMESPACES[..]), name());
    let texts =
        (prop::option::of(word()), prop::option::of(word()), prop::collection::vec(word(), 0..3), word());
    let owner = prop_oneof![Just("N0".to_owned()), name(), reference()];
    let relations = (owner, references(3), references(2), references(3));
    (identity, texts, mixed, relations).prop_map(|(identity, texts, mixed, relations)| {
        let (kind, namespace, name) = identity;
        let (title, description, tags, tier) = texts;
        let (owner, depends_on, dependency_of, people) = relations;
        let uid = format!("{kind}-{namespace}-{name}");
        let mut metadata = json!({
            "name": name, "namespace": namespace, "uid": uid, "tags": tags, "labels": {"Tier": tier},
        });
        for (key, value) in [("title", title), ("description", description)] {
            if let Some(value) = value {
                metadata[key] = Value::from(value);
            }
        }
        let spec = match kind {
            "Component" => json!({
                "owner": owner, "mixed": mixed, "dependsOn": depends_on, "dependencyOf": dependency_of,
            }),
            "API" => json!({ "owner": owner, "mixed": mixed }),
            "Group" => json!({ "parent": owner, "children": dependency_of, "members": people }),
            _ => json!({ "memberOf": people }),
        };
        json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
    })
}

/// Batches of changes to one catalog.
pub(crate) fn batches() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        5 => entity().prop_map(Step::Put),
        1 => reference().prop_map(|text| Step::Delete(text.to_lowercase())),
    ];
    let small = prop::collection::vec(step.clone(), 0..6);
    let large = prop::collection::vec(step, 40..160);
    (large, prop::collection::vec(small, 0..4)).prop_map(|(large, small)| {
        let mut batches = vec![large];
        batches.extend(small);
        batches
    })
}

pub(crate) fn predicate() -> impl Strategy<Value = Predicate> {
    let relation = (
        prop::collection::vec(prop::sample::select(&RELATION_TYPES[..]), 0..3),
        prop::collection::vec(reference(), 0..3),
    );
    let leaf = prop_oneof![
        3 => (key(), value()).prop_map(|(key, value)| Predicate::Equals(key, value)),
        1 => (key(), prop::collection::vec(value(), 1..4)).prop_map(|(key, values)| Predicate::In(key, values)),
        1 => (key(), any::<bool>()).prop_map(|(key, exists)| Predicate::Exists(key, exists)),
        1 => (key(), "[gnjNcG]{0,2}").prop_map(|(key, prefix)| Predicate::HasPrefix(key, prefix)),
        1 => (key(), value()).prop_map(|(key, value)| Predicate::Contains(key, value)),
        1 => relation.prop_map(|(types, targets)| Predicate::Relation(types, targets)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Predicate::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Predicate::Any),
            inner.prop_map(|one| Predicate::Not(Box::new(one))),
        ]
    })
}

pub(crate) fn params() -> impl Strategy<Value = Params> {
    let condition = (key(), prop::option::weighted(0.8, value()));
    prop::collection::vec(prop::collection::vec(condition, 0..3), 0..3)
}
