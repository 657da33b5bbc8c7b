//! The catalog table.

use app::catalog::views::ListView;
use leptos::prelude::*;
use model::{EntityList, EntityListQuery, EntitySummary, Facet};

use crate::drawn::{Drawn, draw};
use crate::samples::{missing, orders, value};

fn list(query: EntityListQuery, list: EntityList) -> Drawn {
    draw(|| view! { <ListView query list immediate=Signal::stored(false) on_change=Callback::new(|_| ())/> })
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
            left_off: 0,
        }],
        seq: 7,
        ..EntityList::default()
    }
}

#[test]
fn shows_rows_filters_and_pages() {
    let page = list(filtered(), one_of_nine());
    insta::assert_snapshot!(page.text(), @r"
    Filters 1 active
    Kind
    API 4
    Component 61
    Sort by
    Name Name, from Z to A Kind Type Owner Lifecycle
    Apply filters
    61 of 900 entities
    Download this list as CSV JSON
    Text: or
    Kind: Component
    Clear all
    Entities of the catalog
    Name Kind Type Owner System Lifecycle
    Orders 1 problem service · checkout · production Takes orders & reserves <stock>
    rust
    Component service checkout production
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
