//! What stands below the catalog table: pages, and what can be done with a selection.

use leptos::prelude::*;
use model::{EntityListQuery, GraphQuery};

use super::list::ListShown;
use crate::browser;
use crate::catalog::address::Address;
use crate::catalog::rows::Rows;
use crate::ui::{CopyButton, Pagination};

/// Entities that a graph begins at, at most.
const MOST_ROOTS: usize = 50;

/// Below the table, always in sight: pages, and the selection.
pub(super) fn foot(query: &EntityListQuery, list: &ListShown, rows: Rows) -> AnyView {
    let selection = selection(&query.at, rows);
    let (query, page_count) = (query.clone(), list.page_count);
    let windowed = query.group.is_empty();
    let first = list.page;
    let pages = move || {
        let page = if windowed { rows.page().get() } else { first };
        let query = query.clone();
        view! { <Pagination page page_count href=move |page| query.on_page(page).href()/> }
    };
    let on_page = move |event: leptos::ev::MouseEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
        let link = browser::link_of(&event).filter(|_| windowed && plain);
        let page = link.and_then(|link| {
            let (_, parameters) = link.split_once('?').unwrap_or(("", ""));
            rows.scroll_to_page(EntityListQuery::from_query_string(parameters).page)
        });
        if page.is_some() {
            event.prevent_default();
        }
    };
    view! {
        <div class="list-foot">
            {selection}
            <div on:click=on_page>{pages}</div>
        </div>
    }
    .into_any()
}

/// How many are selected, and what can be done with them.
fn selection(at: &str, rows: Rows) -> AnyView {
    let selected = rows.selected();
    let count = move || {
        let count = selected.with(Vec::len);
        let limit = if rows.is_full() { ", which is the most" } else { "" };
        if count == 0 { String::new() } else { format!("{count} selected{limit}") }
    };
    let at = StoredValue::new(at.to_owned());
    let file = move |format: &'static str| {
        let href = move || {
            let entity_ref = selected.get();
            let parameters = EntityListQuery { entity_ref, ..EntityListQuery::default() }.to_query_string();
            format!("/api/portico/catalog.{format}?{parameters}")
        };
        view! { <a class="button button--quiet" href=href download="" rel="external">{format.to_uppercase()}</a> }
    };
    let graph = move || {
        let roots = selected.with(|selected| selected.iter().take(MOST_ROOTS).cloned().collect());
        GraphQuery { roots, max_depth: Some(1), at: at.get_value(), ..GraphQuery::default() }.href()
    };
    let listed = move || {
        let entity_ref = selected.get();
        EntityListQuery { entity_ref, at: at.get_value(), ..EntityListQuery::default() }.href()
    };
    // The files are of now.
    let files = at.with_value(String::is_empty).then(|| ["csv", "json"].map(file).collect_view());
    view! {
        <div class="selection" role="group" aria-label="Selection" hidden=move || selected.with(Vec::is_empty)>
            <p role="status">{count}</p>
            <span id="selected-references" hidden>{move || selected.with(|selected| selected.join("\n"))}</span>
            <CopyButton of="selected-references" label="Copy references" command="Copy the references of the selection"/>
            {files}
            <a class="button button--quiet" href=graph>"As a graph"</a>
            <a class="button button--quiet" href=listed>"Only these"</a>
            <button type="button" class="button button--quiet" on:click=move |_| rows.select(Vec::new())>"Clear"</button>
        </div>
    }
    .into_any()
}
