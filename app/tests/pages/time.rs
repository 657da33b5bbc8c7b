//! Moments: the control, the band of the past, and what changed between two.

use app::catalog::Rows;
use app::catalog::views::{ChangesView, ListShown, ListView, MomentsForm, TimeControl, TimeLinks};
use leptos::prelude::*;
use model::{
    ChangeKind, ChangeList, EntityChange, EntityLink, EntityList, EntityListQuery, KindChanges, Moment,
};

use crate::drawn::{Drawn, draw};
use crate::samples::{link, version};

fn now() -> Moment {
    let choices = [("Yesterday, 23 Nov", "2026-11-23"), ("Tuesday, 17 Nov", "2026-11-17")];
    let choices = choices.map(|(name, at)| (name.to_owned(), at.to_owned())).into();
    Moment { choices, ..Moment::default() }
}

fn past() -> Moment {
    Moment {
        at: "2026-11-17".to_owned(),
        words: "17 Nov 2026, 23:59 UTC".to_owned(),
        field: "2026-11-17T23:59".to_owned(),
        ..now()
    }
}

fn control(time: Moment) -> Drawn {
    let since = (!time.is_now()).then(|| "/since".to_owned());
    let links = TimeLinks {
        see: Box::new(|at| format!("/see/{at}")),
        compare: Some(Box::new(|at| format!("/compare/{at}"))),
        since,
    };
    draw(|| view! { <TimeControl time links/> })
}

#[test]
fn moments_are_links_and_a_field() {
    let page = control(now());
    assert_eq!(
        page.links(),
        ["/see/2026-11-23", "/compare/2026-11-23", "/see/2026-11-17", "/compare/2026-11-17"]
    );
    assert!(!page.text().contains("You see the catalog"), "{}", page.text());
    assert!(page.html().contains(r#"type="datetime-local" name="at" form="time-form""#), "{}", page.html());
}

#[test]
fn the_past_says_that_it_is_one() {
    let page = control(past());
    let text = page.text();
    assert!(text.contains("You see the catalog as of 17 Nov 2026, 23:59 UTC."), "{text}");
    assert!(text.contains("What is wrong with files is known of now alone"), "{text}");
    assert_eq!(page.links()[..2], ["/see/", "/since"]);
    let note = "The log begins later.".to_owned();
    let text = control(Moment { note, ..past() }).text();
    assert!(text.contains("The log begins later."), "{text}");
}

#[test]
fn a_list_of_the_past_keeps_its_moment_and_offers_no_file() {
    let query = EntityListQuery {
        at: "2026-11-17".to_owned(),
        sort: "kind".to_owned(),
        ..EntityListQuery::default()
    };
    let items = vec![model::EntitySummary {
        link: EntityLink { at: query.at.clone(), ..link("component:default/orders") },
        tags: vec!["rust".to_owned()],
        ..model::EntitySummary::default()
    }];
    let list = EntityList {
        items,
        total: 1,
        catalog_total: 1,
        page: 1,
        page_count: 1,
        time: past(),
        ..EntityList::default()
    };
    let page = draw(|| {
        let rows = Rows::new(Signal::stored(None), Callback::new(|_| ()));
        let list = ListShown::of(&query, list);
        view! { <ListView query list rows/> }
    });
    let html = page.html();
    // What the control of moments offers leads out of it.
    let (_, control) = html.split_once("class=\"time__menu\"").expect("the control of moments");
    let (control, _) = control.split_once("</details>").expect("its end");
    let is_offered = |link: &String| control.contains(&format!("href=\"{}\"", link.replace('&', "&amp;")));
    let leads_back = |link: &String| ["/catalog?sort=kind", "#results"].contains(&link.as_str());
    let is_since = |link: &String| link.starts_with("/catalog/compare?");
    let links = page.links().into_iter();
    let links: Vec<_> =
        links.filter(|link| !is_offered(link) && !leads_back(link) && !is_since(link)).collect();
    assert!(links.contains(&"/catalog/default/component/orders?at=2026-11-17".to_owned()), "{links:?}");
    assert!(links.iter().all(|link| link.contains("at=2026-11-17")), "{links:?}");
    assert!(html.contains(r#"type="hidden" name="at" value="2026-11-17""#), "{html}");
}

#[test]
fn changes_are_told_by_kind_and_field() {
    let change = |reference: &str, change: ChangeKind, fields: &[&str], before| EntityChange {
        link: link(reference),
        version: version(9, change, fields),
        before,
    };
    let kinds = [("api", [1, 0, 0]), ("component", [0, 1, 1])];
    let changes = ChangeList {
        from: past(),
        to: now(),
        list: EntityList { total: 3, catalog_total: 3, page: 1, page_count: 1, ..EntityList::default() },
        items: vec![
            change("api:default/fares", ChangeKind::Added, &[], None),
            change("component:default/orders", ChangeKind::Changed, &["spec.owner"], Some(4)),
            change("component:default/old", ChangeKind::Removed, &[], Some(5)),
        ],
        kinds: kinds.map(|(kind, counts)| KindChanges { kind: kind.to_owned(), counts }).into(),
        relations_added: 2,
        relations_removed: 1,
        left_off: 1_200,
    };
    let query = EntityListQuery { from: "2026-11-17".to_owned(), ..EntityListQuery::default() };
    let (of, from, to) = (query.clone(), past(), now());
    let page = draw(|| {
        view! { <ChangesView query changes/> }
    });
    let text = page.text();
    for words in [
        "From 17 Nov 2026, 23:59 UTC to now.",
        "3 entities changed.",
        "2 added, 1 removed",
        "APIs 1 added",
        "1 changed, 1 removed",
        "spec.owner",
        "1 200 entities with older changes were not compared",
    ] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    let links = page.links();
    for address in [
        "/catalog/default/api/fares/history?to=9",
        "/catalog/default/component/orders/history?from=4&to=9",
        "/catalog/default/component/old/history?from=5&to=9",
    ] {
        assert!(links.iter().any(|link| link == address), "no link to {address} in {links:?}");
    }
    let form = draw(|| view! { <MomentsForm query=of from to/> });
    assert_eq!(form.links(), ["/catalog/compare?from=2026-11-23", "/catalog/compare?from=2026-11-17"]);
}
