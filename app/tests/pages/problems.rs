//! The list of problems.

use app::catalog::views::{ProblemCard, ProblemsView};
use leptos::prelude::*;
use model::{ProblemList, ProblemListQuery};

use crate::drawn::{Drawn, draw};
use crate::samples::{dangling, value, wrong_kind};

fn problems(query: ProblemListQuery, list: ProblemList) -> Drawn {
    draw(|| view! { <ProblemsView query list/> })
}

fn both() -> ProblemList {
    ProblemList {
        problems: vec![wrong_kind(), dangling()],
        total: 2,
        page: 1,
        page_count: 1,
        by_code: vec![value("kind", 1), value("dangling-relation", 1)],
        by_severity: vec![value("error", 1), value("warning", 1)],
        by_owner: vec![value("group:default/checkout", 1)],
    }
}

#[test]
fn says_what_where_and_what_next() {
    let page = problems(ProblemListQuery::default(), both());
    insta::assert_snapshot!(page.text(), @r"
    Filters
    Severity
    Error 1
    Warning 1
    What is wrong
    Relation to nothing 1
    Unknown kind 1
    Apply filters
    2 problems
    Error Unknown kind
    The kind Componet is not known.
    Found
    Componet
    Allowed
    API, Component, Group
    orders/catalog-info.yaml:2:7
    2 kind: C ^ omponet
    Next: Correct the kind, or add it to catalog.rules.
    Warning Relation to nothing
    dependsOn leads to resource:default/orders-db.
    component:default/orders
    ");
    assert!(page.links().contains(&"/catalog/default/component/orders".to_owned()), "{:?}", page.links());
}

#[test]
fn the_caret_stands_at_the_column() {
    let page = draw(|| view! { <ProblemCard problem=wrong_kind()/> });
    let html = page.html();
    let (_, line) = html.split_once("<code>kind: ").expect("the line up to the column");
    assert!(line.starts_with("<mark>C<"), "the mark is not at column 7: {line}");
}

#[test]
fn says_why_it_is_empty() {
    let none = ProblemList { page: 1, page_count: 1, ..ProblemList::default() };
    let filtered = ProblemListQuery { severity: vec!["error".to_owned()], ..ProblemListQuery::default() };
    for (query, reason) in [(ProblemListQuery::default(), "No problems"), (filtered, "No problem matches")] {
        let text = problems(query, none.clone()).text();
        assert!(text.contains(reason), "{reason:?} is missing in: {text}");
    }
}
