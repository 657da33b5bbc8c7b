//! `/create/templates/:namespace/:name`: the form of a template.

use ::scaffolder::{Sent, Shown};
use leptos::prelude::*;
use model::EntityRef;
use platform::error::Error;

use super::context::{self, SentForm};
use super::views::WizardView;
use crate::drawn::{Page, html, parameter};
use crate::error::UiError;

/// The form of a template, for what was sent to it.
pub(crate) async fn draw(namespace: &str, name: &str, query: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let sent = match use_context::<SentForm>() {
        Some(SentForm(Ok(inputs))) => Sent::Form(inputs),
        Some(SentForm(Err(why))) => return Err(Error::input(why).into()),
        None => Sent::Opened(Some(parameter(query, "formData")).filter(|data| !data.is_empty())),
    };
    let entity_ref = EntityRef::new("template", namespace, name);
    let found = scaffolder.wizard(&caller, &entity_ref, sent).await;
    let all = || [("See all templates".to_owned(), "/create".to_owned())];
    let wizard = found.map_err(|error| UiError::from(error).missing("No such template", all()))?;
    if let Shown::Started(id) = &wizard.shown {
        leptos_axum::redirect(&super::task_href(id));
        return Ok(Page::default());
    }
    let title = wizard.link.title.clone();
    let html = html(|| view! { <WizardView wizard/> });
    Ok(Page { title: format!("Create: {title}"), html, entity: None })
}
