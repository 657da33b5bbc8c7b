//! What changed between two moments: counts by kind, then each entity with its fields.

use leptos::prelude::*;
use model::{ChangeKind, ChangeList, ComparisonQuery, EntityChange, EntityListQuery, KindChanges, Moment};

use super::list_conditions::{conditions, hidden_fields};
use super::list_frame::filters;
use super::parts::entity_link;
use super::time_form::hidden;
use crate::catalog::address::Address;
use crate::catalog::words;
use crate::ui::{EmptyState, Icon, Moment as At, Pagination};

/// So many changed fields are named; the rest is counted.
const FIELDS_SHOWN: usize = 6;

/// One page of the changes. Part of a GET form, which the filters belong to.
#[component]
pub fn ChangesView(
    /// The state of the address.
    query: EntityListQuery,
    /// What the service answered.
    changes: ChangeList,
) -> impl IntoView {
    let ChangeList { from, to, list, items, kinds, relations_added, relations_removed, left_off } = changes;
    let panel = filters(&query, &list);
    let now = |moment: &Moment| if moment.words.is_empty() { "now".to_owned() } else { moment.words.clone() };
    let between = format!("From {} to {}. ", now(&from), now(&to));
    let notes = [from.note.clone(), to.note.clone()].join(" ");
    let shown = match list.total {
        0 => "Nothing changed.".to_owned(),
        total => format!("{} changed.", words::count(total, "entity", "entities")),
    };
    let relations = format!(
        "Relations in the whole catalog: {} added, {} removed.",
        words::grouped(relations_added),
        words::grouped(relations_removed)
    );
    let left_off = (left_off > 0).then(|| {
        let more = words::count(left_off, "entity", "entities");
        view! {
            <p class="notice tone-warning">
                <Icon name="warning"/>
                <span>{format!("{more} with older changes were not compared. Choose moments closer to each other.")}</span>
            </p>
        }
    });
    let results = if items.is_empty() { nothing(&query) } else { groups(items, &kinds) };
    let paged = query.clone();
    view! {
        <div class="listing">
            {panel}
            <div class="listing__main">
                <p class="muted changes__between">{between}{notes}</p>
                <p class="result-count" role="status">{shown}" "{relations}</p>
                <div class="conditions">{conditions(&query, &list)}{hidden_fields(&query)}</div>
                {left_off}
                {results}
                <Pagination page=list.page page_count=list.page_count href=move |page| paged.on_page(page).href()/>
            </div>
        </div>
    }
    .into_any()
}

/// The form that chooses the moments. It stands before that of the filters.
#[component]
pub fn MomentsForm(
    /// The state of the address.
    query: EntityListQuery,
    /// The first moment, as the service understood it.
    from: Moment,
    /// The second one.
    to: Moment,
) -> impl IntoView {
    let field = |id: &'static str, name: &'static str, label: &'static str, moment: &Moment| {
        view! {
            <p>
                <label for=id>{label}</label>
                <input id=id type="datetime-local" name=name value=moment.field.clone() form="moments"/>
            </p>
        }
    };
    let choices = to.choices.iter().map(|(name, at)| {
        let href = EntityListQuery { from: at.clone(), page: 1, ..query.clone() }.href();
        let current = (*at == query.from).then_some("true");
        view! { <li><a href=href aria-current=current data-noscroll="">{name.clone()}</a></li> }
    });
    view! {
        <div class="compare">
            {field("changes-from", "from", "From (UTC)", &from)}
            {field("changes-to", "to", "To (UTC, empty for now)", &to)}
            <button type="submit" class="button" form="moments">"Compare"</button>
        </div>
        <ul class="changes__since" aria-label="Changes since">{choices.collect_view()}</ul>
    }
    .into_any()
}

/// What the fields of the moments belong to, with the filters as they are.
pub(crate) fn moments_form(query: &EntityListQuery) -> AnyView {
    let parameters = query.to_query_string();
    view! {
        <form id="moments" method="get" action=EntityListQuery::COMPARE hidden=true>
            {hidden(&parameters, &["from", "to", "at", "page"])}
        </form>
    }
    .into_any()
}

/// Why there is nothing to see.
fn nothing(query: &EntityListQuery) -> AnyView {
    let clear = query.cleared().href();
    view! {
        <EmptyState title="No change to show">
            <p>"Between these moments nothing changed that the filters let in. Choose an earlier moment, or "
               <a href=clear data-noscroll="">"clear all filters"</a>"."</p>
        </EmptyState>
    }
    .into_any()
}

/// The entities by kind.
fn groups(items: Vec<EntityChange>, kinds: &[KindChanges]) -> AnyView {
    let same =
        |one: &EntityChange, other: &EntityChange| one.link.kind.eq_ignore_ascii_case(&other.link.kind);
    let groups = items.chunk_by(same).map(|group| {
        let kind = group.first().map(|item| item.link.kind.clone()).unwrap_or_default();
        let counts = kinds.iter().find(|of| of.kind.eq_ignore_ascii_case(&kind)).map(|of| {
            let said = ["added", "changed", "removed"].into_iter().zip(of.counts);
            let said = said.filter(|(_, count)| *count > 0);
            said.map(|(word, count)| format!("{} {word}", words::grouped(count)))
                .collect::<Vec<_>>()
                .join(", ")
        });
        view! {
            <section>
                <h2>{words::kinds(&kind)}" "<span class="muted small">{counts}</span></h2>
                <ul class="changes">{group.iter().map(item).collect_view()}</ul>
            </section>
        }
    });
    groups.collect_view().into_any()
}

/// One entity.
fn item(item: &EntityChange) -> AnyView {
    let EntityChange { link, version, before } = item;
    let left_off = version.fields.len().saturating_sub(FIELDS_SHOWN);
    let fields =
        version.fields.iter().take(FIELDS_SHOWN).map(|field| view! { <li><code>{field.clone()}</code></li> });
    let more =
        (left_off > 0).then(|| view! { <li class="muted small">{format!("and {left_off} more")}</li> });
    let href = link.history_href(ComparisonQuery { from: *before, to: Some(version.seq) });
    let label = format!("Line by line: {}", link.title);
    view! {
        <li>
            {mark(version.change)}
            " "{entity_link(link)}" "
            <span class="muted small"><At at=version.at.clone()/>", "<a href=href aria-label=label>"line by line"</a></span>
            <ul class="history__fields">{fields.collect_view()}{more}</ul>
        </li>
    }
    .into_any()
}

/// A sign for the eye, a word for everybody.
pub(crate) fn mark(change: ChangeKind) -> AnyView {
    let (class, sign) = match change {
        ChangeKind::Added => ("mark tone-good", "+"),
        ChangeKind::Changed => ("mark tone-warning", "~"),
        ChangeKind::Removed => ("mark tone-danger", "−"),
    };
    view! { <span class=class><span aria-hidden="true">{sign}</span>" "{words::change(change)}</span> }
        .into_any()
}
