//! The pages of groups and users.

use app::catalog::views::EntityView;
use leptos::prelude::*;
use model::{EntityDetail, EntitySummary, Owned, OwnedKind, People, Portion};

use crate::drawn::{Drawn, draw};
use crate::samples::{all, link, missing, orders_in_full};

fn page(reference: &str, people: People) -> Drawn {
    let summary = EntitySummary { link: link(reference), ..EntitySummary::default() };
    let email = Some("sales@example.com".to_owned());
    let people = Some(people);
    let detail = EntityDetail { summary, email, people, relations: vec![], ..EntityDetail::default() };
    let detail = EntityDetail { yaml: orders_in_full().yaml, ..detail };
    draw(|| view! { <EntityView detail/> })
}

fn sales() -> People {
    People {
        is_user: false,
        above: vec![link("group:default/company")],
        below: all([link("group:default/berths"), missing("group:default/ghosts")]),
        members: all([link("user:default/ada")]),
        groups: Portion::default(),
        owned: Owned {
            direct: Portion { shown: vec![link("component:default/till")], left_off: 3 },
            kinds: vec![
                OwnedKind { kind: "API".to_owned(), direct: 0, total: 5 },
                OwnedKind { kind: "Component".to_owned(), direct: 4, total: 9 },
            ],
            total: 14,
            owners: vec!["group:default/sales".to_owned(), "group:default/berths".to_owned()],
            owners_left_off: 0,
        },
    }
}

#[test]
fn a_group_shows_its_people_and_its_things() {
    let page = page("group:default/sales", sales());
    insta::assert_snapshot!(page.text(), @r"
    Catalog
    Groups
    sales
    group
    sales
    group:default/sales
    Overview
    Dependents
    History
    Facts
    Namespace
    default
    E-mail
    sales@example.com
    Members
    1
    ada
    Hierarchy
    company
    sales
    berths
    group:default/ghosts is not in the catalog
    Owns
    Kind Directly With groups below
    APIs 0 5
    Components 4 9
    All 4 14
    Owned directly
    till component
    and 3 more
    YAML
    Copy
    1
    kind: Component
    History
    The log holds no versions of this entity.
    ");
    let links = page.links();
    for address in [
        "/catalog/default/user/ada",
        "/catalog/default/group/company",
        "mailto:sales@example.com",
        "/catalog?owner=group%3Adefault%2Fsales",
        "/catalog?kind=Component&owner=group%3Adefault%2Fsales",
        "/catalog?owner=group%3Adefault%2Fsales&owner=group%3Adefault%2Fberths",
        "/catalog?kind=API&owner=group%3Adefault%2Fsales&owner=group%3Adefault%2Fberths",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
    for nothing in ["/catalog/default/group/ghosts", "/catalog?kind=API&owner=group%3Adefault%2Fsales"] {
        assert!(!links.iter().any(|link| link == nothing), "a link to nothing: {nothing}");
    }
}

#[test]
fn a_user_shows_groups() {
    let people = People {
        is_user: true,
        groups: all([link("group:default/berths")]),
        owned: Owned {
            owners: vec!["user:default/ada".to_owned(), "group:default/berths".to_owned()],
            ..Owned::default()
        },
        ..People::default()
    };
    let text = page("user:default/ada", people).text();
    assert!(text.contains("Groups\n1\nberths"), "{text}");
    assert!(text.contains("No entity names this user or one of the groups as its owner."), "{text}");
    assert!(!text.contains("Hierarchy") && !text.contains("Relations"), "{text}");
}

#[test]
fn what_is_left_off_is_said() {
    let mut people = sales();
    people.members.left_off = 7;
    people.owned.owners_left_off = 1_200;
    let text = page("group:default/sales", people).text();
    for words in ["and 7 more", "Without 1 200 groups that are further away.", "and 3 more"] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
}
