//! The search page.

use app::search::views::ResultsView;
use leptos::prelude::*;
use model::{SearchChoice, SearchFilter, SearchHit, SearchPage, SearchQuery};

use crate::drawn::{Drawn, draw};
use crate::samples::orders;

fn page(page: SearchPage) -> Drawn {
    draw(|| view! { <ResultsView page/> })
}

fn one_of_thirty() -> SearchPage {
    let orders = orders();
    let query = SearchQuery { term: "ord".to_owned(), ..SearchQuery::default() };
    SearchPage {
        term: "ord".to_owned(),
        hits: vec![SearchHit {
            title: vec![("Orders".to_owned(), true)],
            text: vec![("Takes ".to_owned(), false), ("order".to_owned(), true), ("s <b>".to_owned(), false)],
            facts: "Component · service".to_owned(),
            owner: orders.owner.clone(),
            link: orders.link,
        }],
        total: 30,
        first: 26,
        filters: vec![SearchFilter {
            key: "kind".to_owned(),
            choices: vec![
                SearchChoice {
                    value: "Component".to_owned(),
                    title: None,
                    count: 30,
                    chosen: true,
                    href: query.href(),
                },
                SearchChoice {
                    value: "API".to_owned(),
                    title: None,
                    count: 4,
                    chosen: false,
                    href: query.toggled("kind", "API").href(),
                },
            ],
        }],
        beside_term: vec![("filters[kind]".to_owned(), "Component".to_owned())],
        clear: Some(query.href()),
        previous: Some(query.href()),
        ..SearchPage::default()
    }
}

#[test]
fn shows_results_filters_and_pages() {
    let page = page(one_of_thirty());
    insta::assert_snapshot!(page.text(), @r#"
    Filters
    Without filters
    Kind
    Component 30
    API 4
    26 to 26 of 30 results
    Orders
    Component · service · owned by checkout
    Takes orders <b>
    Previous
    "#);
    insta::assert_snapshot!(page.links().join("\n"), @r#"
    /search?query=ord
    /search?query=ord
    /search?query=ord&filters%5Bkind%5D=API
    /catalog/default/component/orders
    /catalog/default/group/checkout
    /search?query=ord
    "#);
    assert!(page.html().contains("s &lt;b&gt;"), "{}", page.html());
    assert!(
        page.html().contains(r#"<input type="hidden" name="filters[kind]" value="Component""#),
        "{}",
        page.html()
    );
}

#[test]
fn says_when_results_are_only_similar() {
    let page = page(SearchPage { similar: true, ..one_of_thirty() });
    assert!(page.text().contains("Nothing is called “ord”. These are spelt like it."), "{}", page.text());
}

#[test]
fn says_what_to_do_when_nothing_is_found() {
    let found = SearchPage {
        term: "zzz".to_owned(),
        clear: Some("/search?query=zzz".to_owned()),
        ..SearchPage::default()
    };
    insta::assert_snapshot!(page(found).text(), @r#"
    Nothing found for “zzz”
    Search without filters
    All words have to fit: try fewer of them, or the beginning of one. Names, titles, descriptions, tags and
    owners are searched; one wrong letter in a name is forgiven.
    Look through the catalog
    "#);
}
