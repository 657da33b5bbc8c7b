//! The page of one entity.

use app::catalog::views::EntityView;
use leptos::prelude::*;
use model::EntityDetail;

use crate::drawn::{Drawn, draw};
use crate::samples::orders_in_full;

fn entity(detail: EntityDetail) -> Drawn {
    draw(|| view! { <EntityView detail/> })
}

#[test]
fn says_everything_about_it() {
    let page = entity(orders_in_full());
    insta::assert_snapshot!(page.text(), @r"
    Catalog
    Orders
    Component
    Orders
    component:default/orders
    Takes orders & reserves <stock>
    rust
    1 problem
    Warning Relation to nothing
    dependsOn leads to resource:default/orders-db.
    Relations
    Owned by
    checkout group
    Depends on
    payments component
    resource:default/orders-db is not in the catalog resource
    YAML
    Copy
    kind: Component
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
    Links
    Dashboard
    Trap javascript:alert(1)
    Labels and annotations
    Labels
    tier
    1
    History
    Changed 24 Nov 2026, 03:15 UTC, version 7
    spec.owner
    ");
    let links = page.links();
    for address in [
        "/catalog/default/group/checkout",
        "/catalog/default/component/payments",
        "https://example.com/board",
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
