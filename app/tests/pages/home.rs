//! The home page.

use app::home::views::{HomeView, SavedViewsView};
use leptos::prelude::*;
use model::{
    ChangeKind, Coverage, EntityLink, HomeOverview, Mine, Overview, RecentChange, SavedView, VersionSummary,
};

use crate::drawn::{Drawn, draw};
use crate::samples::{link, value, wrong_kind};

fn page(home: HomeOverview) -> Drawn {
    draw(|| view! { <HomeView owner="Acme".to_owned() home/> })
}

/// As a guest sees it who keeps nothing.
fn home(overview: Overview) -> Drawn {
    page(HomeOverview { overview, ..HomeOverview::default() })
}

fn change(reference: &str) -> RecentChange {
    RecentChange {
        link: link(reference),
        version: VersionSummary {
            seq: 7,
            at: "2026-11-24T03:15:09Z".to_owned(),
            change: ChangeKind::Changed,
            fields: Vec::new(),
        },
    }
}

fn saved(title: &str, address: &str, shared: bool, by: Option<&str>) -> SavedView {
    SavedView {
        id: "7".to_owned(),
        title: title.to_owned(),
        address: address.to_owned(),
        shared,
        by: by.map(str::to_owned),
    }
}

#[test]
fn a_person_sees_first_what_needs_them() {
    let page = page(HomeOverview {
        moments: vec![("Yesterday, 23 Nov".to_owned(), "2026-11-23".to_owned())],
        overview: Overview {
            total: 9,
            error_count: 3,
            recent: vec![change("component:default/orders")],
            coverage: vec![Coverage {
                title: "Components with an owner".to_owned(),
                have: 7,
                of: 9,
                lacking: Some("/catalog?kind=Component&owner=none".to_owned()),
            }],
            ..Overview::default()
        },
        mine: Some(Mine {
            name: "Ada".to_owned(),
            owners: vec!["user:default/ada".to_owned(), "group:default/a".to_owned()],
            owned: 4,
            problem_count: 1,
            problems: vec![wrong_kind()],
            recent: vec![change("component:default/mine")],
        }),
        starred: vec![EntityLink { title: "Orders".to_owned(), ..link("component:default/orders") }],
        stars: vec![String::new(); 3],
        visited: vec![link("api:default/orders-api")],
        views: vec![saved("My APIs", "/catalog?kind=API", true, None)],
    });
    insta::assert_snapshot!(page.text(), @r"
    Acme
    9 entities in the catalog
    What needs you
    4 entities are yours
    Error Unknown kind
    The kind Componet is not known.
    orders/catalog-info.yaml:2:7
    1 problem of yours
    3 problems in the whole catalog
    Starred
    Orders Component
    And 2 more.
    Recently visited
    orders-api API
    Saved views
    All views
    My APIs Catalog, shared
    Coverage at a glance
    Components with an owner 7 of 9
    Recently changed
    Yours
    mine component Changed just now
    Everything
    orders component Changed just now
    All that changed since
    Yesterday, 23 Nov
    Biggest owners
    Every entity has an owner.
    ");
    let links = page.links();
    for address in [
        "/catalog?owner=user%3Adefault%2Fada&owner=group%3Adefault%2Fa",
        "/problems?owner=user%3Adefault%2Fada&owner=group%3Adefault%2Fa",
        "/catalog?kind=API",
        "/catalog?kind=Component&owner=none",
        "/views",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
}

#[test]
fn a_guest_learns_how_to_have_more() {
    let overview = Overview { total: 1, ..Overview::default() };
    let draw_home = |mine: Option<Mine>, can_sign_in| {
        let home = HomeOverview { overview: overview.clone(), mine, ..HomeOverview::default() };
        draw(move || view! { <HomeView owner="Acme".to_owned() home can_sign_in/> })
    };
    let links = draw_home(None, true).links();
    assert!(links.iter().any(|link| link.starts_with("/sign-in")), "{links:?}");
    for (mine, can_sign_in) in [(None, false), (Some(Mine::default()), true)] {
        let links = draw_home(mine, can_sign_in).links();
        assert!(!links.iter().any(|link| link.starts_with("/sign-in")), "{links:?}");
    }
}

#[test]
fn who_owns_nothing_learns_how_to() {
    let mine = Some(Mine { name: "Ada".to_owned(), ..Mine::default() });
    let text = page(HomeOverview {
        overview: Overview { total: 1, ..Overview::default() },
        mine,
        ..HomeOverview::default()
    })
    .text();
    assert!(text.contains("Nothing in the catalog names Ada"), "{text}");
    assert!(text.contains("spec.owner"), "{text}");
}

#[test]
fn saved_views_can_be_changed_by_who_keeps_them() {
    let views = vec![
        saved("Mine <b>", "/catalog?kind=API", true, None),
        saved("Theirs", "/problems", true, Some("Ada Brandt")),
    ];
    let draw_views = |views: Vec<SavedView>, may_share, failed: Option<&str>| {
        let failed = failed.map(str::to_owned);
        draw(move || view! { <SavedViewsView views may_share failed/> })
    };
    let page = draw_views(views.clone(), true, None);
    insta::assert_snapshot!(page.text(), @r"
    Saved views
    Yours
    Mine <b> Shared Address to send
    Change
    New title
    RenameStop sharingDelete for good
    Shared by others
    Theirs by Ada Brandt
    ");
    assert_eq!(page.html().matches("delete-view").count(), 1, "what is others' can't be deleted");
    let without =
        draw_views(vec![saved("Mine", "/catalog", false, None)], false, Some("ConflictError")).text();
    assert!(without.contains("Nothing was saved: there are as many as are kept already."), "{without}");
    assert!(!without.contains("Share"), "sharing is offered to who may not: {without}");
    assert!(draw_views(Vec::new(), true, None).text().contains("You have no saved views"));
}

#[test]
fn says_what_there_is_what_is_broken_and_who_owns_it() {
    let page = home(Overview {
        total: 1284,
        kinds: vec![value("API", 3), value("Component", 1)],
        error_count: 6,
        warning_count: 1,
        problems: vec![wrong_kind()],
        recent: vec![change("component:default/orders")],
        owners: vec![(link("group:default/checkout"), 12)],
        without_owner: 1,
        coverage: Vec::new(),
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
    Starred
    Nothing yet. Open what you come for often, such as a service , and press its star: it is here from then on. This browser then also remembers what you looked at last, and the views that you save.
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
