//! What the view must answer, computed the plain way: a list of documents, looked through for every question.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A search key with its value in lower case and as written; no value for null and for what is too long.
pub(crate) type Row = (String, Option<(String, String)>);

/// The catalog as a plain map of documents.
#[derive(Default)]
pub(crate) struct Naive {
    pub(crate) documents: BTreeMap<String, Value>,
    /// Of each entity that exists: its search rows, relations included.
    pub(crate) rows: BTreeMap<String, Vec<Row>>,
    /// Of each entity that exists: type and target.
    pub(crate) relations: BTreeMap<String, BTreeSet<(String, String)>>,
    /// What documents say themselves: source, type, target.
    pub(crate) declared: BTreeSet<(String, String, String)>,
}

impl Naive {
    /// Computes everything anew from the documents.
    pub(crate) fn refresh(&mut self) {
        self.declared.clear();
        self.relations = self.documents.keys().map(|source| (source.clone(), BTreeSet::new())).collect();
        for (source, document) in &self.documents {
            for (forward, reverse, target) in declared(document) {
                self.declared.insert((source.clone(), forward.to_owned(), target.clone()));
                self.relations.get_mut(source).unwrap().insert((forward.to_owned(), target.clone()));
                if let Some(relations) = self.relations.get_mut(&target) {
                    relations.insert((reverse.to_owned(), source.clone()));
                }
            }
        }
        self.rows.clear();
        for (source, document) in &self.documents {
            let mut rows = Vec::new();
            for (key, value) in document.as_object().unwrap() {
                flatten(&key.to_lowercase(), value, &mut rows);
            }
            for (name, target) in &self.relations[source] {
                rows.push((
                    format!("relations.{}", name.to_lowercase()),
                    Some((target.clone(), target.clone())),
                ));
            }
            self.rows.insert(source.clone(), rows);
        }
    }

    /// The entities that satisfy a test of their rows.
    pub(crate) fn select(&self, test: impl Fn(&[Row]) -> bool) -> BTreeSet<String> {
        self.rows.iter().filter(|(_, rows)| test(rows)).map(|(source, _)| source.clone()).collect()
    }

    /// The smallest value of a key.
    pub(crate) fn smallest(&self, source: &str, key: &str) -> Option<String> {
        values(&self.rows[source], key).min().map(|(lower, _)| lower.clone())
    }

    /// The entities that have a value of the key, in the order of `page`, each with its value.
    pub(crate) fn ordered(
        &self,
        within: &BTreeSet<String>,
        order: Option<(&str, bool)>,
    ) -> Vec<(String, String)> {
        let Some((key, descending)) = order else {
            return within.iter().map(|source| (String::new(), source.clone())).collect();
        };
        let with_value = |source: &String| Some((self.smallest(source, key)?, source.clone()));
        let mut list: Vec<_> = within.iter().filter_map(with_value).collect();
        list.sort();
        if descending {
            list.reverse();
        }
        list
    }

    /// All entities sorted by several keys, those without a value last, then by reference.
    pub(crate) fn sorted(&self, within: &BTreeSet<String>, orders: &[(&str, bool)]) -> Vec<String> {
        let mut list: Vec<String> = within.iter().cloned().collect();
        list.sort_by(|left, right| {
            for (key, descending) in orders {
                let (left, right) = (self.smallest(left, key), self.smallest(right, key));
                let ordering = match (left.is_none(), right.is_none()) {
                    (false, false) if *descending => right.cmp(&left),
                    (false, false) => left.cmp(&right),
                    (left, right) => left.cmp(&right),
                };
                if ordering.is_ne() {
                    return ordering;
                }
            }
            left.cmp(right)
        });
        list
    }

    /// Counts by value in lower case.
    pub(crate) fn facets(&self, within: &BTreeSet<String>, key: &str) -> Vec<(String, u32)> {
        let mut counts = BTreeMap::<String, u32>::new();
        for source in within {
            let own: BTreeSet<_> = values(&self.rows[source], key).map(|(lower, _)| lower.clone()).collect();
            for value in own {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }
}

/// The values of a key.
pub(crate) fn values<'a>(rows: &'a [Row], key: &'a str) -> impl Iterator<Item = &'a (String, String)> {
    rows.iter().filter(move |(candidate, _)| candidate == key).filter_map(|(_, value)| value.as_ref())
}

fn flatten(path: &str, value: &Value, rows: &mut Vec<Row>) {
    if ["attachments", "relations", "status"].contains(&path) {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(&format!("{path}.{}", key.to_lowercase()), value, rows);
            }
        }
        Value::Array(items) => {
            for item in items {
                flatten(path, item, rows);
                if let Value::String(text) = item {
                    flatten(&format!("{path}.{}", text.to_lowercase()), &Value::Bool(true), rows);
                }
            }
        }
        _ if path.chars().count() > 200 => {}
        Value::Null => rows.push((path.to_owned(), None)),
        scalar => {
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            let value = (text.chars().count() <= 200).then(|| (text.to_lowercase(), text));
            rows.push((path.to_owned(), value));
        }
    }
}

/// Kind, field, default kind, forward and reverse type.
const RELATIONS: [(&str, &str, &str, &str, &str); 11] = [
    ("Component", "owner", "group", "ownedBy", "ownerOf"),
    ("API", "owner", "group", "ownedBy", "ownerOf"),
    ("Component", "subcomponentOf", "component", "partOf", "hasPart"),
    ("Component", "providesApis", "api", "providesApi", "apiProvidedBy"),
    ("Component", "consumesApis", "api", "consumesApi", "apiConsumedBy"),
    ("Component", "dependsOn", "", "dependsOn", "dependencyOf"),
    ("Component", "dependencyOf", "", "dependencyOf", "dependsOn"),
    ("User", "memberOf", "group", "memberOf", "hasMember"),
    ("Group", "parent", "group", "childOf", "parentOf"),
    ("Group", "children", "group", "parentOf", "childOf"),
    ("Group", "members", "user", "hasMember", "memberOf"),
];

fn declared(document: &Value) -> Vec<(&'static str, &'static str, String)> {
    let namespace = document["metadata"]["namespace"].as_str().unwrap();
    let mut declared = Vec::new();
    for (kind, field, default_kind, forward, reverse) in RELATIONS {
        if document["kind"] != kind {
            continue;
        }
        let value = &document["spec"][field];
        let single = value.as_str();
        let list = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        for text in single.into_iter().chain(list) {
            let (kind, rest) = text.split_once(':').unwrap_or((default_kind, text));
            let (namespace, name) = rest.split_once('/').unwrap_or((namespace, rest));
            declared.push((forward, reverse, format!("{kind}:{namespace}/{name}").to_lowercase()));
        }
    }
    declared
}
