//! The catalog table with its filters.

use leptos::prelude::*;
use model::{EntityList, EntityListQuery, EntitySummary};

use super::parts::{entity_link, tags};
use crate::catalog::query::{Address, ENTITY_FILTERS};
use crate::catalog::words;
use crate::ui::{Badge, Chips, EmptyState, FacetGroup, KindBadge, Pagination, SortableHeader, Sorting, Tone};

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
    /// Whether scripts run, so that changes need no button.
    #[prop(into)]
    immediate: Signal<bool>,
    /// Called with the next state when a filter changes.
    on_change: Callback<EntityListQuery>,
) -> impl IntoView {
    let filters = filters(&query, &list, immediate, on_change);
    let results = if list.items.is_empty() { empty(&query, &list) } else { table(&query, &list) };
    let shown = match list.total {
        total if total == list.catalog_total => words::count(total, "entity", "entities"),
        total => {
            format!("{} of {}", words::grouped(total), words::count(list.catalog_total, "entity", "entities"))
        }
    };
    view! {
        <div class="listing">
            {filters}
            <div class="listing__main">
                <div class="result-line">
                    <p class="result-count" role="status">{shown}</p>
                    {downloads(&query, list.total)}
                </div>
                {chips(&query)}
                {results}
            </div>
        </div>
    }
    .into_any()
}

/// The whole list as a file.
fn downloads(query: &EntityListQuery, total: u32) -> Option<AnyView> {
    let parameters = EntityListQuery { page: 1, ..query.clone() }.to_query_string();
    // The files are of now.
    (total > 0 && query.at.is_empty()).then(|| {
        let link = |format: &str, name: &'static str| {
            let href = format!("/api/portico/catalog.{format}?{parameters}");
            let command = format!("Download this list as {name}");
            view! { <a href=href download="" rel="external" data-command=command>{name}</a> }
        };
        view! {
            <p class="downloads">
                <span class="visually-hidden">"Download this list as "</span>
                {link("csv", "CSV")}
                {link("json", "JSON")}
            </p>
        }
        .into_any()
    })
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
        let choices = filter.choices(query, facet.map_or(&[][..], |facet| &facet.values));
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

/// What is filtered by, as links that take it away.
pub(super) fn chips(query: &EntityListQuery) -> AnyView {
    let mut chips: Vec<_> = ENTITY_FILTERS
        .iter()
        .flat_map(|filter| {
            filter.chosen(query).iter().map(|value| {
                (filter.title.to_owned(), (filter.label)(value), filter.toggled(query, value).href())
            })
        })
        .collect();
    if !query.text.is_empty() {
        chips.insert(0, ("Text".to_owned(), query.text.clone(), query.searching("").href()));
    }
    let clear = query.cleared().href();
    view! { <Chips chips clear/> }.into_any()
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

/// The results.
fn table(query: &EntityListQuery, list: &EntityList) -> AnyView {
    let header = |column: &'static str, title: &'static str, class: &'static str| {
        let current = if query.sort.is_empty() { "name" } else { &query.sort };
        let (sorting, next) = if current == column {
            (Sorting::Ascending, format!("-{column}"))
        } else if current.strip_prefix('-') == Some(column) {
            (Sorting::Descending, column.to_owned())
        } else {
            (Sorting::None, column.to_owned())
        };
        let href = EntityListQuery { sort: next, page: 1, ..query.clone() }.href();
        view! { <SortableHeader title=title sorting href class=class/> }
    };
    let paged = query.clone();
    view! {
        <table class="table">
            <caption class="visually-hidden">"Entities of the catalog"</caption>
            <thead>
                <tr>
                    {header("name", "Name", "")}
                    {header("kind", "Kind", "")}
                    {header("type", "Type", "wide")}
                    {header("owner", "Owner", "medium")}
                    <th scope="col" class="widest">"System"</th>
                    {header("lifecycle", "Lifecycle", "wide")}
                </tr>
            </thead>
            <tbody>{list.items.iter().map(row).collect_view()}</tbody>
        </table>
        <Pagination page=list.page page_count=list.page_count href=move |page| paged.on_page(page).href()/>
    }
    .into_any()
}

/// One entity.
fn row(entity: &EntitySummary) -> impl IntoView + use<> {
    let problems = (entity.problem_count > 0).then(|| {
        let text = words::count(entity.problem_count, "problem", "problems");
        view! { <Badge text tone=Tone::Warning/> }
    });
    let owner = entity.owner.as_ref().map(entity_link);
    let meta: Vec<&str> = entity
        .spec_type
        .as_deref()
        .into_iter()
        .chain(entity.owner.as_ref().map(|owner| owner.title.as_str()))
        .chain(entity.lifecycle.as_deref())
        .collect();
    let meta = (!meta.is_empty()).then(|| view! { <span class="table__meta">{meta.join(" · ")}</span> });
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">{entity_link(&entity.link)}{problems}</span>
                {meta}
                {entity.description.clone().map(|text| view! { <span class="table__text">{text}</span> })}
                {tags(&entity.tags, 4, &entity.link.at)}
            </th>
            <td><KindBadge kind=entity.link.kind.clone()/></td>
            <td class="wide">{entity.spec_type.clone()}</td>
            <td class="medium">{owner}</td>
            <td class="widest">{entity.system.as_ref().map(entity_link)}</td>
            <td class="wide">{entity.lifecycle.clone()}</td>
        </tr>
    }
    .into_any()
}
