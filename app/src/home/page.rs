//! `/`: what concerns the reader, and the whole catalog at a glance.

use leptos::prelude::*;

use super::Stars;
use super::server_functions::context;
use super::views::HomeView;
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::site::Site;
use crate::visitor::Visitor;

/// The home page.
pub(crate) async fn draw() -> Result<Page, UiError> {
    let (service, visitor) = context::service()?;
    let home = service.page(&visitor).await?;
    let stars = Stars::of(home.stars.iter().cloned());
    let (owner, can_sign_in) = (Site::current().owner().to_owned(), Visitor::current().can_sign_in);
    let html = html(|| {
        provide_context(stars);
        view! { <HomeView owner home can_sign_in/> }
    });
    Ok(Page { title: "Home".to_owned(), html, entity: None })
}
