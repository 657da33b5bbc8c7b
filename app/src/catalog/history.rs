//! `/catalog/:namespace/:kind/:name/history`: two versions of an entity, side by side.

use leptos::prelude::*;
use model::{ComparisonQuery, EntityRef};

use super::server_functions::context;
use super::views::ComparisonView;
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The page that compares versions.
pub(crate) async fn draw(entity_ref: &EntityRef, query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = context::service()?;
    let query = ComparisonQuery::from_query_string(query);
    let comparison = catalog.compare(&caller, entity_ref, query).await.map_err(|error| {
        let link = super::entity::link(entity_ref);
        let newest = link.history_href(ComparisonQuery::default());
        UiError::from(error).missing(
            "Not in the log",
            [("See its newest version".to_owned(), newest), ("Open the entity".to_owned(), link.href())],
        )
    })?;
    let title = format!("History of {}", comparison.link.title);
    Ok(Page { title, html: html(|| view! { <ComparisonView comparison/> }), entity: None })
}
