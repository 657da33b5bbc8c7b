//! The page of one entity.

use app::catalog::views::EntityView;
use leptos::prelude::*;
use model::{EntityDetail, Portion};

use crate::drawn::{Drawn, draw};
use crate::samples::{all, dangling, orders_in_full, wrong_kind};

fn entity(detail: EntityDetail) -> Drawn {
    draw(|| view! { <EntityView detail/> })
}

#[test]
fn says_everything_about_it() {
    let page = entity(orders_in_full());
    insta::assert_snapshot!(page.text(), @r"
    Catalog
    Components
    Orders
    Component
    Orders
    component:default/orders
    Takes orders & reserves <stock>
    rust
    Overview
    Dependents
    History
    Facts
    Owner
    checkout
    Type
    service
    Lifecycle
    production
    Namespace
    default
    Source
    orders/catalog-info.yaml
    Changed
    just now
    1 problem
    Warning Relation to nothing
    dependsOn leads to resource:default/orders-db.
    Relations
    Owned by
    checkout group
    Depends on
    payments component
    resource:default/orders-db is not in the catalog resource
    Relations as a graph
    The whole graph
    And 2 more.
    YAML
    Copy
    1
    kind: Component
    Links
    Dashboard
    Trap javascript:alert(1)
    Labels and annotations
    Labels
    tier
    1
    Where this came from
    A location was registered with the portal. Each file on the way named the next, down to the one that describes this entity.
    Registered location /srv/all.yaml
    services url:https://example.com/services.yaml
    This entity orders/catalog-info.yaml
    History
    Changed 24 Nov 2026, 03:15 UTC, version 7 , as of then
    spec.owner
    Added 24 Nov 2026, 03:15 UTC, version 3 , as of then
    Compare any two versions
    ");
    let links = page.links();
    for address in [
        "/catalog/default/group/checkout",
        "/catalog/default/component/payments",
        "https://example.com/board",
        "/catalog/default/location/services",
        "/catalog/default/component/orders/history?from=3&to=7",
        // What was before is not known here.
        "/catalog/default/component/orders/history?to=3",
        "/catalog/default/component/orders/history",
        "/catalog/default/component/orders?at=3",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
}

#[test]
fn a_target_that_is_not_there_is_no_link() {
    let page = entity(orders_in_full());
    assert!(!page.links().iter().any(|link| link.contains("orders-db")), "{:?}", page.links());
    assert!(page.text().contains("resource:default/orders-db is not in the catalog"), "{}", page.text());
}

#[test]
fn a_file_can_not_put_a_script_behind_a_link() {
    let page = entity(orders_in_full());
    assert!(!page.links().iter().any(|link| link.starts_with("javascript")), "{:?}", page.links());
    assert!(page.text().contains("Trap javascript:alert(1)"), "the address is not shown: {}", page.text());
}

#[test]
fn many_targets_are_folded() {
    let mut detail = orders_in_full();
    let target = detail.relations[0].targets[0].clone();
    detail.relations[0].targets = vec![target; 40];
    assert!(entity(detail).text().contains("28 more"), "12 of 40 targets should be in sight");
}

#[test]
fn many_problems_are_a_link_away() {
    let own = Portion { shown: vec![dangling()], left_off: 1_234 };
    let detail = EntityDetail { problems: own, file_problems: all([wrong_kind()]), ..orders_in_full() };
    let page = entity(detail.clone());
    let text = page.text();
    assert!(text.contains("1 236 problems"), "all are counted: {text}");
    assert!(text.contains("1 234 more"), "{text}");
    assert!(text.contains("In its file\nError Unknown kind"), "{text}");
    let of_entity = "/problems?text=component%3Adefault%2Forders".to_owned();
    assert!(page.links().contains(&of_entity), "{:?}", page.links());

    let of_file = Portion { shown: vec![wrong_kind()], left_off: 2 };
    let page = entity(EntityDetail { problems: Portion::default(), file_problems: of_file, ..detail });
    let in_file = "/problems?text=orders%2Fcatalog-info.yaml".to_owned();
    assert!(page.links().contains(&in_file) && !page.links().contains(&of_entity), "{:?}", page.links());
}

#[test]
fn what_is_left_off_is_said() {
    let mut detail = EntityDetail { yaml_left_off: 2_970_000, ..orders_in_full() };
    detail.links.left_off = 7;
    detail.labels.left_off = 8;
    let page = entity(detail);
    let text = page.text();
    for words in ["2.9 MB are left off", "and 7 more", "and 8 more"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    assert!(!text.contains("Copy"), "a part of the YAML is offered as if it were all: {text}");
    let whole = "/api/catalog/entities/by-name/component/default/orders".to_owned();
    assert!(page.links().contains(&whole), "{:?}", page.links());
    // The router of the browser knows pages alone.
    assert!(page.html().contains(&format!("href=\"{whole}\" rel=\"external\"")), "{}", page.html());
}
