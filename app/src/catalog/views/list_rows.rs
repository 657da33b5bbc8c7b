//! The rows of the catalog table.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery, EntitySummary};

use super::list::ListShown;
use super::parts::{entity_link, tags};
use crate::catalog::address::Address;
use crate::catalog::rows::{PAGE, Rows};
use crate::catalog::words;
use crate::ui::{Age, Badge, Icon, KindBadge, SortableHeader, Sorting, Tone};

/// Columns of their own, as they stand in the address: title, class, and whether the table can be sorted by it.
const CELLS: [(&str, &str, &str, bool); 8] = [
    ("kind", "Kind", "col-kind", true),
    ("type", "Type", "col-type wide", true),
    ("owner", "Owner", "col-owner medium", true),
    ("system", "System", "col-owner widest", false),
    ("lifecycle", "Lifecycle", "col-type wide", true),
    ("namespace", "Namespace", "col-type wide", false),
    ("file", "File", "col-file wide", false),
    ("changed", "Changed", "col-type wide", false),
];
/// Tags that fit into a row.
const TAGS: usize = 2;

/// The columns that a query shows.
fn cells(
    query: &EntityListQuery,
) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str, bool)> {
    CELLS.iter().filter(|(column, ..)| query.shows(column))
}

/// The table in one piece.
pub(super) fn table(query: &EntityListQuery, list: &ListShown, rows: Rows) -> AnyView {
    let earlier = (list.page > 1).then(|| {
        let before = (list.page - 1) * PAGE;
        let text = format!("{} before this page", words::count(before, "entity", "entities"));
        view! { <p class="table__earlier"><a href=query.on_page(list.page - 1).href() rel="prev">{text}</a></p> }
    });
    let query = StoredValue::new(query.clone());
    let part = move |page: u32| {
        let lines = rows.of_page(page);
        let draw = move || {
            lines.with(|lines| match lines {
                Some(lines) => {
                    let place = |row: usize| ((page - 1) * PAGE) as usize + row;
                    let line =
                        |(row, line)| query.with_value(|query| row_of(query, line, Some(place(row)), rows));
                    lines.iter().enumerate().map(line).collect_view().into_any()
                }
                None => gap(Signal::derive(move || rows.height_of(page))),
            })
        };
        let before = Signal::derive(move || rows.gap_before(Some(page)));
        view! { <tbody>{move || (before.get() > 0.0).then(|| gap(before))} {draw}</tbody> }.into_any()
    };
    let behind = Signal::derive(move || rows.gap_before(None));
    view! {
        {earlier}
        <div class="table__frame" class:table__frame--many=query.with_value(|query| cells(query).count() > 5)>
            <table class="table table--rows" aria-rowcount=list.total + 1>
                <caption class="visually-hidden">"Entities of the catalog"</caption>
                {query.with_value(head)}
                <For each=move || rows.drawn().get() key=|page| *page children=part/>
                <tbody>{move || (behind.get() > 0.0).then(|| gap(behind))}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Room for rows that are not drawn. It spans no columns: where some are hidden, more would be made.
fn gap(height: Signal<f64>) -> AnyView {
    let height = move || format!("{}px", height.get());
    view! { <tr class="table__gap" aria-hidden="true"><td style:height=height></td></tr> }.into_any()
}

/// The headers of the columns.
fn head(query: &EntityListQuery) -> AnyView {
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
        view! { <SortableHeader title=title sorting href class=class/> }.into_any()
    };
    let cell = |(column, title, class, sorts): &(&'static str, &'static str, &'static str, bool)| {
        if *sorts {
            return header(column, title, class);
        }
        view! { <th scope="col" class=*class>{*title}</th> }.into_any()
    };
    view! {
        <thead>
            <tr>
                <td class="col-pick"><input type="checkbox" data-all="" aria-label="Select all rows"/></td>
                {header("name", "Name", "col-name")}
                {cells(query).map(cell).collect_view()}
            </tr>
        </thead>
    }
    .into_any()
}

/// A table with the rows of one group, or of another part of the list.
pub(super) fn part_of_table(
    query: &EntityListQuery,
    title: String,
    lines: ArcRwSignal<Vec<EntitySummary>>,
    rows: Rows,
) -> AnyView {
    let stored = StoredValue::new(query.clone());
    let draw = move || {
        lines.with(|lines| {
            let line = |line| stored.with_value(|query| row_of(query, line, None, rows));
            lines.iter().map(line).collect_view()
        })
    };
    view! {
        <table class="table table--rows table--group">
            <caption class="visually-hidden">{title}</caption>
            {head(query)}
            <tbody>{draw}</tbody>
        </table>
    }
    .into_any()
}

/// A file by its name and its folder, with the whole path on hover.
fn file(path: &str) -> AnyView {
    let folder = path.rmatch_indices('/').nth(1).map_or(0, |(place, _)| place + 1);
    view! { <span title=path.to_owned()>{path[folder..].to_owned()}</span> }.into_any()
}

/// One entity; `place` is its place in the whole list, from 0.
fn row_of(query: &EntityListQuery, entity: &EntitySummary, place: Option<usize>, rows: Rows) -> AnyView {
    let EntityLink { entity_ref, title, .. } = &entity.link;
    let problems = (entity.problem_count > 0 && query.shows("problems")).then(|| {
        let text = words::count(entity.problem_count, "problem", "problems");
        let tone = if entity.has_error { Tone::Danger } else { Tone::Warning };
        view! { <Badge text tone/> }
    });
    let meta: Vec<&str> = entity
        .spec_type
        .as_deref()
        .into_iter()
        .chain(entity.owner.as_ref().map(|owner| owner.title.as_str()))
        .chain(entity.lifecycle.as_deref())
        .collect();
    let kind = query.shows("kind").then(|| {
        let sign = if meta.is_empty() { "" } else { " · " };
        view! { <span class="table__kind">{entity.link.kind.clone()}{sign}</span> }
    });
    let meta = view! { <span class="table__meta">{kind}{meta.join(" · ")}</span> };
    let description = entity.description.clone().filter(|_| query.shows("description"));
    let shown_tags = (query.shows("tags")).then(|| tags(&entity.tags, TAGS, &entity.link.at));
    let cell = |(column, _, class, _): &(&str, &str, &'static str, bool)| {
        let text = |text: &Option<String>| text.clone().into_any();
        let link = |link: &Option<EntityLink>| link.as_ref().map(entity_link).into_any();
        let content = match *column {
            "kind" => view! { <KindBadge kind=entity.link.kind.clone()/> }.into_any(),
            "type" => text(&entity.spec_type),
            "owner" => link(&entity.owner),
            "system" => link(&entity.system),
            "lifecycle" => text(&entity.lifecycle),
            "namespace" => entity.link.namespace.clone().into_any(),
            "file" => entity.source_file.as_deref().map(file).into_any(),
            _ => entity.changed.clone().map(|at| view! { <Age at/> }).into_any(),
        };
        view! { <td class=*class>{content}</td> }
    };
    let peek = format!("{}?{}", EntityListQuery::PATH, query.with_peek(entity_ref));
    let (of_pick, of_class, of_peek) = (entity_ref.clone(), entity_ref.clone(), entity_ref.clone());
    let is_selected = move || rows.selected().with(|selected| selected.contains(&of_class));
    let is_peeked = move || rows.peek().with(|peek| peek.as_ref() == Some(&of_peek)).then_some("true");
    let is_picked = move || rows.selected().with(|selected| selected.contains(&of_pick));
    view! {
        <tr
            data-ref=entity_ref.clone()
            aria-rowindex=place.map(|place| place + 2)
            aria-current=is_peeked
            class:table__selected=is_selected
        >
            <td class="col-pick">
                <input type="checkbox" aria-label=format!("Select {title}") prop:checked=is_picked/>
            </td>
            <th scope="row" class="col-name">
                <span class="table__name">
                    {entity_link(&entity.link)}
                    {problems}
                    <a class="table__peek" href=peek aria-label=format!("Look at {title}") title="Look at it (Space)" data-noscroll="">
                        <Icon name="peek"/>
                    </a>
                </span>
                <span class="table__line">
                    {meta}
                    {description.map(|text| view! { <span class="table__text" title=text.clone()>{text.clone()}</span> })}
                    {shown_tags}
                </span>
            </th>
            {cells(query).map(cell).collect_view()}
        </tr>
    }
    .into_any()
}
