//! `/settings`: who one is, where one is signed in, and how pages look.

use leptos::prelude::*;

use super::context;
use super::views::SettingsView;
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The settings page.
pub(crate) async fn draw() -> Result<Page, UiError> {
    let (access, caller, headers) = context::service()?;
    let account = access.account(&caller, &headers).await?;
    let html = html(|| view! { <SettingsView account/> });
    Ok(Page { title: "Settings".to_owned(), html, ..Page::default() })
}
