//! `/catalog/compare`: what changed between two moments. Its address is its state.

use leptos::prelude::*;
use model::EntityListQuery;

use super::list_page::ListForm;
use super::server_functions::context;
use super::views::{ChangesView, MomentsForm, moments_form};
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The page of changes.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = context::service()?;
    let query = EntityListQuery::comparing(query);
    let changes = catalog.changes(&caller, &query).await?;
    let html = html(|| {
        let (from, to) = (changes.from.clone(), changes.to.clone());
        let text = query.text.clone();
        view! {
            {moments_form(&query)}
            <ListForm path=EntityListQuery::COMPARE title="Changes" field="changes-text" label="Search these changes" text=Signal::stored(text)>
                <MomentsForm query=query.clone() from to/>
                <ChangesView query changes/>
            </ListForm>
        }
    });
    Ok(Page { title: "Changes".to_owned(), html, entity: None })
}
