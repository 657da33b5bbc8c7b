//! Addresses of pages: what is written is read back. And what of many things is left off.

use model::{EntityLink, EntityListQuery, GraphQuery, Portion, ProblemListQuery};
use proptest::prelude::*;

#[test]
fn defaults_are_left_out() {
    assert_eq!(EntityListQuery::default().to_query_string(), "");
    assert_eq!(ProblemListQuery::default().to_query_string(), "");
    assert_eq!(EntityListQuery::from_query_string(""), EntityListQuery::default());
    assert_eq!(ProblemListQuery::from_query_string(""), ProblemListQuery::default());
}

#[test]
fn a_known_address_stays_as_it_is() {
    let query =
        "kind=component&kind=api&type=service&owner=group%3Adefault%2Fteam+one&text=a%26b&sort=-owner&page=3";
    assert_eq!(EntityListQuery::from_query_string(query).to_query_string(), query);
}

#[test]
fn nonsense_is_left_out() {
    let query = EntityListQuery::from_query_string("page=0&kind=&kind=a&kind=a&page=many&unknown=x&text=%20");
    assert_eq!(query, EntityListQuery { kind: vec!["a".to_owned()], ..EntityListQuery::default() });
}

#[test]
fn links_are_encoded() {
    let link = EntityLink {
        kind: "API".to_owned(),
        namespace: "default".to_owned(),
        name: "a.b_c-d/..?#ä".to_owned(),
        ..EntityLink::default()
    };
    assert_eq!(link.href(), "/catalog/default/api/a.b_c-d%2F..%3F%23%C3%A4");
    assert_eq!(link.api_href(), "/api/catalog/entities/by-name/api/default/a.b_c-d%2F..%3F%23%C3%A4");
}

#[test]
fn a_portion_counts_what_it_leaves_off() {
    for (all, most, shown, left_off) in [(0, 2, 0, 0), (1, 2, 1, 0), (2, 2, 2, 0), (5, 2, 2, 3)] {
        let portion = Portion::of(0..all, most);
        assert_eq!((portion.shown.len(), portion.left_off), (shown, left_off), "{most} of {all}");
        assert_eq!(portion.total(), u32::try_from(all).unwrap_or_default(), "{most} of {all}");
    }
}

/// Values as the reader keeps them: trimmed, none empty, none twice.
pub(crate) fn values() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::btree_set(any::<String>().prop_map(|text| text.trim().to_owned()), 0..4)
        .prop_map(|set| set.into_iter().filter(|text| !text.is_empty()).collect())
}

proptest! {
    #[test]
    fn queries_of_the_catalog_come_back(
        lists in proptest::array::uniform6(values()), text: String, sort in "-?(name|kind|owner|type)", page in 1..u32::MAX,
    ) {
        let [kind, spec_type, owner, lifecycle, namespace, tag] = lists;
        let text = text.trim().to_owned();
        let query = EntityListQuery { kind, spec_type, owner, lifecycle, namespace, tag, text, sort, page, ..EntityListQuery::default() };
        prop_assert_eq!(EntityListQuery::from_query_string(&query.to_query_string()), query);
    }

    #[test]
    fn queries_of_problems_come_back(
        code in values(), severity in values(), owner in values(), text: String, page in 1..u32::MAX,
    ) {
        let query = ProblemListQuery { code, severity, owner, text: text.trim().to_owned(), page };
        prop_assert_eq!(ProblemListQuery::from_query_string(&query.to_query_string()), query);
    }
}

#[test]
fn moments_are_part_of_the_address() {
    for (address, expected) in [
        ("at=2026-11-17", "at=2026-11-17"),
        ("to=7", "at=7"),
        ("from=3&at=7", "from=3&to=7"),
        ("from=-7d&to=&kind=API", "kind=API&from=-7d"),
        ("at=+2026-11-17T09%3A30%2B01%3A00+", "at=2026-11-17T09%3A30%2B01%3A00"),
    ] {
        let query = EntityListQuery::from_query_string(address);
        assert_eq!(query.to_query_string(), expected, "{address}");
        assert_eq!(EntityListQuery::from_query_string(expected), query, "{address}");
    }
    assert_eq!(EntityListQuery::comparing("").from, "-7d");
    let cleared =
        EntityListQuery::from_query_string("kind=API&text=a&page=3&sort=-name&from=3&to=7").cleared();
    assert_eq!(cleared.to_query_string(), "sort=-name&from=3&to=7");

    let graph = GraphQuery::from_query_string("rootEntityRefs[]=a&at=7&compare=3");
    assert_eq!((graph.at.as_str(), graph.compare.as_str()), ("7", "3"));
    assert_eq!(GraphQuery::from_query_string(&graph.to_query_string()), graph);

    let link = EntityLink {
        kind: "API".to_owned(),
        namespace: "default".to_owned(),
        name: "a".to_owned(),
        ..EntityLink::default()
    };
    let then = EntityLink { at: "2026-11-17T09:30+01:00".to_owned(), ..link };
    assert_eq!(then.href(), "/catalog/default/api/a?at=2026-11-17T09%3A30%2B01%3A00");
    assert_eq!(then.path(), "/catalog/default/api/a");
}
