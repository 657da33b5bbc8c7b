//! The side of the entity page: facts, links, labels and annotations.

use leptos::prelude::*;
use model::{Entity, EntitySummary, VersionSummary};

use super::parts::{entity_link, outside_link};
use crate::ui::{Age, Card};

/// Annotations that say where the source can be seen and edited.
const VIEW_URL: &str = "backstage.io/view-url";
const EDIT_URL: &str = "backstage.io/edit-url";

/// Who, what, where.
pub(crate) fn facts(
    summary: &EntitySummary,
    entity: &Entity,
    source_file: Option<&str>,
    newest: Option<&VersionSummary>,
) -> impl IntoView + use<> {
    let fact = |title: &'static str, value: Option<AnyView>| {
        value.map(|value| view! { <div><dt>{title}</dt><dd>{value}</dd></div> })
    };
    let text = |value: Option<&str>| value.map(|value| value.to_owned().into_any());
    let missing_owner = || view! { <span class="muted">"Nobody"</span> }.into_any();
    let owner = match &summary.owner {
        Some(owner) => Some(entity_link(owner)),
        // People and groups own others; that they have no owner says nothing.
        None if ["group", "user", "location"].contains(&summary.link.kind.to_ascii_lowercase().as_str()) => {
            None
        }
        None => Some(missing_owner()),
    };
    let source = source_file.map(|file| view! { <code class="path">{file.to_owned()}</code> }.into_any());
    let view_url = entity.annotation(VIEW_URL).map(|url| outside_link(url, "View source"));
    let edit_url = entity.annotation(EDIT_URL).map(|url| outside_link(url, "Edit source"));
    let changed = newest.map(|version| view! { <Age at=version.at.clone()/> }.into_any());
    let rows = [
        fact("Owner", owner),
        fact("System", summary.system.as_ref().map(entity_link)),
        fact("Type", text(summary.spec_type.as_deref())),
        fact("Lifecycle", text(summary.lifecycle.as_deref())),
        fact("Namespace", text(Some(&summary.link.namespace))),
        fact("Source", source),
        fact("View", view_url),
        fact("Edit", edit_url),
        fact("Changed", changed),
    ];
    view! { <Card id="facts" title="Facts"><dl class="facts">{rows.collect_view()}</dl></Card> }
}

/// The links that the entity's file lists.
pub(crate) fn links(entity: &Entity) -> Option<impl IntoView + use<>> {
    let links = entity.links();
    (!links.is_empty()).then(|| {
        let row = |link: &model::Link| {
            let title = link.title.as_deref().unwrap_or(&link.url);
            view! { <li>{outside_link(&link.url, title)}</li> }
        };
        view! { <Card id="links" title="Links"><ul class="rows">{links.iter().map(row).collect_view()}</ul></Card> }
    })
}

/// Labels and annotations, folded: machines read them more than people.
pub(crate) fn metadata(entity: &Entity) -> Option<impl IntoView + use<>> {
    let pairs = |title: &'static str, pairs: Vec<(String, String)>| {
        (!pairs.is_empty()).then(|| {
            let rows = pairs.into_iter().map(|(key, value)| {
                view! { <div><dt>{key}</dt><dd>{value}</dd></div> }
            });
            view! { <h3>{title}</h3><dl class="pairs">{rows.collect_view()}</dl> }
        })
    };
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let labels: Vec<_> = entity.labels().map(owned).collect();
    let annotations: Vec<_> = entity.annotations().map(owned).collect();
    (!labels.is_empty() || !annotations.is_empty()).then(|| {
        view! {
            <Card id="metadata" title="Labels and annotations">
                {pairs("Labels", labels)}
                {pairs("Annotations", annotations)}
            </Card>
        }
    })
}
