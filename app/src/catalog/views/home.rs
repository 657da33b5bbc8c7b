//! The first page: what is in the catalog, what is broken, what changed, who owns it.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery, FacetValue, Overview, ProblemListQuery, RecentChange};

use super::ProblemCard;
use super::parts::entity_link;
use crate::catalog::query::Address;
use crate::catalog::words;
use crate::ui::{Age, Card, EmptyState, Icon, KindBadge, kind_icon};

/// The overview, drawn.
#[component]
pub fn HomeView(
    /// Whose catalog it is.
    owner: String,
    /// What the service answered.
    overview: Overview,
) -> impl IntoView {
    let Overview {
        total, kinds, error_count, warning_count, problems, recent, owners, without_owner, ..
    } = overview;
    let head = view! {
        <div class="page-head">
            <h1>{owner}</h1>
            <p class="page-head__lead">{words::count(total, "entity", "entities")}" in the catalog"</p>
        </div>
    };
    let body = if total == 0 {
        nothing_yet(error_count).into_any()
    } else {
        view! {
            <ul class="tiles" aria-label="Entities by kind">{kinds.into_iter().map(tile).collect_view()}</ul>
            <div class="home-grid">
                <div class="stack">
                    {broken(error_count, warning_count, problems)}
                </div>
                <div class="stack">
                    {recently_changed(recent)}
                    {ownership(owners, without_owner)}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        {head}
        {body}
    }
    .into_any()
}

/// One kind with its number, as a link to its list.
fn tile(kind: FacetValue) -> impl IntoView {
    let query = EntityListQuery { kind: vec![kind.value.clone()], ..EntityListQuery::default() };
    let name = if kind.count == 1 { kind.value.clone() } else { words::kinds(&kind.value) };
    view! {
        <li>
            <a class="tile" href=query.href()>
                <span class="tile__count">{words::grouped(kind.count)}</span>
                <Icon name=kind_icon(&kind.value)/>
                <span class="tile__name">{name}</span>
            </a>
        </li>
    }
}

/// What to do with an empty catalog.
fn nothing_yet(error_count: u32) -> impl IntoView {
    let broken = (error_count > 0).then(|| {
        view! {
            <p>
                "Files were found, but "
                <a href="/problems">{words::count(error_count, "error", "errors")}</a>
                " kept everything in them out."
            </p>
        }
    });
    view! {
        <EmptyState title="No entities yet">
            {broken}
            <p>
                "Portico reads " <code>"catalog-info.yaml"</code>
                " files. Start it with the folders that hold them, or list them under "
                <code>"catalog.locations"</code> " in the configuration:"
            </p>
            <p><code>"portico serve --catalog PATH"</code></p>
        </EmptyState>
    }
}

/// What is wrong, in numbers and the first few.
fn broken(errors: u32, warnings: u32, problems: Vec<model::Problem>) -> impl IntoView {
    let of = |severity: &str| {
        ProblemListQuery { severity: vec![severity.to_owned()], ..ProblemListQuery::default() }.href()
    };
    let all = errors + warnings;
    let shown = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    let aside = (all > 0).then(|| {
        view! {
            <span class="counts">
                <a href=of("error")>{words::count(errors, "error", "errors")}</a>
                <a href=of("warning")>{words::count(warnings, "warning", "warnings")}</a>
            </span>
        }
        .into_any()
    });
    let list = if all == 0 {
        view! {
            <p class="all-well"><Icon name="ok"/>"Every file could be read, and every relation leads somewhere."</p>
        }
        .into_any()
    } else {
        view! {
            <ul class="problems problems--brief">
                {problems.into_iter().map(|problem| view! { <li><ProblemCard problem brief=true/></li> }).collect_view()}
            </ul>
            {(all > shown).then(|| view! {
                <p class="card__foot"><a href="/problems">{format!("All {}", words::count(all, "problem", "problems"))}</a></p>
            })}
        }
        .into_any()
    };
    view! { <Card id="broken" title="What is broken" aside=aside.unwrap_or_else(|| ().into_any())>{list}</Card> }
}

/// The newest changes of entities.
fn recently_changed(recent: Vec<RecentChange>) -> impl IntoView {
    let list = if recent.is_empty() {
        view! { <p class="muted">"Nothing has changed since the catalog was first read."</p> }.into_any()
    } else {
        let row = |change: RecentChange| {
            view! {
                <li>
                    <span class="rows__main">{entity_link(&change.link)}<KindBadge kind=change.link.kind.clone()/></span>
                    <span class="muted small">{words::change(change.version.change)}" "<Age at=change.version.at/></span>
                </li>
            }
        };
        view! { <ul class="rows">{recent.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! { <Card id="recent" title="Recently changed">{list}</Card> }
}

/// Who owns most, and what nobody owns.
fn ownership(owners: Vec<(EntityLink, u32)>, without_owner: u32) -> impl IntoView {
    let row = |(owner, count): (EntityLink, u32)| {
        let query = EntityListQuery { owner: vec![owner.entity_ref.clone()], ..EntityListQuery::default() };
        view! {
            <li>
                <span class="rows__main">{entity_link(&owner)}</span>
                <a class="small" href=query.href()>{words::count(count, "entity", "entities")}</a>
            </li>
        }
    };
    let orphaned = if without_owner == 0 {
        view! { <p class="card__foot muted small">"Every entity has an owner."</p> }.into_any()
    } else {
        let query = EntityListQuery {
            owner: vec![EntityListQuery::NO_OWNER.to_owned()],
            ..EntityListQuery::default()
        };
        view! {
            <p class="card__foot small">
                <a href=query.href()>{words::count(without_owner, "entity has", "entities have")}" no owner"</a>
            </p>
        }
        .into_any()
    };
    view! {
        <Card id="owners" title="Biggest owners">
            <ul class="rows">{owners.into_iter().map(row).collect_view()}</ul>
            {orphaned}
        </Card>
    }
}
