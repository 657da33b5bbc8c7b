//! What happened to an entity, from the log.

use leptos::prelude::*;
use model::{ChangeKind, ComparisonQuery, EntityLink, VersionSummary};

use crate::catalog::words;
use crate::ui::{Card, Moment, Timeline, TimelineStep};

/// So many changed fields are named; the rest is counted.
const FIELDS_SHOWN: usize = 6;

/// The versions, newest first, each with the way to what it changed; below them what runs did, as HTML that is safe.
pub(crate) fn history(
    link: &EntityLink,
    versions: Vec<VersionSummary>,
    runs_html: Option<String>,
) -> impl IntoView + use<> {
    let body = if versions.is_empty() {
        view! { <p class="muted">"The log holds no versions of this entity."</p> }.into_any()
    } else {
        let before: Vec<Option<i64>> =
            versions.iter().skip(1).map(|older| Some(older.seq)).chain([None]).collect();
        let items = versions.into_iter().zip(before).map(|(newer, from)| {
            let href = link.history_href(ComparisonQuery { from, to: Some(newer.seq) });
            version(newer, href, link)
        });
        let items = items.collect_view();
        view! {
            <Timeline>{items}</Timeline>
            <p class="card__foot">
                <a href=link.history_href(ComparisonQuery::default()) data-command="Compare versions">"Compare any two versions"</a>
            </p>
        }
        .into_any()
    };
    let runs = runs_html.map(|html| view! { <div class="history__runs" inner_html=html></div> });
    view! { <Card id="history" title="History">{body} {runs}</Card> }
}

/// One version.
fn version(version: VersionSummary, href: String, link: &EntityLink) -> impl IntoView + use<> {
    let left_off = version.fields.len().saturating_sub(FIELDS_SHOWN);
    let fields =
        version.fields.into_iter().take(FIELDS_SHOWN).map(|field| view! { <li><code>{field}</code></li> });
    let name = format!("version {}", version.seq);
    // A tombstone has nothing to show.
    let then = (version.change != ChangeKind::Removed).then(|| {
        let then = EntityLink { at: version.seq.to_string(), ..link.clone() }.href();
        let label = format!("As of version {}", version.seq);
        view! { ", "<a href=then aria-label=label>"as of then"</a> }
    });
    view! {
        <TimelineStep>
            <p>
                <strong>{words::change(version.change)}</strong>
                " "
                <span class="muted small"><Moment at=version.at/>", "<a href=href>{name}</a>{then}</span>
            </p>
            <ul class="history__fields">
                {fields.collect_view()}
                {(left_off > 0).then(|| view! { <li class="muted small">{format!("and {left_off} more fields")}</li> })}
            </ul>
        </TimelineStep>
    }
}
