//! `/catalog/:namespace/:kind/:name/dependents`: who breaks if an entity goes.

use leptos::prelude::*;
use model::{EntityLink, EntityListQuery, EntityRef};

use super::server_functions::context;
use super::views::{DependentsView, TimeControl, TimeLinks, time_form};
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The page of dependents.
pub(crate) async fn draw(entity_ref: &EntityRef, query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = context::service()?;
    let at = EntityListQuery::from_query_string(query).at;
    let page = catalog.dependents(&caller, entity_ref, &at).await;
    let page = page.map_err(|error| super::entity::missing(entity_ref, &at, error.into()))?;
    let title = format!("Who breaks if {} goes", page.link.title);
    let html = html(|| {
        let (link, time) = (page.link.clone(), page.time.clone());
        let see = move |at: &str| EntityLink { at: at.to_owned(), ..link.clone() }.dependents_href();
        let links = TimeLinks { since: None, compare: None, see: Box::new(see) };
        view! {
            {time_form(EntityLink { at: String::new(), ..page.link.clone() }.dependents_href(), "")}
            <TimeControl time links/>
            <DependentsView page/>
        }
    });
    Ok(Page { title, html, entity: None })
}
