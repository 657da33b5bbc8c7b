//! Where a graph could start.

use leptos::prelude::*;
use model::{EntityLink, GraphQuery, Portion};

use crate::catalog::address::Address;
use crate::catalog::filters::Search as _;
use crate::catalog::words;
use crate::ui::{EmptyState, Icon, kind_icon};

/// Entities to start at, or to add to what the graph is about.
pub(super) fn starts(query: &GraphQuery, found: Portion<EntityLink>) -> AnyView {
    let Portion { shown, left_off } = found;
    if shown.is_empty() {
        let clear = query.searching("").href();
        return view! {
            <EmptyState title="No entity matches">
                <p>"Try another word, or "<a href=clear>"clear the search"</a>"."</p>
            </EmptyState>
        }
        .into_any();
    }
    let item = |link: &EntityLink| {
        let mut next = query.searching("");
        next.roots.push(link.entity_ref.clone());
        let name = link.title.clone();
        view! {
            <li>
                <a class="graph-start" href=next.href()>
                    <Icon name=kind_icon(&link.kind)/>
                    <span>{name}<span class="muted small">{words::kind(&link.kind)}</span></span>
                </a>
            </li>
        }
    };
    let more = (left_off > 0)
        .then(|| view! { <p class="muted small">{format!("and {} more: search for more of the name.", words::grouped(left_off))}</p> });
    view! {
        <ul class="graph-starts" aria-label="Entities to start at">{shown.iter().map(item).collect_view()}</ul>
        {more}
    }
    .into_any()
}
