//! `/create/edit` and `/create/edit/:namespace/:name`: a template as its author writes it.

use leptos::prelude::*;
use model::EntityRef;
use platform::error::Error;

use super::context::{self, SentForm};
use super::views::EditorView;
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The editor, for what was sent to it: of a template of the catalog, or of a new one.
pub(crate) async fn draw(template: Option<(&str, &str)>) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let sent = match use_context::<SentForm>() {
        Some(SentForm(Ok(inputs))) => Some(inputs),
        Some(SentForm(Err(why))) => return Err(Error::input(why).into()),
        None => None,
    };
    let entity_ref = template.map(|(namespace, name)| EntityRef::new("template", namespace, name));
    let found = scaffolder.editor(&caller, entity_ref.as_ref(), sent).await;
    let all = || [("See all templates".to_owned(), "/create".to_owned())];
    let editor = found.map_err(|error| UiError::from(error).missing("No such template", all()))?;
    let title = editor
        .link
        .as_ref()
        .map_or_else(|| "New template".to_owned(), |link| format!("Edit: {}", link.title));
    let html = html(|| view! { <EditorView editor/> });
    Ok(Page { title, html, entity: None })
}
