//! Pieces that several of the catalog's pages show.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery};

use crate::catalog::query::Address;
use crate::catalog::words;
use crate::ui::{Icon, Tag};

/// An entity by its title; as text with the reason where the catalog has no such entity.
pub(crate) fn entity_link(link: &EntityLink) -> AnyView {
    let title = link.title.clone();
    if link.exists {
        view! { <a href=link.href() title=link.entity_ref.clone()>{title}</a> }.into_any()
    } else {
        view! {
            <span class="missing">
                <Icon name="missing"/>
                <span>{link.entity_ref.clone()}</span>
                <span class="missing__reason">" is not in the catalog"</span>
            </span>
        }
        .into_any()
    }
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

/// Tags, each a link to everything that carries it at a moment.
pub(crate) fn tags(tags: &[String], most: usize, at: &str) -> AnyView {
    let more = tags.len().saturating_sub(most);
    if tags.is_empty() {
        return ().into_any();
    }
    view! {
        <ul class="tags" aria-label="Tags">
            {tags.iter().take(most).map(|tag| {
                let query = EntityListQuery { tag: vec![tag.clone()], at: at.to_owned(), ..EntityListQuery::default() };
                view! { <li><Tag text=tag.clone() href=query.href()/></li> }
            }).collect_view()}
            {(more > 0).then(|| view! { <li class="muted small">{format!("and {more} more")}</li> })}
        </ul>
    }
    .into_any()
}

/// A web or mail address from a file as a link, and as text when it is anything else: a file must not be able to put
/// a script behind a click.
pub(crate) fn outside_link(url: &str, title: &str) -> AnyView {
    outside_command(url, title, None)
}

/// An [`outside_link`] that is among the commands of the page.
pub(crate) fn outside_command(url: &str, title: &str, command: Option<&'static str>) -> AnyView {
    let lower = url.trim_start().to_ascii_lowercase();
    let safe = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    if safe {
        view! { <a href=url.to_owned() rel="external noopener" data-command=command>{title.to_owned()}<Icon name="outside"/></a> }
            .into_any()
    } else {
        view! { <span>{title.to_owned()}" "<code>{url.to_owned()}</code></span> }.into_any()
    }
}
