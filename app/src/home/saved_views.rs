//! `/views`: all saved views, with what can be done with them.

use leptos::prelude::*;
use model::SavedViews;

use super::saved_views;
use super::views::SavedViewsView;
use crate::drawn::{Page, html, parameter};
use crate::error::UiError;

/// The page of saved views.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let SavedViews { views, may_share } = saved_views().await?;
    let failed = Some(parameter(query, "failed")).filter(|failed| !failed.is_empty());
    let html = html(|| view! { <SavedViewsView views may_share failed/> });
    Ok(Page { title: "Saved views".to_owned(), html, ..Page::default() })
}
