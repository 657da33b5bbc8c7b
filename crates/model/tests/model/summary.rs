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

/// What an address of the catalog table may say.
fn entity_queries() -> impl Strategy<Value = EntityListQuery> {
    let lists = proptest::array::uniform10(values());
    let not = (proptest::sample::select(&EntityListQuery::FIELDS[..]), values()).prop_map(
        |((param, _), values)| values.into_iter().map(|value| (param.to_owned(), value)).collect::<Vec<_>>(),
    );
    let columns = proptest::sample::subsequence(&EntityListQuery::COLUMNS[1..], 0..=11);
    let group = proptest::sample::select(&["", "owner", "kind", "system", "lifecycle"][..]);
    let words =
        (any::<String>(), "-?(name|kind|owner|type)", 1..u32::MAX, ("[a-z0-9:-]{0,9}", "[a-z0-9:-]{0,9}"));
    (lists, not, columns, group, words, any::<bool>()).prop_map(
        |(lists, not, columns, group, words, all_tags)| {
            let [kind, spec_type, owner, system, lifecycle, namespace, tag, has, lacks, entity_ref] = lists;
            let (text, sort, page, (at, from)) = words;
            let query = EntityListQuery {
                kind,
                spec_type,
                owner,
                system,
                lifecycle,
                namespace,
                tag,
                all_tags,
                not,
                has,
                lacks,
                entity_ref,
                text: text.trim().to_owned(),
                sort,
                page,
                columns: Vec::new(),
                group: group.to_owned(),
                at,
                from,
            };
            // Any set of columns that somebody can choose.
            EntityListQuery::COLUMNS[1..]
                .iter()
                .fold(query, |query, column| query.with_column(column, columns.contains(column)))
        },
    )
}

#[test]
fn columns_are_read_from_links_and_from_forms() {
    for (address, columns) in [
        ("columns=owner,kind", "name,kind,owner"),
        ("columns=name&columns=owner&columns=kind", "name,kind,owner"),
        ("columns=nonsense", "name"),
        ("columns=problems,description,tags,lifecycle,system,owner,type,kind", ""),
    ] {
        assert_eq!(EntityListQuery::from_query_string(address).columns.join(","), columns, "{address}");
    }
    let query = EntityListQuery::default().with_column("file", true).with_column("tags", false);
    assert!(query.shows("file") && !query.shows("tags") && query.shows("name"), "{query:?}");
    assert_eq!(query.with_column("file", false).with_column("tags", true), EntityListQuery::default());
}

#[test]
fn the_form_for_one_more_filter_becomes_a_filter() {
    for (form, address) in [
        ("add.field=kind&add.is=is&add.value=API", "kind=API"),
        ("kind=Group&add.field=owner&add.is=not&add.value=none", "kind=Group&not.owner=none"),
        ("add.field=owner&add.is=has&add.value=", "has=relations.ownedBy"),
        ("add.field=metadata.description&add.is=lacks", "lacks=metadata.description"),
        ("add.field=metadata.description&add.is=is&add.value=anything", "has=metadata.description"),
        ("add.field=metadata.links&add.is=not", "lacks=metadata.links"),
        ("add.field=kind&add.is=is&add.value=", ""),
        ("add.field=no-such-field&add.is=not&add.value=x", ""),
    ] {
        assert_eq!(EntityListQuery::from_query_string(form).to_query_string(), address, "{form}");
    }
}

#[test]
fn a_group_is_a_list_of_its_own() {
    for (address, value, of_group) in [
        ("group=owner&page=3&sort=kind", "group:default/a", "owner=group%3Adefault%2Fa&sort=kind"),
        ("group=kind&kind=a&kind=b&tag=x", "b", "kind=b&tag=x"),
        ("group=owner&owner=none", "", "owner=none&lacks=relations.ownedBy"),
        ("group=type", "", "lacks=spec.type"),
    ] {
        let list = EntityListQuery::from_query_string(address).of_group(value);
        assert_eq!(list.to_query_string(), of_group, "{address}");
    }
}

proptest! {
    #[test]
    fn queries_of_the_catalog_come_back(query in entity_queries()) {
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
