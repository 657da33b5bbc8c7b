//! Who breaks if an entity goes.

use leptos::prelude::*;
use model::{DependentsPage, GraphQuery};

use super::entity_head::{EntityTab, above, tabs};
use super::graph_words::breakage;
use crate::ui::{Breadcrumbs, KindBadge};

/// Those that break, the nearest first, drawn.
#[component]
pub fn DependentsView(
    /// What the service answered.
    page: DependentsPage,
) -> impl IntoView {
    let DependentsPage { link, dependents, .. } = page;
    let query = GraphQuery { at: link.at.clone(), ..GraphQuery::around(&link.entity_ref) };
    let mut above = above(&link);
    above.push((link.title.clone(), link.href()));
    view! {
        <Breadcrumbs above here="Dependents"/>
        <header class="entity-head">
            <KindBadge kind=link.kind.clone()/>
            <h1>{link.title.clone()}</h1>
            <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
        </header>
        {tabs(&link, EntityTab::Dependents)}
        {breakage(&query, dependents)}
    }
    .into_any()
}
