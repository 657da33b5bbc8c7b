//! The catalog table.

use app::catalog::Rows;
use app::catalog::views::{ListShown, ListView, PeekView};
use leptos::prelude::*;
use model::{EntityGroup, EntityList, EntityListQuery, EntitySummary, Facet, RelationGroup};

use crate::drawn::{Drawn, draw};
use crate::samples::{link, missing, orders, orders_in_full, value};

fn list(query: EntityListQuery, list: EntityList) -> Drawn {
    draw(|| {
        let rows = Rows::new(Signal::stored(None), Callback::new(|_| ()));
        let list = ListShown::of(&query, list);
        view! { <ListView query list rows/> }
    })
}

fn filtered() -> EntityListQuery {
    EntityListQuery {
        kind: vec!["Component".to_owned()],
        text: "or".to_owned(),
        ..EntityListQuery::default()
    }
}

fn one_of_nine() -> EntityList {
    EntityList {
        items: vec![orders()],
        total: 61,
        catalog_total: 900,
        page: 1,
        page_count: 4,
        facets: vec![Facet {
            key: "kind".to_owned(),
            values: vec![value("Component", 61), value("API", 4)],
            ..Facet::default()
        }],
        ..EntityList::default()
    }
}

#[test]
fn shows_rows_filters_and_pages() {
    let page = list(filtered(), one_of_nine());
    insta::assert_snapshot!(page.text(), @r"
    Skip filters
    Filters 1 active
    Kind
    API 4
    Component 61
    Sort by
    Name Name, from Z to A Kind Type Owner Lifecycle
    Apply filters
    61 of 900 entities
    Add filter
    Field
    Kind Type Owner System Lifecycle Namespace Tag Description Title Links Documentation Dependencies
    Condition
    is is not has any value has no value
    Value
    Add
    Group by: nothing
    Nothing
    Owner
    Kind
    System
    Type
    Lifecycle
    Namespace
    Columns
    Kind
    Type
    Owner
    System
    Lifecycle
    Namespace
    Tags
    Description
    File
    Changed
    Problems
    Download this list as CSV JSON
    Moment: Now
    Date and time (UTC)
    Show
    Text contains or
    Kind is Component
    Clear all
    Entities of the catalog
    Name Kind Type Owner System Lifecycle
    Orders 1 problem Component · service · checkout · production Takes orders & reserves <stock>
    rust
    Component service checkout production
    Copy references CSV JSON As a graph Only these Clear
    1
    2
    3
    4
    Next
    ");
    let links = page.links();
    for address in [
        // Without the text, without the kind, without both.
        "/catalog?kind=Component",
        "/catalog?text=or",
        "/catalog",
        // Sorted the other way round, and by another column.
        "/catalog?kind=Component&text=or&sort=-name",
        "/catalog?kind=Component&text=or&sort=owner",
        "/catalog?kind=Component&text=or&page=4",
        "/catalog/default/component/orders",
        "/catalog/default/group/checkout",
        "/catalog?tag=rust",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
}

#[test]
fn works_as_a_plain_form() {
    let html = list(filtered(), one_of_nine()).html();
    assert!(
        html.contains(r#"name="kind" value="Component" checked"#),
        "the chosen kind is not checked: {html}"
    );
    assert!(html.contains(r#"name="kind" value="API""#), "the other kind is not offered: {html}");
    assert!(html.contains("Apply filters"), "there is no button to apply the filters");
}

#[test]
fn text_from_files_is_escaped() {
    let html = list(filtered(), one_of_nine()).html();
    assert!(html.contains("reserves &lt;stock"), "{html}");
}

#[test]
fn an_owner_or_system_that_is_not_there_is_no_link() {
    let (owner, system) = (missing("group:default/nobody"), missing("system:default/nothing"));
    let stray = EntitySummary { owner: Some(owner), system: Some(system), ..orders() };
    let page = list(filtered(), EntityList { items: vec![stray], ..one_of_nine() });
    assert!(!page.links().iter().any(|link| link.contains("/nobody") || link.contains("/nothing")));
    for reason in
        ["group:default/nobody is not in the catalog", "system:default/nothing is not in the catalog"]
    {
        assert!(page.text().contains(reason), "{reason:?} is missing in: {}", page.text());
    }
}

#[test]
fn says_how_it_is_sorted() {
    for (sort, aria, column) in [("name", "ascending", "Name"), ("-kind", "descending", "Kind")] {
        let html = list(EntityListQuery { sort: sort.to_owned(), ..filtered() }, one_of_nine()).html();
        let header = html.split("<th ").find(|header| header.contains("aria-sort")).unwrap_or_default();
        assert!(
            header.contains(&format!("aria-sort=\"{aria}\"")) && header.contains(column),
            "{sort}: {header}"
        );
        assert_eq!(html.matches("aria-sort").count(), 1, "{sort}: only one column is the sorted one");
    }
}

#[test]
fn says_why_it_is_empty() {
    let none = EntityList { page: 1, page_count: 1, ..EntityList::default() };
    for (query, answer, reason) in [
        (EntityListQuery::default(), none.clone(), "The catalog is empty"),
        (filtered(), EntityList { catalog_total: 900, ..none.clone() }, "No entity matches"),
        (
            filtered(),
            EntityList { catalog_total: 900, total: 61, page: 9, ..none },
            "This page is past the end",
        ),
    ] {
        let text = list(query, answer).text();
        assert!(text.contains(reason), "{reason:?} is missing in: {text}");
    }
}

/// Sentences of filters, for what the address says.
fn sentence(address: &str) -> String {
    let owners = Facet {
        key: "relations.ownedBy".to_owned(),
        values: vec![value("group:default/onboard", 3)],
        titles: vec![("group:default/onboard".to_owned(), "On Board".to_owned())],
        ..Facet::default()
    };
    let answer = EntityList { facets: vec![owners], ..one_of_nine() };
    let html = list(EntityListQuery::from_query_string(address), answer).html();
    let chips =
        html.split("aria-label=\"Active filters\"").nth(1).and_then(|chips| chips.split("</ul>").next());
    let words = chips
        .unwrap_or_default()
        .split('<')
        .filter_map(|piece| piece.split_once('>'))
        .map(|(_, words)| words);
    words.map(str::trim).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn filters_read_as_a_sentence() {
    for (address, expected) in [
        ("", ""),
        ("kind=Component&kind=API", "Kind is Component or API Clear all"),
        (
            "kind=Group&not.owner=none&lacks=metadata.description",
            "Kind is Group Owner is not No owner lacks description Clear all",
        ),
        ("owner=group:default/onboard", "Owner is On Board Clear all"),
        (
            "not.owner=group:default/onboard&not.owner=user:default/x",
            "Owner is not On Board or user:x Clear all",
        ),
        ("tag=a&tag=b&tagMatch=all", "Tag is a and b Clear all"),
        ("has=relations.ownedBy&text=or", "Text contains or has owner Clear all"),
        ("ref=component:default/a&ref=component:default/b", "is one of 2 entities chosen Clear all"),
    ] {
        assert_eq!(sentence(address), expected, "{address}");
    }
}

#[test]
fn each_word_of_the_sentence_can_be_taken_away() {
    let query =
        EntityListQuery::from_query_string("kind=A&not.kind=B&not.tag=c&has=d&lacks=e&group=owner&page=3");
    let page = list(query, one_of_nine());
    let links = page.links();
    for address in [
        "/catalog?not.kind=B&not.tag=c&has=d&lacks=e&group=owner",
        "/catalog?kind=A&not.tag=c&has=d&lacks=e&group=owner",
        "/catalog?kind=A&not.kind=B&has=d&lacks=e&group=owner",
        "/catalog?kind=A&not.kind=B&not.tag=c&lacks=e&group=owner",
        "/catalog?kind=A&not.kind=B&not.tag=c&has=d&group=owner",
        "/catalog?group=owner",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
    // What the form has no field for goes with it all the same.
    for field in ["name=\"not.kind\" value=\"B\"", "name=\"has\" value=\"d\"", "name=\"lacks\" value=\"e\""] {
        assert!(page.html().contains(field), "{field} is missing in {}", page.html());
    }
}

#[test]
fn owners_are_called_by_their_titles_everywhere() {
    let owners = Facet {
        key: "relations.ownedBy".to_owned(),
        values: vec![value("group:default/onboard", 3), value("group:default/zoo", 1)],
        titles: vec![("group:default/onboard".to_owned(), "On Board".to_owned())],
        ..Facet::default()
    };
    let text = list(filtered(), EntityList { facets: vec![owners], ..one_of_nine() }).text();
    assert!(text.contains("On Board 3") && text.contains("zoo 1"), "{text}");
}

#[test]
fn columns_are_those_of_the_address() {
    let changed = Some("2026-11-24T03:15:09Z".to_owned());
    let line =
        EntitySummary { source_file: Some("orders/catalog-info.yaml".to_owned()), changed, ..orders() };
    let query = EntityListQuery::from_query_string("columns=file,changed,namespace");
    let text = list(query, EntityList { items: vec![line], ..one_of_nine() }).text();
    assert!(text.contains("Name Namespace File Changed"), "{text}");
    assert!(text.contains("default orders/catalog-info.yaml"), "{text}");
    for hidden in ["Takes orders", "rust", "1 problem"] {
        assert!(!text.contains(hidden), "{hidden} is shown: {text}");
    }
}

#[test]
fn groups_fold_and_lead_to_their_lists() {
    let group = |value: &str, title: &str, count, items| EntityGroup {
        value: value.to_owned(),
        title: title.to_owned(),
        count,
        items,
    };
    let groups = vec![
        group("group:default/checkout", "Checkout", 40, vec![orders()]),
        group("group:default/ops", "Ops", 20, Vec::new()),
        group("", "", 1, Vec::new()),
    ];
    let answer = EntityList { items: Vec::new(), groups, group_count: 3, ..one_of_nine() };
    let page = list(EntityListQuery { group: "owner".to_owned(), ..filtered() }, answer);
    let text = page.text();
    for line in ["61 of 900 entities in 3 groups", "Checkout 40", "Ops 20", "No owner 1"] {
        assert!(text.lines().any(|shown| shown == line), "{line:?} is missing in: {text}");
    }
    assert_eq!(page.html().matches("<details open class=\"group\"").count(), 1, "only the first has lines");
    let links = page.links();
    for address in [
        "/catalog?kind=Component&owner=group%3Adefault%2Fops&text=or",
        "/catalog?kind=Component&lacks=relations.ownedBy&text=or",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
}

#[test]
fn rows_say_where_they_stand_and_can_be_looked_at() {
    let page = list(EntityListQuery { page: 2, ..filtered() }, EntityList { page: 2, ..one_of_nine() });
    let html = page.html();
    assert!(html.contains("aria-rowcount=\"62\""), "{html}");
    assert!(html.contains("aria-rowindex=\"52\""), "the first row of the second page: {html}");
    let peek = "/catalog?kind=Component&text=or&page=2&peek=component%3Adefault%2Forders";
    assert!(page.links().iter().any(|link| link == peek), "{:?}", page.links());
    assert!(page.text().contains("50 entities before this page"), "{}", page.text());
}

#[test]
fn errors_are_told_from_warnings() {
    for (has_error, class) in [(true, "tone-danger"), (false, "tone-warning")] {
        let line = EntitySummary { has_error, ..orders() };
        let html = list(filtered(), EntityList { items: vec![line], ..one_of_nine() }).html();
        assert!(html.contains(&format!("badge {class}")), "{html}");
    }
}

#[test]
fn a_look_at_an_entity_tells_the_most() {
    let detail = orders_in_full();
    let owned = RelationGroup {
        relation_type: "ownerOf".to_owned(),
        targets: vec![link("component:default/a")],
        left_off: 41,
    };
    let relations = detail.relations.iter().cloned().chain([owned]).collect();
    let page = draw(|| view! { <PeekView detail=model::EntityDetail { relations, ..detail }/> });
    let text = page.text();
    for words in [
        "Orders",
        "component:default/orders",
        "1 problem",
        "Owner",
        "Depends on (2)",
        "Owns (42)",
        "Dashboard",
    ] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    assert!(page.links().iter().any(|link| link == "/catalog?owner=component%3Adefault%2Forders"));
}
