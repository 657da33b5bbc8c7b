//! `/problems`: everything that is wrong with the files.

use leptos::prelude::*;
use model::ProblemListQuery;

use super::address::Address;
use super::list_page::ListForm;
use super::server_functions::context;
use super::views::ProblemsView;
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::home::{saved_views, views_menu};

/// The problems page.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = context::service()?;
    let query = ProblemListQuery::from_query_string(query);
    let list = catalog.problems(&caller, &query).await?;
    let views = saved_views().await?;
    let html = html(|| {
        let text = query.text.clone();
        let beside = views_menu(&views, &query.on_page(1).href());
        view! {
            <ListForm beside path=ProblemListQuery::PATH title="Problems" field="problems-text" label="Search problems" text=Signal::stored(text)>
                <ProblemsView query list/>
            </ListForm>
        }
    });
    Ok(Page { title: "Problems".to_owned(), html, entity: None })
}
