//! What runs did with an entity, on its page.

use leptos::prelude::*;
use model::EntityRef;

use super::context;
use super::views::EntityRunsView;
use crate::drawn::html;
use crate::error::UiError;

/// The runs that had to do with an entity as far as the visitor may see them, as HTML; nothing if there are none.
pub(crate) async fn draw(entity_ref: &EntityRef) -> Result<Option<String>, UiError> {
    // Pages of the catalog are drawn without templates as well.
    let Ok((scaffolder, caller)) = context::service() else { return Ok(None) };
    let runs = scaffolder.runs_of(&caller, entity_ref).await?;
    Ok((!runs.is_empty()).then(|| html(|| view! { <EntityRunsView runs/> })))
}
