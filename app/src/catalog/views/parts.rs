//! Pieces that several of the catalog's pages show.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery};

use crate::catalog::address::Address;
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
