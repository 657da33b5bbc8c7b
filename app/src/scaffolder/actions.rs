//! `/create/actions`: the actions that steps can use, and a page for each.

use ::scaffolder::ActionPage;
use leptos::prelude::*;
use platform::error::Error;

use super::views::{ActionView, ActionsView, KnownActionView};
use super::{action_href, context};
use crate::drawn::{Page, html, parameter};
use crate::error::UiError;

/// The list of actions.
pub(crate) async fn draw_list(query: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let text = parameter(query, "q");
    let list = scaffolder.action_list(&caller, &text)?;
    let html = html(|| view! { <ActionsView text list/> });
    Ok(Page { title: "Actions".to_owned(), html, entity: None })
}

/// One action.
pub(crate) async fn draw(id: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let html = match scaffolder.action_page(&caller, id)? {
        ActionPage::Installed(action) => html(|| view! { <ActionView action=*action/> }),
        ActionPage::Known(known) => html(|| view! { <KnownActionView known/> }),
        ActionPage::Unknown { nearest } => {
            let all = ("See all actions".to_owned(), "/create/actions".to_owned());
            let meant = nearest.map(|id| (format!("See {id}"), action_href(&id)));
            let error = Error::not_found("This portal has no action of this id.");
            return Err(UiError::from(error).missing("No such action", meant.into_iter().chain([all])));
        }
    };
    Ok(Page { title: id.to_owned(), html, entity: None })
}
