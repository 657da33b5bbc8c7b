//! What stands around the catalog table: filters, columns, groups, files, and why there is nothing to see. Written on the
//! server, because a browser need not know it piece by piece.

use leptos::prelude::*;
use model::{EntityList, EntityListQuery};

use super::list_conditions::{add_filter, conditions, hidden_fields};
use super::time::{TimeLinks, band, menu};
use crate::answer::Drawn;
use crate::catalog::address::Address;
use crate::catalog::filters::ENTITY_FILTERS;
use crate::catalog::words;
use crate::drawn::html;
use crate::ui::{EmptyState, FilterPanel, Icon};

/// The orders that are offered, as they stand in the address, with their names.
const ORDERS: [(&str, &str); 6] = [
    ("", "Name"),
    ("-name", "Name, from Z to A"),
    ("kind", "Kind"),
    ("type", "Type"),
    ("owner", "Owner"),
    ("lifecycle", "Lifecycle"),
];

/// All of it.
pub(super) fn draw(query: &EntityListQuery, list: &EntityList) -> Drawn {
    let links = links(query);
    Drawn {
        time: html(|| band(&list.time, &links)),
        panel: html(|| filters(query, list)),
        lead: html(|| lead(query, list, &links)),
        ..Drawn::default()
    }
}

/// Where other moments lead: the filters stay as they are.
fn links(query: &EntityListQuery) -> TimeLinks {
    let (seen, compared) = (query.on_page(1), query.on_page(1));
    let compare =
        move |at: &str| EntityListQuery { from: at.to_owned(), at: String::new(), ..compared.clone() }.href();
    TimeLinks {
        since: (!query.at.is_empty()).then(|| compare(&query.at)),
        see: Box::new(move |at| EntityListQuery { at: at.to_owned(), ..seen.clone() }.href()),
        compare: Some(Box::new(compare)),
    }
}

/// How many there are, and what they are chosen by.
fn lead(query: &EntityListQuery, list: &EntityList, links: &TimeLinks) -> AnyView {
    let entities = words::count(list.catalog_total, "entity", "entities");
    let mut shown = match list.total {
        total if total == list.catalog_total => entities,
        total => format!("{} of {entities}", words::grouped(total)),
    };
    if !query.group.is_empty() {
        shown = format!("{shown} in {}", words::count(list.group_count, "group", "groups"));
    }
    let nothing = (list.items.is_empty() && list.groups.is_empty()).then(|| empty(query, list));
    view! {
        <div class="result-line">
            <p class="result-count" role="status">{shown}</p>
            {add_filter()}
            {tools(query, list.total, menu(&list.time, links))}
        </div>
        {conditions(query, list).map(|conditions| view! { <div class="conditions">{conditions}</div> })}
        {hidden_fields(query)}
        {nothing}
    }
    .into_any()
}

/// Columns, groups, and the whole list as a file.
fn tools(query: &EntityListQuery, total: u32, moments: AnyView) -> AnyView {
    view! {
        <div class="tools">
            {groups(query)}
            {columns(query)}
            {downloads(query, total)}
            {moments}
        </div>
    }
    .into_any()
}

/// The fields to group by.
fn groups(query: &EntityListQuery) -> AnyView {
    let title = |param: &str| {
        ENTITY_FILTERS.iter().find(|filter| filter.param == param).map_or("Nothing", |filter| filter.title)
    };
    let group = |param: &'static str| {
        let next = EntityListQuery { group: param.to_owned(), page: 1, ..query.clone() };
        let title = title(param);
        (title, format!("Group by {}", title.to_lowercase()), next.href(), query.group == param)
    };
    let groups = [""].into_iter().chain(EntityListQuery::GROUPS).map(group);
    let name = format!("Group by: {}", title(&query.group).to_lowercase());
    choices(name, "Group by", "one", groups)
}

/// The columns to choose from.
fn columns(query: &EntityListQuery) -> AnyView {
    let column = |column: &'static str| {
        let shown = query.shows(column);
        let command = format!("{} the column {column}", if shown { "Hide" } else { "Show" });
        (words::sentence(column), command, query.with_column(column, !shown).href(), shown)
    };
    choices("Columns".to_owned(), "Columns", "many", EntityListQuery::COLUMNS.into_iter().skip(1).map(column))
}

/// Choices that unfold, `one` or `many` of them to be made: what they are called, alone and as a command, where they lead,
/// and whether they are chosen.
fn choices<T: Into<String>>(
    name: String,
    label: &'static str,
    pop: &'static str,
    choices: impl Iterator<Item = (T, String, String, bool)>,
) -> AnyView {
    let choice = |(title, command, href, chosen): (T, String, String, bool)| {
        let sign = chosen.then(|| view! { <Icon name="ok"/> });
        let title: String = title.into();
        view! {
            <li>
                <a
                    class="facet__row"
                    href=href
                    aria-current=chosen.then_some("true")
                    data-noscroll=""
                    data-command=command
                >
                    {sign}
                    <span class="facet__label">{title}</span>
                </a>
            </li>
        }
    };
    view! {
        <details class="pop" data-pop=pop>
            <summary>{name}</summary>
            <ul class="pop__panel" aria-label=label>{choices.map(choice).collect_view()}</ul>
        </details>
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
pub(super) fn filters(query: &EntityListQuery, list: &EntityList) -> AnyView {
    let chosen: usize = ENTITY_FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let groups = ENTITY_FILTERS.iter().filter_map(|filter| {
        let facet = list.facets.iter().find(|facet| facet.key == filter.key);
        let (values, titles) = facet.map_or((&[][..], &[][..]), |facet| (&facet.values, &facet.titles));
        filter.group(query, values, titles, facet.map_or(0, |facet| facet.left_off))
    });
    // Changes have an order of their own.
    let order = query.from.is_empty().then(|| {
        let orders = ORDERS.map(|(value, name)| {
            let selected = value == query.sort || (value.is_empty() && query.sort == "name");
            view! { <option value=value selected=selected>{name}</option> }
        });
        view! {
            <div class="filters__sort">
                <label for="sort">"Sort by"</label>
                <select id="sort" name="sort">{orders.collect_view()}</select>
            </div>
        }
        .into_any()
    });
    let fields = view! {
        {groups.collect_view()}
        {order}
    };
    view! { <FilterPanel chosen fields=fields.into_any()/> }.into_any()
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
