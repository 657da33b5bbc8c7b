//! `/catalog/:namespace/:kind/:name`: one entity.

use leptos::prelude::*;
use model::{ComparisonQuery, EntityDetail, EntityLink, EntityListQuery, EntityRef, ProblemListQuery};

use super::address::Address;
use super::server_functions::context;
use super::views::{EntityView, TimeControl, TimeLinks, time_form};
use crate::drawn::{Page, html};
use crate::error::{UiError, UiErrorKind};
use crate::home::{self, Stars};

/// The page of one entity, which is remembered as a visit if it is one.
pub(crate) async fn draw(entity_ref: &EntityRef, query: &str, visit: bool) -> Result<Page, UiError> {
    let (catalog, caller) = context::service()?;
    let at = EntityListQuery::from_query_string(query).at;
    let (mut detail, care) = match catalog.entity_with_care(&caller, entity_ref, &at).await {
        Ok(found) => found,
        Err(error) => {
            let error = missing(entity_ref, &at, error.into());
            let is_gone = at.is_empty() && error.kind == UiErrorKind::NotFound;
            // Whether it was ever there is asked only where the answer makes a difference.
            let was_known =
                is_gone && catalog.compare(&caller, entity_ref, ComparisonQuery::default()).await.is_ok();
            return Err(if was_known { removed(entity_ref, error) } else { error });
        }
    };
    let runs = if at.is_empty() { crate::scaffolder::draw_entity_runs(entity_ref).await? } else { None };
    detail.care_html = care.map(crate::locations::draw_care);
    if visit {
        home::remember_visit(entity_ref);
    }
    let stars = Stars::of_visitor().await?;
    let link = detail.summary.link.clone();
    let html = html(|| {
        provide_context(stars);
        let (time, links) = (detail.time.clone(), links(&detail));
        view! {
            {time_form(self::link(entity_ref).href(), "")}
            <TimeControl time links/>
            <EntityView detail runs/>
        }
    });
    Ok(Page { title: link.title.clone(), html, entity: Some(link) })
}

/// The entity as a link; whether it exists is not known.
pub(super) fn link(entity_ref: &EntityRef) -> EntityLink {
    EntityLink {
        kind: entity_ref.kind().to_owned(),
        namespace: entity_ref.namespace().to_owned(),
        name: entity_ref.name().to_owned(),
        ..EntityLink::default()
    }
}

/// Where other moments lead.
fn links(detail: &EntityDetail) -> TimeLinks {
    let link = detail.summary.link.clone();
    let version = detail.history.first().map(|version| version.seq).filter(|_| !detail.time.is_now());
    TimeLinks {
        since: version.map(|seq| link.history_href(ComparisonQuery { from: Some(seq), to: None })),
        see: Box::new(move |at| EntityLink { at: at.to_owned(), ..link.clone() }.href()),
        compare: None,
    }
}

/// It was there once: its history tells what it was, and when it went.
fn removed(entity_ref: &EntityRef, mut error: UiError) -> UiError {
    let history = link(entity_ref).history_href(ComparisonQuery::default());
    let first = ("See what it was, and when it went".to_owned(), history);
    error.actions = std::iter::once(first).chain(error.actions).collect();
    error.next = "It was removed from its file, or its file is gone. The history keeps it.".to_owned();
    error
}

/// There is no such entity, or there was none then: why that may be, and what to do.
pub(super) fn missing(entity_ref: &EntityRef, at: &str, error: UiError) -> UiError {
    let link = link(entity_ref);
    if !at.is_empty() {
        let then = EntityListQuery { at: at.to_owned(), ..EntityListQuery::default() }.href();
        let history = link.history_href(ComparisonQuery::default());
        return error.missing(
            "Not in the catalog then",
            [
                ("See it now".to_owned(), link.href()),
                ("See its history".to_owned(), history),
                ("Open the catalog of that moment".to_owned(), then),
            ],
        );
    }
    let text = link.name.clone();
    let similar = EntityListQuery { text: text.clone(), ..EntityListQuery::default() }.href();
    let problems = ProblemListQuery { text: text.clone(), ..ProblemListQuery::default() }.href();
    let mut error = error.missing(
        "Not in the catalog",
        [(format!("Search for “{text}”"), similar), ("See problems that mention it".to_owned(), problems)],
    );
    if !error.actions.is_empty() {
        error.next =
            "It may have been renamed or removed, or its file is broken and was never read.".to_owned();
    }
    error
}
