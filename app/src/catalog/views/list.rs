//! The catalog table with its filters.

use leptos::prelude::*;
use model::{EntityList, EntityListQuery};

use super::list_conditions::{add_filter, conditions, hidden_fields};
use super::list_groups::groups;
use super::list_rows::table;
use super::list_tools::{foot, tools};
use crate::catalog::query::{Address, ENTITY_FILTERS};
use crate::catalog::rows::Rows;
use crate::catalog::words;
use crate::ui::{EmptyState, FacetGroup};

/// The orders that are offered, as they stand in the address, with their names.
const ORDERS: [(&str, &str); 6] = [
    ("name", "Name"),
    ("-name", "Name, from Z to A"),
    ("kind", "Kind"),
    ("type", "Type"),
    ("owner", "Owner"),
    ("lifecycle", "Lifecycle"),
];

/// One page of the catalog. Part of a GET form, which the filters belong to.
#[component]
pub fn ListView(
    /// The state of the address.
    query: EntityListQuery,
    /// What the service answered.
    list: EntityList,
    /// The state of the rows in the browser.
    rows: Rows,
    /// Whether scripts run, so that changes need no button.
    #[prop(into)]
    immediate: Signal<bool>,
    /// Called with the next state when a filter changes.
    on_change: Callback<EntityListQuery>,
) -> impl IntoView {
    rows.take(&query, &list);
    // Effects run in the browser alone, when what is drawn is there.
    Effect::new(move |_| rows.start());
    let filters = filters(&query, &list, immediate, on_change);
    let results = if list.items.is_empty() && list.groups.is_empty() {
        empty(&query, &list)
    } else if query.group.is_empty() {
        table(&query, &list, rows)
    } else {
        groups(&query, &list, rows, immediate)
    };
    let entities = words::count(list.catalog_total, "entity", "entities");
    let mut shown = match list.total {
        total if total == list.catalog_total => entities,
        total => format!("{} of {entities}", words::grouped(total)),
    };
    if !query.group.is_empty() {
        shown = format!("{shown} in {}", words::count(list.group_count, "group", "groups"));
    }
    view! {
        <div class="listing">
            <a class="skip-link skip-link--here" href="#results" rel="external">"Skip filters"</a>
            {filters}
            <div class="listing__main" id="results" tabindex="-1">
                <div class="result-line">
                    <p class="result-count" role="status">{shown}</p>
                    {tools(&query, list.total, on_change)}
                </div>
                <div class="conditions">
                    {conditions(&query, &list)}
                    {add_filter(&query, on_change)}
                    {hidden_fields(&query)}
                </div>
                <div
                    class="results"
                    on:keydown=move |event| rows.on_key(&event)
                    on:click=move |event| rows.on_click(&event)
                >
                    {results}
                </div>
                {foot(&query, &list, rows)}
            </div>
        </div>
    }
    .into_any()
}

/// The filter panel.
pub(super) fn filters(
    query: &EntityListQuery,
    list: &EntityList,
    immediate: Signal<bool>,
    on_change: Callback<EntityListQuery>,
) -> AnyView {
    let chosen: usize = ENTITY_FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let groups = ENTITY_FILTERS.iter().filter_map(|filter| {
        let facet = list.facets.iter().find(|facet| facet.key == filter.key);
        let (values, titles) = facet.map_or((&[][..], &[][..]), |facet| (&facet.values, &facet.titles));
        let choices = filter.choices(query, values, titles);
        let left_off = facet.map_or(0, |facet| facet.left_off);
        let query = query.clone();
        let on_toggle = Callback::new(move |value: String| on_change.run(filter.toggled(&query, &value)));
        // A single choice that is not chosen would leave the list as it is.
        let useful = choices.len() > 1 || choices.iter().any(|choice| choice.chosen);
        useful
            .then(|| view! { <FacetGroup title=filter.title name=filter.param choices left_off on_toggle/> })
    });
    let sort = query.sort.clone();
    let sorted = query.clone();
    let orders = ORDERS.map(|(value, name)| {
        let selected = value == sort || (sort.is_empty() && value == "name");
        view! { <option value=value selected=selected>{name}</option> }
    });
    view! {
        <details class="filters">
            <summary>
                "Filters"
                {(chosen > 0).then(|| view! { <span class="filters__count">{format!("{chosen} active")}</span> })}
            </summary>
            <div class="filters__body" role="group" aria-label="Filters">
                {[("from", &query.from), (if query.from.is_empty() { "at" } else { "to" }, &query.at)].map(|(name, at)| {
                    (!at.is_empty()).then(|| view! { <input type="hidden" name=name value=at.clone()/> })
                }).collect_view()}
                {groups.collect_view()}
                // Changes have an order of their own.
                <div class="filters__sort" hidden=!query.from.is_empty()>
                    <label for="sort">"Sort by"</label>
                    <select
                        id="sort"
                        name="sort"
                        on:change=move |event| {
                            let sort = event_target_value(&event);
                            on_change.run(EntityListQuery { sort, page: 1, ..sorted.clone() });
                        }
                    >
                        {orders.collect_view()}
                    </select>
                </div>
                <button type="submit" class="button" hidden=move || immediate.get()>"Apply filters"</button>
            </div>
        </details>
    }
    .into_any()
}

/// Why there is nothing to see.
fn empty(query: &EntityListQuery, list: &EntityList) -> AnyView {
    if list.catalog_total == 0 && !list.time.is_now() {
        let note = list.time.note.clone();
        return view! {
            <EmptyState title="Nothing is known of this moment">
                <p>{note}</p>
            </EmptyState>
        }
        .into_any();
    }
    if list.catalog_total == 0 {
        return view! {
            <EmptyState title="The catalog is empty">
                <p>"No file with entities has been read. " <a href="/problems">"See the problems"</a>
                   ", or start Portico with the folders that hold your files:"</p>
                <p><code>"portico serve --catalog PATH"</code></p>
            </EmptyState>
        }
        .into_any();
    }
    if list.total > 0 {
        let first = query.on_page(1).href();
        return view! {
            <EmptyState title="This page is past the end">
                <p><a href=first>"Go to the first page"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let clear = query.cleared().href();
    let reason =
        format!("The filters leave out all {}. ", words::count(list.catalog_total, "entity", "entities"));
    view! {
        <EmptyState title="No entity matches">
            <p>
                {reason}
                "Remove one above, or "
                <a href=clear data-noscroll="">"clear all filters"</a>"."
            </p>
        </EmptyState>
    }
    .into_any()
}
