//! `/search`: everything that fits a text. Its address is its state, under the names that Backstage uses.

use leptos::prelude::*;
use model::SearchQuery;

use super::server_functions::context;
use super::views::ResultsView;
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::ui::SearchField;

/// The search page.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (search, caller) = context::service()?;
    let page = search.page(&caller, &SearchQuery::from_query_string(query)).await?;
    let html = html(|| {
        let text = Signal::stored(page.term.clone());
        view! {
            <form class="list-page" method="get" action=SearchQuery::PATH data-live="" data-results="">
                <div class="page-head">
                    <h1>"Search"</h1>
                    <SearchField id="search-text" name=SearchQuery::TERM label="Search for anything" text/>
                </div>
                <ResultsView page/>
            </form>
        }
    });
    Ok(Page { title: "Search".to_owned(), html, entity: None })
}
