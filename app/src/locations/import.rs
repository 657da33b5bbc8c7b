//! The page on which a location is registered.

use catalog::{Found, ImportPage};
use leptos::prelude::*;

use super::{address, entity};
use crate::catalog::views::ProblemCard;
use crate::catalog::words;
use crate::drawn::html;
use crate::ui::{Badge, EmptyState, Icon, KindBadge, Tone};

/// Problems that are listed.
const PROBLEMS: usize = 50;

/// The page as HTML.
pub(super) fn draw(page: ImportPage) -> String {
    let target = page.target.clone();
    let asked = !target.is_empty();
    html(move || {
        view! {
            <div class="locations-page">
                <div class="page-head"><h1>"Register a location"</h1><p><a href="/locations">"All locations"</a></p></div>
                <form class="look card" method="get" action="/catalog-import">
                    <label for="import-url">"Address of a descriptor file, or of a repository"</label>
                    <div class="look__row">
                        <input id="import-url" class="input" type="url" name="url" required value=target aria-describedby="import-hint" autocomplete="off" spellcheck="false"/>
                        <button class="button" type="submit">"Look what it brings"</button>
                    </div>
                    <p id="import-hint" class="muted small">
                        "For example " <code>"https://github.com/acme/shop/blob/main/catalog-info.yaml"</code>
                        ", or " <code>"https://gitlab.com/acme/shop"</code>
                        " for all descriptors in it. Nothing is registered yet."
                    </p>
                </form>
                {asked.then(|| outcome(page))}
            </div>
        }
    })
}

/// What was found behind the address.
fn outcome(page: ImportPage) -> AnyView {
    if let Some(refusal) = page.refusal {
        return view! {
            <section class="card" aria-labelledby="found">
                <h2 id="found">"This address cannot be read"</h2>
                <p class="notice tone-danger" role="alert"><Icon name="error"/><span>{refusal}</span></p>
                <p>"Check the address. Hosts are named in " <code>"integrations.github"</code> ", "
                    <code>"integrations.gitlab"</code> " or " <code>"backend.reading.allow"</code> " of app-config.yaml, private repositories need a token there."</p>
            </section>
        }
        .into_any();
    }
    let count = page.entities.len() + page.left_off;
    let entities = words::count(u32::try_from(count).unwrap_or(u32::MAX), "entity", "entities");
    let files = words::count(u32::try_from(page.file_count).unwrap_or(u32::MAX), "file", "files");
    let left_off = (page.left_off > 0)
        .then(|| view! { <p class="card__note">{format!("{} more are not listed.", page.left_off)}</p> });
    let cut = page.is_cut.then(|| {
        view! { <p class="notice tone-warning"><Icon name="warning"/><span>"There is more than this look reads. Registering it reads all."</span></p> }
    });
    let listed = (!page.entities.is_empty()).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table of entities">
                <table class="table">
                    <caption class="visually-hidden">"Entities that this location would bring"</caption>
                    <thead><tr><th scope="col">"Kind"</th><th scope="col">"Name"</th><th scope="col">"Owner"</th><th scope="col">"State"</th></tr></thead>
                    <tbody>{page.entities.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    });
    let nothing = (count == 0 && page.problems.is_empty()).then(|| {
        view! {
            <EmptyState title="No entities there">
                <p>"Name a descriptor file, usually " <code>"catalog-info.yaml"</code> ", or a repository that holds one."</p>
            </EmptyState>
        }
    });
    let problem_count = page.problems.len();
    let problems = (problem_count > 0).then(|| {
        let cards = page.problems.into_iter().take(PROBLEMS).map(|problem| view! { <li><ProblemCard problem/></li> });
        view! {
            <section class="card" aria-labelledby="found-problems">
                <h2 id="found-problems">{words::count(u32::try_from(problem_count).unwrap_or(u32::MAX), "problem", "problems")}</h2>
                <p>"Entities with problems are left out until they are mended; the others come in."</p>
                <ul class="problems">{cards.collect_view()}</ul>
            </section>
        }
    });
    let act = if page.is_known {
        view! { <p class="notice tone-neutral" role="status"><Icon name="ok"/><span>"This location is registered already. " <a href="/locations">"See all locations"</a></span></p> }.into_any()
    } else if page.may_register {
        view! {
            <form method="post" action="/api/portico/forms/register">
                <input type="hidden" name="url" value=page.target.clone()/>
                <button class="button button--primary" type="submit">"Register this location"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="muted">"Locations can't be registered here: catalog.readonly is set in app-config.yaml."</p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="found">
            <h2 id="found">"What it would bring"</h2>
            <p role="status"><strong>{format!("{entities} in {files}")}</strong></p>
            <p>{address(&page.target)}</p>
            {cut}
            {listed}
            {left_off}
            {nothing}
            {act}
        </section>
        {problems}
    }
    .into_any()
}

fn row(found: Found) -> impl IntoView {
    let name = if found.exists {
        entity(&found.entity_ref, found.title)
    } else {
        view! { <span>{found.title}</span> }.into_any()
    };
    let state = match (found.conflict, found.exists) {
        (Some(from), _) => {
            let from =
                from.strip_prefix("file:").or_else(|| from.strip_prefix("url:")).unwrap_or(&from).to_owned();
            view! { <Badge text="Described elsewhere" tone=Tone::Warning/><span class="small muted path">{format!(" {from} keeps it")}</span> }.into_any()
        }
        (None, true) => view! { <Badge text="In the catalog" tone=Tone::Neutral/> }.into_any(),
        (None, false) => view! { <Badge text="New" tone=Tone::Good/> }.into_any(),
    };
    view! {
        <tr>
            <td><KindBadge kind=found.kind/></td>
            <td class="table__name">{name}<div class="small muted path">{found.file}</div></td>
            <td>{found.owner.unwrap_or_else(|| "no owner".to_owned())}</td>
            <td>{state}</td>
        </tr>
    }
}
