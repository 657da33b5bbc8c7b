//! The home page.

use app::catalog::views::HomeView;
use leptos::prelude::*;
use model::{ChangeKind, Overview, RecentChange, VersionSummary};

use crate::drawn::{Drawn, draw};
use crate::samples::{link, value, wrong_kind};

fn home(overview: Overview) -> Drawn {
    draw(|| view! { <HomeView owner="Acme".to_owned() overview/> })
}

#[test]
fn says_what_there_is_what_is_broken_and_who_owns_it() {
    let change = RecentChange {
        link: link("component:default/orders"),
        version: VersionSummary {
            seq: 7,
            at: "2026-11-24T03:15:09Z".to_owned(),
            change: ChangeKind::Changed,
            fields: Vec::new(),
        },
    };
    let page = home(Overview {
        total: 1284,
        kinds: vec![value("API", 3), value("Component", 1)],
        error_count: 6,
        warning_count: 1,
        problems: vec![wrong_kind()],
        recent: vec![change],
        owners: vec![(link("group:default/checkout"), 12)],
        without_owner: 1,
        seq: 7,
    });
    insta::assert_snapshot!(page.text(), @r"
    Acme
    1 284 entities in the catalog
    3 APIs
    1 Component
    What is broken
    6 errors 1 warning
    Error Unknown kind
    The kind Componet is not known.
    orders/catalog-info.yaml:2:7
    All 7 problems
    Recently changed
    orders component Changed just now
    Biggest owners
    checkout 12 entities
    1 entity has no owner
    ");
    let links = page.links();
    for address in [
        "/catalog?kind=API",
        "/problems?severity=error",
        "/problems?severity=warning",
        "/problems",
        "/catalog/default/component/orders",
        "/catalog?owner=group%3Adefault%2Fcheckout",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
}

#[test]
fn an_empty_catalog_says_how_to_fill_it() {
    let text = home(Overview { error_count: 2, ..Overview::default() }).text();
    assert!(text.contains("No entities yet"), "{text}");
    assert!(text.contains("2 errors"), "the reason is missing: {text}");
    assert!(text.contains("portico serve --catalog PATH"), "the action is missing: {text}");
}

#[test]
fn a_sound_catalog_says_so() {
    let text = home(Overview { total: 1, ..Overview::default() }).text();
    assert!(text.contains("every relation leads somewhere"), "{text}");
    assert!(text.contains("Every entity has an owner."), "{text}");
}
