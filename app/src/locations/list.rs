//! The page of all locations.

use catalog::{LocationRow, LocationsPage, RowOrigin};
use leptos::prelude::*;

use super::{address, entity};
use crate::catalog::words;
use crate::drawn::html;
use crate::ui::{Badge, EmptyState, Icon, Prose, Tone};

/// The page as HTML. `said` is what the last form came to: what was done, its address, its entity.
pub(super) fn draw(page: LocationsPage, said: [String; 3]) -> String {
    let register = page
        .may_register
        .then(|| view! { <p><a class="button" href="/catalog-import">"Register a location"</a></p> });
    let total = words::count(u32::try_from(page.total).unwrap_or(u32::MAX), "location", "locations");
    let (may_refresh, may_unregister) = (page.may_refresh, page.may_unregister);
    let about = page.unregister.and_then(|(index, names)| Some((page.rows.get(index)?, names)));
    let confirm = about.filter(|_| may_unregister).map(|(row, names)| confirm(row, names, page.removes));
    let (here, last) = (page.page, page.page_count);
    let step = |to: usize, words: &'static str| view! { <a class="button" href=format!("/locations?page={to}")>{words}</a> };
    let pages = (last > 1).then(|| {
        view! {
            <nav class="actions" aria-label="Pages">
                {(here > 1).then(|| step(here - 1, "Previous"))}
                <span>{format!("Page {here} of {last}")}</span>
                {(here < last).then(|| step(here + 1, "Next"))}
            </nav>
        }
    });
    let table = if page.rows.is_empty() {
        view! {
            <EmptyState title="Nothing is read yet">
                <p>"Name files and folders with " <code>"--catalog"</code> " or in " <code>"catalog.locations"</code>
                    " of app-config.yaml, or register an address."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = page.rows.into_iter().map(|location| row(location, may_refresh, may_unregister));
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table of locations">
                <table class="table locations">
                    <caption class="visually-hidden">"Locations, in the order in which they are read"</caption>
                    <thead><tr><th scope="col">"Location"</th><th scope="col">"Entities"</th><th scope="col">"State"</th><th scope="col">"Actions"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    html(move || {
        view! {
            <div class="locations-page">
                <div class="page-head"><h1>"Locations"</h1>{register}</div>
                {outcome(said)}
                {confirm}
                <p class="result-count">{total}", in the order in which they are read: of two that bring one entity the first keeps it."</p>
                {table}
                {pages}
            </div>
        }
    })
}

/// What the last form came to.
fn outcome([done, url, reference]: [String; 3]) -> Option<AnyView> {
    let words = match done.as_str() {
        "registered" => view! { <span>"Registered " {address(&url)} ". What it brings is in the table below."</span> }.into_any(),
        "unregistered" => {
            let again: String = url::encode(&url);
            view! {
                <span>"Unregistered " {address(&url)} ". " <a href=format!("/catalog-import?url={again}")>"Register it again"</a></span>
            }
            .into_any()
        }
        "refreshed" => view! { <span>"Read again. If a host is slow, reload this page in a moment."</span> }.into_any(),
        "deleted" => {
            view! { <span>"Removed " {entity(&reference, reference.clone())} ". A file that still describes it brings it back."</span> }
                .into_any()
        }
        "gone" => {
            return Some(
                view! { <p class="notice tone-warning" role="status"><Icon name="warning"/><span>"That is not there any more. This is the present state."</span></p> }
                    .into_any(),
            );
        }
        _ => return None,
    };
    Some(view! { <p class="notice tone-good" role="status"><Icon name="ok"/>{words}</p> }.into_any())
}

/// What goes when a location is unregistered, and the button that does it.
fn confirm(row: &LocationRow, names: Vec<String>, removes: bool) -> AnyView {
    let count = words::count(u32::try_from(row.entity_count).unwrap_or(u32::MAX), "entity", "entities");
    let what = if removes {
        format!(
            "{count} from there will leave the catalog, except those that another location brings too. Their history stays."
        )
    } else {
        format!(
            "{count} from there will stay as orphans (catalog.orphanStrategy is keep), except those that another location brings too."
        )
    };
    let more = row.entity_count.saturating_sub(names.len());
    let listed = (!names.is_empty()).then(|| {
        view! {
            <ul class="unregister__names">
                {names.into_iter().map(|name| view! { <li>{entity(&name, name.clone())}</li> }).collect_view()}
                {(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}
            </ul>
        }
    });
    view! {
        <section class="card unregister" aria-labelledby="unregister">
            <h2 id="unregister">"Unregister this location?"</h2>
            <p>{address(&row.target)}</p>
            <p>{what}</p>
            {listed}
            <form class="actions" method="post" action="/api/portico/forms/unregister">
                <input type="hidden" name="id" value=row.id.clone()/>
                <button class="button button--danger" type="submit">"Unregister"</button>
                <a class="button" href="/locations">"Keep it"</a>
            </form>
            <p class="muted small">"Registering it again brings everything back."</p>
        </section>
    }
    .into_any()
}

fn row(row: LocationRow, may_refresh: bool, may_unregister: bool) -> impl IntoView {
    let origin = match row.origin {
        RowOrigin::Configuration => "app-config.yaml",
        RowOrigin::CommandLine => "--catalog",
        RowOrigin::Registered => "registered",
    };
    let state = match (row.problem_count, &row.problem) {
        (0, _) if row.kind == "url" && row.read.is_none() => {
            view! { <Badge text="Not read yet" tone=Tone::Neutral/> }.into_any()
        }
        (0, _) => view! { <Badge text="Fine" tone=Tone::Good/> }.into_any(),
        (count, problem) => {
            let count = words::count(u32::try_from(count).unwrap_or(u32::MAX), "problem", "problems");
            let find = format!("/problems?text={}", url::encode(&row.target));
            view! {
                <Badge text=count tone=Tone::Warning/>
                {problem.clone().map(|problem| view! { <div class="small"><Prose text=problem/></div> })}
                <div class="small"><a href=find>"See its problems"</a></div>
            }
            .into_any()
        }
    };
    let read = row.read.map(|read| view! { <div class="small muted">{read}</div> });
    let refresh = may_refresh.then(|| {
        view! {
            <form method="post" action="/api/portico/forms/refresh">
                <input type="hidden" name="ref" value=row.entity_ref.clone()/>
                <button class="button button--quiet" type="submit" aria-label=format!("Refresh {}", row.target)>"Refresh"</button>
            </form>
        }
    });
    let unregister = row.id.filter(|_| may_unregister).map(|id| {
        view! { <a class="button button--quiet" href=format!("/locations?unregister={id}") aria-label=format!("Unregister {}", row.target)>"Unregister…"</a> }
    });
    view! {
        <tr>
            <td class="locations__from">{address(&row.target)}<div class="small muted">{origin}</div></td>
            <td class="locations__count">{entity(&row.entity_ref, row.entity_count.to_string())}</td>
            <td>{state}{read}</td>
            <td class="locations__actions"><div class="actions">{refresh}{unregister}</div></td>
        </tr>
    }
}

mod url {
    /// A text as the value of a parameter.
    pub(super) fn encode(text: &str) -> String {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(byte);
        let written =
            |byte: u8| if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(written).collect()
    }
}
