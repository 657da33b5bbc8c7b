//! What stands above every page about an entity: the way up, its name, and the tabs.

use leptos::prelude::*;
use model::{ComparisonQuery, EntityLink, EntityListQuery};

use crate::catalog::address::Address as _;
use crate::catalog::words;
use crate::ui::{Tab, Tabs};

/// The pages about one entity. A capability adds a line to [`tabs`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntityTab {
    /// What it is.
    Overview,
    /// Who breaks if it goes.
    Dependents,
    /// What became of it.
    History,
}

/// The tabs of an entity.
pub(super) fn tabs(link: &EntityLink, open: EntityTab) -> AnyView {
    let all = [
        (EntityTab::Overview, "Overview", link.href()),
        (EntityTab::Dependents, "Dependents", link.dependents_href()),
        (EntityTab::History, "History", link.history_href(ComparisonQuery::default())),
    ];
    let tab = |(tab, title, href): (EntityTab, &str, String)| Tab {
        href,
        title: title.to_owned(),
        count: None,
        current: tab == open,
    };
    view! { <Tabs label="About this entity" tabs=all.map(tab).into()/> }.into_any()
}

/// The pages above that of an entity: the catalog, its kind there, its namespace if that is worth saying.
pub(crate) fn above(link: &EntityLink) -> Vec<(String, String)> {
    let kind = words::kind(&link.kind);
    let mut query = EntityListQuery { at: link.at.clone(), ..EntityListQuery::default() };
    let catalog = query.href();
    query.kind = vec![kind.clone()];
    let mut above = vec![("Catalog".to_owned(), catalog), (words::kinds(&kind), query.href())];
    if link.namespace != "default" {
        query.namespace = vec![link.namespace.clone()];
        above.push((link.namespace.clone(), query.href()));
    }
    above
}
