//! The page that compares two versions.

use app::catalog::views::ComparisonView;
use leptos::prelude::*;
use model::{ChangeKind, Comparison, DiffLine, DiffPart, LineChange};

use crate::drawn::{Drawn, draw};
use crate::samples::{missing, orders, version};

fn page(comparison: Comparison) -> Drawn {
    draw(|| view! { <ComparisonView comparison/> })
}

fn line(change: LineChange, number: u32, text: &str) -> DiffLine {
    DiffLine { change, number, text: text.to_owned() }
}

fn owner_changed() -> Comparison {
    let same = |number| line(LineChange::Same, number, "metadata:");
    Comparison {
        link: orders().link,
        from: Some(version(3, ChangeKind::Added, &[])),
        to: version(7, ChangeKind::Changed, &["spec.owner"]),
        versions: vec![version(7, ChangeKind::Changed, &[]), version(3, ChangeKind::Added, &[])],
        has_older: false,
        added: 1,
        removed: 2,
        parts: vec![
            DiffPart { folded: true, lines: vec![same(1), same(2)], left_off: 40 },
            DiffPart {
                folded: false,
                lines: vec![
                    same(3),
                    line(LineChange::Removed, 4, "  owner: <billing>"),
                    line(LineChange::Added, 4, "  owner: checkout"),
                ],
                left_off: 0,
            },
        ],
        lines_left_off: 0,
        bytes_left_off: 0,
    }
}

#[test]
fn says_what_changed_without_colour() {
    insta::assert_snapshot!(page(owner_changed()).text(), @r"
    Catalog
    Components
    Orders
    History
    Component
    History of Orders
    component:default/orders
    Overview
    Dependents
    History
    From
    The version before Version 7, 24 Nov 2026, 03:15 UTC, changed Version 3, 24 Nov 2026, 03:15 UTC, added
    To
    Version 7, 24 Nov 2026, 03:15 UTC, changed Version 3, 24 Nov 2026, 03:15 UTC, added
    Compare
    Changes
    From version 3 of 24 Nov 2026, 03:15 UTC ( as of then ) to version 7 of 24 Nov 2026, 03:15 UTC ( as of then ) .
    + 1 line added − 2 lines removed
    42 unchanged lines
    1 metadata:
    2 metadata:
    and 40 more
    3 metadata:
    4 − removed: owner: <billing>
    4 + added: owner: checkout
    ");
    let links = page(owner_changed()).links();
    assert_eq!(
        links,
        [
            "/catalog",
            "/catalog?kind=Component",
            "/catalog/default/component/orders",
            "/catalog/default/component/orders",
            "/catalog/default/component/orders/dependents",
            "/catalog/default/component/orders/history",
            "/catalog/default/component/orders?at=3",
            "/catalog/default/component/orders?at=7"
        ]
    );
}

#[test]
fn works_as_a_plain_form() {
    let html = page(owner_changed()).html();
    assert!(html.contains(r#"method="get" action="/catalog/default/component/orders/history""#), "{html}");
    for chosen in [r#"<option value="3" selected"#, r#"<option value="7" selected"#] {
        assert_eq!(html.matches(chosen).count(), 1, "{chosen}: {html}");
    }
}

#[test]
fn says_why_there_is_nothing_to_compare() {
    let nothing = Comparison { added: 0, removed: 0, parts: vec![], ..owner_changed() };
    let removed = Comparison { to: version(7, ChangeKind::Removed, &[]), ..owner_changed() };
    let one = version(7, ChangeKind::Changed, &[]);
    for (comparison, reason) in [
        (Comparison { from: Some(one), ..nothing.clone() }, "This is one and the same version."),
        (nothing, "Both versions say the same."),
        (Comparison { from: None, ..owner_changed() }, "The entity was not known before."),
        (removed, "The entity was removed."),
        (Comparison { has_older: true, ..owner_changed() }, "Older versions are not listed."),
        (Comparison { lines_left_off: 1, ..owner_changed() }, "1 more line is left off."),
        (Comparison { bytes_left_off: 2_000, ..owner_changed() }, "2 kB are left off."),
    ] {
        let text = page(comparison).text();
        assert!(text.contains(reason), "{reason:?} is missing in: {text}");
    }
}

#[test]
fn what_is_gone_keeps_its_history() {
    let page = page(Comparison { link: missing("component:default/gone"), ..owner_changed() });
    assert!(page.text().contains("component:default/gone is not in the catalog"), "{}", page.text());
    // Nothing leads to it as it is, which is not at all.
    let then = ["3", "7"].map(|seq| format!("/catalog/default/component/gone?at={seq}"));
    assert_eq!(page.links(), ["/catalog", "/catalog?kind=Component", &then[0], &then[1]]);
}
