//! The read view against a naive implementation: random catalogs in random batches, random questions after each.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod generate;
mod naive;

use std::collections::BTreeSet;

use catalog::store::Version;
use catalog::view::{EntityId, Order, Position, Start, View};
use model::{EntityRef, Filter};
use proptest::prelude::*;
use roaring::RoaringBitmap;
use serde_json::{Value, json};

use crate::generate::{KEYS, Params, Predicate, Step};
use crate::naive::{Naive, values};

/// What is asked after every batch.
#[derive(Clone, Debug)]
struct Questions {
    filters: Vec<(Predicate, Params)>,
    orders: Vec<(&'static str, bool)>,
    skip: usize,
    limit: usize,
    term: String,
    text_keys: Vec<&'static str>,
    position: (String, String),
}

fn questions() -> impl Strategy<Value = Questions> {
    (
        prop::collection::vec((generate::predicate(), generate::params()), 1..5),
        prop::collection::vec((generate::key(), any::<bool>()), 1..4),
        0_usize..12,
        1_usize..9,
        "[aegnoGNÄ]{1,2}",
        prop::collection::vec(generate::key(), 1..3),
        (generate::value(), generate::reference()),
    )
        .prop_map(|(filters, orders, skip, limit, term, text_keys, (value, reference))| Questions {
            filters,
            orders,
            skip,
            limit,
            term,
            text_keys,
            position: (value.to_lowercase(), reference.to_lowercase()),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn view_answers_as_a_naive_list_does(batches in generate::batches(), questions in questions()) {
        let mut view = View::default();
        let mut naive = Naive::default();
        let mut seq = 0;
        for batch in batches {
            let versions: Vec<Version> = batch.iter().map(|step| { seq += 1; version(seq, step) }).collect();
            view.apply(&versions);
            for step in batch {
                match step {
                    Step::Put(document) => naive.documents.insert(reference_of(&document), document),
                    Step::Delete(reference) => naive.documents.remove(&reference),
                };
            }
            naive.refresh();
            prop_assert_eq!(view.seq(), seq);
            check_entities(&view, &naive);
            check_questions(&view, &naive, &questions);
        }
    }
}

fn version(seq: i64, step: &Step) -> Version {
    let (entity_ref, document) = match step {
        Step::Put(document) => (reference_of(document), Some(document.to_string())),
        Step::Delete(reference) => (reference.clone(), None),
    };
    Version {
        seq,
        entity_ref,
        valid_from: seq,
        valid_to: None,
        until_seq: None,
        hash: String::new(),
        document,
    }
}

fn reference_of(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_lowercase();
    let metadata = &document["metadata"];
    format!("{}:{}/{}", text(&document["kind"]), text(&metadata["namespace"]), text(&metadata["name"]))
}

fn names(view: &View, ids: impl IntoIterator<Item = EntityId>) -> Vec<String> {
    ids.into_iter().map(|id| view.entity_ref(id).to_owned()).collect()
}

fn set(view: &View, ids: &RoaringBitmap) -> BTreeSet<String> {
    names(view, ids).into_iter().collect()
}

fn check_entities(view: &View, naive: &Naive) {
    assert_eq!(view.len() as usize, naive.documents.len());
    assert_eq!(set(view, view.all()), naive.documents.keys().cloned().collect());
    for (reference, document) in &naive.documents {
        let id = view.id_of(reference).unwrap();
        assert_eq!(view.id(&EntityRef::parse(reference).unwrap()), Some(id));
        assert_eq!(view.id_by_uid(document["metadata"]["uid"].as_str().unwrap()), Some(id));
        let mut expected = document.clone();
        expected["relations"] = naive.relations[reference]
            .iter()
            .map(|(name, target)| json!({"type": name, "targetRef": target}))
            .collect();
        let mut written = Vec::new();
        view.write_entity(id, &mut written);
        assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), expected);
        for (name, target, exists) in view.relations(id) {
            assert_eq!(naive.documents.contains_key(target), exists, "{reference} {name} {target}");
        }
    }
    let dangling: BTreeSet<_> = view
        .dangling()
        .map(|(id, name, target)| (view.entity_ref(id).to_owned(), name.to_owned(), target.to_owned()))
        .collect();
    let missing = |(_, _, target): &&(String, String, String)| !naive.documents.contains_key(target);
    assert_eq!(dangling, naive.declared.iter().filter(missing).cloned().collect());
}

fn check_questions(view: &View, naive: &Naive, questions: &Questions) {
    let everything = naive.documents.keys().cloned().collect();
    check_lists(view, naive, questions, view.all(), &everything);
    for (predicate, params) in &questions.filters {
        let query = predicate.to_json();
        let found = view.evaluate(&Filter::from_predicate(&query).unwrap());
        let expected = naive.select(|rows| predicate.holds(rows));
        assert_eq!(set(view, &found), expected, "predicate {query}");
        check_lists(view, naive, questions, &found, &expected);

        let texts: Vec<String> = params.iter().map(|set| param(set)).collect();
        let found = match Filter::from_params(&texts).unwrap() {
            Some(filter) => view.evaluate(&filter),
            None => view.all().clone(),
        };
        let expected = naive.select(|rows| generate::params_hold(params, rows));
        assert_eq!(set(view, &found), expected, "filter {texts:?}");
        check_lists(view, naive, questions, &found, &expected);
    }
}

fn param(set: &[(&'static str, Option<String>)]) -> String {
    let condition = |(key, value): &(&str, Option<String>)| match value {
        Some(value) => format!("{key}={value}"),
        None => (*key).to_owned(),
    };
    set.iter().map(condition).collect::<Vec<_>>().join(",")
}

fn check_lists(
    view: &View,
    naive: &Naive,
    questions: &Questions,
    found: &RoaringBitmap,
    expected: &BTreeSet<String>,
) {
    for key in KEYS {
        let facets: Vec<_> =
            view.facets(found, key).into_iter().map(|(value, count)| (value.to_lowercase(), count)).collect();
        assert_eq!(facets, naive.facets(expected, key), "facet {key}");
    }

    let keys: Vec<String> = questions.text_keys.iter().map(|key| (*key).to_owned()).collect();
    let term = questions.term.to_lowercase();
    let contains = |reference: &&String| {
        let rows = &naive.rows[*reference];
        keys.iter().any(|key| values(rows, key).any(|(lower, _)| lower.contains(&term)))
    };
    let with_text = view.full_text(&questions.term, &keys, found);
    let expected_text = expected.iter().filter(contains).cloned().collect();
    assert_eq!(set(view, &with_text), expected_text, "{term:?} in {keys:?}");

    check_pages(view, naive, questions, found, expected, None);
    for order in &questions.orders {
        check_pages(view, naive, questions, found, expected, Some(*order));
    }
    for count in 0..=questions.orders.len() {
        let orders = &questions.orders[..count];
        let list: Vec<Order> = orders.iter().map(|order| order_of(*order)).collect();
        let sorted = names(view, view.sorted(found, &list));
        assert_eq!(sorted, naive.sorted(expected, orders), "sorted by {orders:?}");
    }
}

fn order_of((key, descending): (&str, bool)) -> Order {
    Order { key: key.to_owned(), descending }
}

fn check_pages(
    view: &View,
    naive: &Naive,
    questions: &Questions,
    found: &RoaringBitmap,
    expected: &BTreeSet<String>,
    order: Option<(&'static str, bool)>,
) {
    let list = naive.ordered(expected, order);
    let all: Vec<String> = list.iter().map(|(_, reference)| reference.clone()).collect();
    let view_order = order.map(order_of);
    let limit = questions.limit;
    let page = |start: &Start, limit: usize| view.page(found, view_order.as_ref(), start, limit);
    let what = format!("order {order:?}");

    let skipped = page(&Start::Offset(questions.skip), limit);
    assert_eq!(skipped.total as usize, all.len(), "{what}");
    let rest = all.iter().skip(questions.skip);
    assert_eq!(names(view, skipped.ids), rest.take(limit).cloned().collect::<Vec<_>>(), "{what}");

    // Cursors forward through everything, then back.
    let mut forward = Vec::new();
    let mut current = page(&Start::Offset(0), limit);
    assert_eq!(current.previous, None, "{what}");
    loop {
        forward.extend(names(view, current.ids.iter().copied()));
        let Some(next) = current.next.clone() else { break };
        assert!(forward.len() < all.len(), "{what}: a page after the last");
        current = page(&Start::After(next), limit);
    }
    assert_eq!(forward, all, "{what} forward");
    let mut backward = names(view, current.ids.iter().copied());
    while let Some(previous) = current.previous.clone() {
        current = page(&Start::Before(previous), limit);
        assert!(current.next.is_some(), "{what}: no way forward again");
        backward.splice(0..0, names(view, current.ids.iter().copied()));
        assert!(backward.len() <= all.len(), "{what}: a page before the first");
    }
    assert_eq!(backward, all, "{what} backward");

    // From a place that need not be beside any entity.
    let (value, entity_ref) = questions.position.clone();
    let value = if order.is_some() { value } else { String::new() };
    let place = (value.clone(), entity_ref.clone());
    let descending = order.is_some_and(|(_, descending)| descending);
    let is_before = |entry: &&(String, String)| if descending { **entry > place } else { **entry < place };
    let is_after = |entry: &&(String, String)| if descending { **entry < place } else { **entry > place };
    let position = Position { value, entity_ref };
    let before: Vec<_> = list.iter().filter(is_before).map(|(_, reference)| reference.clone()).collect();
    let after: Vec<_> = list.iter().filter(is_after).map(|(_, reference)| reference.clone()).collect();
    let has_equal = before.len() + after.len() < all.len();

    let next = page(&Start::After(position.clone()), limit);
    assert_eq!(
        names(view, next.ids.iter().copied()),
        after[..limit.min(after.len())],
        "{what} after {place:?}"
    );
    assert_eq!(next.next.is_some(), after.len() > limit, "{what} after {place:?}");
    let something_before = has_equal || !before.is_empty();
    assert_eq!(next.previous.is_some(), something_before && !after.is_empty(), "{what} after {place:?}");

    let previous = page(&Start::Before(position), limit);
    let tail = &before[before.len().saturating_sub(limit)..];
    assert_eq!(names(view, previous.ids.iter().copied()), tail, "{what} before {place:?}");
    assert_eq!(previous.previous.is_some(), before.len() > limit, "{what} before {place:?}");
    let something_after = has_equal || !after.is_empty();
    assert_eq!(previous.next.is_some(), something_after && !before.is_empty(), "{what} before {place:?}");
}
