//! `/sign-in`: the ways in, and what went wrong.

use ::access::SignInQuery;
use leptos::prelude::*;

use super::context;
use super::views::SignInView;
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::site::Site;

/// The sign-in page.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (access, caller, headers) = context::service()?;
    let page = access.sign_in_page(&caller, &headers, &SignInQuery::parse(query)).await;
    let site = Site::current().title;
    let html = html(|| view! { <SignInView site page/> });
    Ok(Page { title: "Sign in".to_owned(), html, ..Page::default() })
}
