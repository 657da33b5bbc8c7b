//! The side of the entity page: facts, links, labels and annotations.

use leptos::prelude::*;
use model::{EntityDetail, Link, Portion, VersionSummary};

use super::parts::entity_link;
use crate::catalog::words;
use crate::ui::{Age, Card, Icon};

/// Who, what, where.
pub(crate) fn facts(detail: &EntityDetail) -> impl IntoView + use<> {
    let EntityDetail { summary, email, source_file, view_url, edit_url, history, .. } = detail;
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
    let source =
        source_file.as_ref().map(|file| view! { <code class="path">{file.clone()}</code> }.into_any());
    let email = email.as_ref().map(|email| outside_link(&format!("mailto:{email}"), email));
    let view_url = view_url.as_ref().map(|url| outside_command(url, "View source", Some("View the source")));
    let edit_url = edit_url.as_ref().map(|url| outside_command(url, "Edit source", Some("Edit the source")));
    let changed =
        history.first().map(|version: &VersionSummary| view! { <Age at=version.at.clone()/> }.into_any());
    let rows = [
        fact("Owner", owner),
        fact("System", summary.system.as_ref().map(entity_link)),
        fact("Type", text(summary.spec_type.as_deref())),
        fact("Lifecycle", text(summary.lifecycle.as_deref())),
        fact("Namespace", text(Some(&summary.link.namespace))),
        fact("E-mail", email),
        fact("Source", source),
        fact("View", view_url),
        fact("Edit", edit_url),
        fact("Changed", changed),
    ];
    view! { <Card id="facts" title="Facts"><dl class="facts">{rows.collect_view()}</dl></Card> }
}

/// The links that the entity's file lists.
pub(crate) fn links(links: Portion<Link>) -> Option<impl IntoView> {
    (links.total() > 0).then(|| {
        let row = |link: &Link| {
            let title = link.title.as_deref().unwrap_or(&link.url);
            view! { <li>{outside_link(&link.url, title)}</li> }
        };
        view! {
            <Card id="links" title="Links">
                <ul class="rows">{links.shown.iter().map(row).collect_view()}</ul>
                {left_off(links.left_off)}
            </Card>
        }
    })
}

/// Labels and annotations, folded: machines read them more than people.
pub(crate) fn metadata(
    labels: Portion<(String, String)>,
    annotations: Portion<(String, String)>,
) -> Option<impl IntoView> {
    let pairs = |title: &'static str, pairs: Portion<(String, String)>| {
        (pairs.total() > 0).then(|| {
            let rows = pairs.shown.into_iter().map(|(key, value)| {
                view! { <div><dt>{key}</dt><dd>{value}</dd></div> }
            });
            view! {
                <h3>{title}</h3>
                <dl class="pairs">{rows.collect_view()}</dl>
                {left_off(pairs.left_off)}
            }
        })
    };
    (labels.total() > 0 || annotations.total() > 0).then(|| {
        view! {
            <Card id="metadata" title="Labels and annotations">
                {pairs("Labels", labels)}
                {pairs("Annotations", annotations)}
            </Card>
        }
    })
}

/// Says that there are more.
fn left_off(count: u32) -> Option<impl IntoView> {
    (count > 0).then(|| view! { <p class="muted small">{format!("and {} more", words::grouped(count))}</p> })
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
