//! The first page: what needs the reader, what the reader keeps, what changed, and the whole catalog at a glance.

use leptos::prelude::*;
use model::{
    EntityLink, EntityListQuery, FacetValue, HomeOverview, Mine, Overview, ProblemListQuery, RecentChange,
};

use super::coverage::coverage;
use super::mine::{saved_views, starred, visited};
use crate::catalog::views::{ProblemCard, entity_link};
use crate::catalog::{Address, words};
use crate::ui::{Age, Card, EmptyState, Icon, KindBadge, kind_icon};

/// The home page, drawn. What matters most stands first, also on a narrow screen.
#[component]
pub fn HomeView(
    /// Whose catalog it is.
    owner: String,
    /// What the service answered.
    home: HomeOverview,
    /// Whether a guest could sign in.
    #[prop(optional)]
    can_sign_in: bool,
) -> impl IntoView {
    let HomeOverview { overview, mine, starred: shown, stars, visited: visits, views, moments } = home;
    let left_off = u32::try_from(stars.len().saturating_sub(shown.len())).unwrap_or(u32::MAX);
    let Overview {
        total,
        kinds,
        error_count,
        warning_count,
        problems,
        recent,
        owners,
        without_owner,
        coverage: shares,
        ..
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
        let is_guest = mine.is_none();
        let mut changed_of_mine = Vec::new();
        let needs = match mine {
            Some(mut mine) => {
                changed_of_mine = std::mem::take(&mut mine.recent);
                needs_you(mine, error_count, warning_count)
            }
            None => broken(error_count, warning_count, problems),
        };
        view! {
            <ul class="tiles" aria-label="Entities by kind">{kinds.into_iter().map(tile).collect_view()}</ul>
            <div class="home-grid">
                <div class="home-grid__needs">{needs}</div>
                <div class="home-grid__mine stack">
                    {starred(shown, left_off, is_guest, is_guest && can_sign_in)}
                    {visited(visits)}
                    {saved_views(views)}
                    {coverage(shares)}
                </div>
                <div class="home-grid__rest stack">
                    {recently_changed(changed_of_mine, recent, moments)}
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

/// What is wrong with what the reader and the reader's groups own.
fn needs_you(mine: Mine, errors: u32, warnings: u32) -> AnyView {
    let Mine { name, owners, owned, problem_count, problems, .. } = mine;
    let list = EntityListQuery { owner: owners.clone(), ..EntityListQuery::default() }.href();
    let all = ProblemListQuery { owner: owners, ..ProblemListQuery::default() }.href();
    let aside = view! { <a class="small" href=list>{words::count(owned, "entity is yours", "entities are yours")}</a> };
    let body = if owned == 0 {
        view! {
            <p class="muted">
                {format!("Nothing in the catalog names {name}, or a group of theirs, as its owner. ")}
                "An entity says who owns it in " <code>"spec.owner"</code> "."
            </p>
        }
        .into_any()
    } else if problem_count == 0 {
        view! { <p class="all-well"><Icon name="ok"/>"Nothing is wrong with what you and your groups own."</p> }
            .into_any()
    } else {
        let more = words::count(problem_count, "problem of yours", "problems of yours");
        view! {
            <ul class="problems problems--brief">
                {problems.into_iter().map(|problem| view! { <li><ProblemCard problem brief=true/></li> }).collect_view()}
            </ul>
            <p class="card__foot"><a href=all>{more}</a></p>
        }
        .into_any()
    };
    let everybody = errors + warnings;
    let rest = (everybody > problem_count).then(|| {
        let words = words::count(everybody, "problem", "problems");
        view! { <p class="card__note small needs__rest"><a href="/problems">{words}</a>" in the whole catalog"</p> }
    });
    view! {
        <Card id="needs" title="What needs you" aside=aside.into_any()>
            {body}
            {rest}
        </Card>
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
fn broken(errors: u32, warnings: u32, problems: Vec<model::Problem>) -> AnyView {
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
        .into_any()
}

/// The newest changes: of what is the reader's, then of everything.
fn recently_changed(
    mine: Vec<RecentChange>,
    all: Vec<RecentChange>,
    moments: Vec<(String, String)>,
) -> AnyView {
    let row = |change: RecentChange| {
        view! {
            <li>
                <span class="rows__main">{entity_link(&change.link)}<KindBadge kind=change.link.kind.clone()/></span>
                <span class="muted small">{words::change(change.version.change)}" "<Age at=change.version.at/></span>
            </li>
        }
        .into_any()
    };
    let rows = |changes: Vec<RecentChange>| {
        view! { <ul class="rows">{changes.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    let list = if all.is_empty() {
        view! { <p class="muted">"Nothing has changed since the catalog was first read."</p> }.into_any()
    } else if mine.is_empty() {
        rows(all)
    } else {
        view! { <h3>"Yours"</h3> {rows(mine)} <h3>"Everything"</h3> {rows(all)} }.into_any()
    };
    let since = (!moments.is_empty()).then(|| {
        let since = moments.into_iter().map(|(name, at)| {
            let href = EntityListQuery { from: at, ..EntityListQuery::default() }.href();
            let command = format!("What changed since: {name}");
            view! { <li><a href=href data-command=command>{name}</a></li> }
        });
        view! {
            <div class="card__foot small">
                <p id="since">"All that changed since"</p>
                <ul class="since" aria-labelledby="since">{since.collect_view()}</ul>
            </div>
        }
    });
    view! {
        <Card id="recent" title="Recently changed">
            {list}
            {since}
        </Card>
    }
    .into_any()
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
