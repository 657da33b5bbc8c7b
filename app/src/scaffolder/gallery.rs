//! `/create`: all templates.

use leptos::prelude::*;

use super::context;
use super::query::TemplateListQuery;
use super::views::GalleryView;
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::home::Stars;

/// The gallery.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let query = TemplateListQuery::from_query_string(query);
    let gallery = scaffolder.gallery(&caller, query.entities()).await?;
    let stars = Stars::of_visitor().await?;
    let html = html(|| {
        provide_context(stars);
        view! { <GalleryView query gallery/> }
    });
    Ok(Page { title: "Create".to_owned(), html, entity: None })
}
