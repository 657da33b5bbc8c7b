//! The catalog table with its filters.

use leptos::prelude::*;
use model::{EntityGroup, EntityListQuery, EntitySummary};
use serde::{Deserialize, Serialize};

use super::list_foot::foot;
use super::list_groups::groups;
use super::list_rows::table;
use crate::answer::Drawn;
use crate::catalog::rows::Rows;
use crate::ui::server_html;

/// What the catalog table shows: a `model::EntityList` of which all but the lines is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListShown {
    /// The lines; none where they stand in groups.
    pub items: Vec<EntitySummary>,
    /// The groups of this page.
    pub groups: Vec<EntityGroup>,
    /// Entities on all pages.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub page_count: u32,
    /// What is drawn.
    pub drawn: Drawn,
}

#[cfg(feature = "ssr")]
impl ListShown {
    /// Draws what a browser need not know piece by piece.
    #[must_use]
    pub fn of(query: &EntityListQuery, list: model::EntityList) -> Self {
        let drawn = super::list_frame::draw(query, &list);
        let model::EntityList { items, groups, total, page, page_count, .. } = list;
        Self { items, groups, total, page, page_count, drawn }
    }
}

/// One page of the catalog. Part of a GET form, which the filters belong to.
#[component]
pub fn ListView(
    /// The state of the address.
    query: EntityListQuery,
    /// What the service answered.
    list: ListShown,
    /// The state of the rows in the browser.
    rows: Rows,
) -> impl IntoView {
    rows.take(&query, &list);
    // Effects run in the browser alone, when what is drawn is there.
    Effect::new(move |_| rows.start());
    let results = if list.items.is_empty() && list.groups.is_empty() {
        ().into_any()
    } else if query.group.is_empty() {
        table(&query, &list, rows)
    } else {
        groups(&query, &list, rows)
    };
    let foot = foot(&query, &list, rows);
    let Drawn { time, panel, lead, .. } = list.drawn;
    view! {
        {server_html(time)}
        <div class="listing">
            <a class="skip-link skip-link--here" href="#results" rel="external">"Skip filters"</a>
            {server_html(panel)}
            <div class="listing__main" id="results" tabindex="-1">
                {server_html(lead)}
                <div
                    class="results"
                    on:keydown=move |event| rows.on_key(&event)
                    on:click=move |event| rows.on_click(&event)
                >
                    {results}
                </div>
                {foot}
            </div>
        </div>
    }
    .into_any()
}
