//! What happened to an entity, from the log.

use leptos::prelude::*;
use model::VersionSummary;

use crate::catalog::words;
use crate::ui::{Card, Moment};

/// So many changed fields are named; the rest is counted.
const FIELDS_SHOWN: usize = 6;

/// The versions, newest first.
pub(crate) fn history(versions: Vec<VersionSummary>) -> impl IntoView {
    let body = if versions.is_empty() {
        view! { <p class="muted">"The log holds no versions of this entity."</p> }.into_any()
    } else {
        view! { <ol class="history">{versions.into_iter().map(version).collect_view()}</ol> }.into_any()
    };
    view! { <Card id="history" title="History">{body}</Card> }
}

/// One version.
fn version(version: VersionSummary) -> impl IntoView {
    let left_off = version.fields.len().saturating_sub(FIELDS_SHOWN);
    let fields =
        version.fields.into_iter().take(FIELDS_SHOWN).map(|field| view! { <li><code>{field}</code></li> });
    view! {
        <li>
            <p>
                <strong>{words::change(version.change)}</strong>
                " "
                <span class="muted small"><Moment at=version.at/>{format!(", version {}", version.seq)}</span>
            </p>
            <ul class="history__fields">
                {fields.collect_view()}
                {(left_off > 0).then(|| view! { <li class="muted small">{format!("and {left_off} more fields")}</li> })}
            </ul>
        </li>
    }
}
