//! The doors from a page to the catalog. Each takes the caller, parses, calls one service function, and maps the
//! result; what the caller may see is decided by the service.
//!
//! Input travels as JSON in a POST, because the default form encoding loses empty lists.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{EntityListQuery, GraphQuery};

use crate::answer::Answer;
use crate::error::UiError;

/// What the frame around every page shows: a `model::CatalogStatus`.
#[server(prefix = "/api/portico/ui", endpoint = "status", input = Json)]
pub(crate) async fn load_status() -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let status = catalog.status(&caller)?;
    Answer::pack(&model::CatalogStatus { unread: crate::notifications::unread().await?, ..status })
}

/// One page of the catalog table: a `super::views::ListShown`; with all that is drawn inside if it is to be `whole`.
#[server(prefix = "/api/portico/ui", endpoint = "list", input = Json)]
pub(crate) async fn load_list(query: EntityListQuery, whole: bool) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let mut shown = super::views::ListShown::of(&query, catalog.list(&caller, &query).await?);
    if whole {
        return Answer::pack(&shown);
    }
    let drawn = std::mem::take(&mut shown.drawn);
    Answer::pack_beside(&shown, drawn)
}

/// Lines of the catalog table by their places in its order: a list of `model::EntitySummary`.
#[server(prefix = "/api/portico/ui", endpoint = "rows", input = Json)]
pub(crate) async fn load_rows(query: EntityListQuery, offset: u32, limit: u32) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.rows(&caller, &query, offset, limit).await?.items)
}

/// Values of one filter of the catalog table that a text is found in, as HTML. `public/forms.js` asks for them.
#[server(prefix = "/api/portico/ui", endpoint = "filter-values", input = Json)]
pub(crate) async fn load_filter_values(
    address: String,
    field: String,
    text: String,
) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let query = EntityListQuery::from_query_string(address.trim_start_matches('?'));
    let found = catalog.filter_values(&caller, &query, &field, &text).await?;
    Answer::pack(&super::views::offered(&found))
}

/// The address of the catalog table that says in the shortest way what these parameters say. `public/forms.js` asks for it.
#[server(prefix = "/api/portico/ui", endpoint = "list-address", input = Json)]
pub(crate) async fn load_list_address(address: String) -> Result<Answer, UiError> {
    use super::address::Address as _;
    Answer::pack(&EntityListQuery::from_query_string(address.trim_start_matches('?')).href())
}

/// The beginning of what there is about one entity at a moment, as HTML.
#[server(prefix = "/api/portico/ui", endpoint = "peek", input = Json)]
pub(crate) async fn load_peek(entity_ref: String, at: String) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let found = catalog.peek(&caller, &entity_ref, &at).await;
    let detail = found.map_err(|error| UiError::from(error).missing("Not in the catalog", []))?;
    let stars = crate::home::Stars::of_visitor().await?;
    let html = crate::drawn::html(|| {
        provide_context(stars);
        view! { <super::views::PeekView detail/> }
    });
    Answer::pack(&html)
}

/// Entities and their relations: a `super::views::GraphShown`; with all that is drawn inside if it is to be `whole`.
#[server(prefix = "/api/portico/ui", endpoint = "graph", input = Json)]
pub(crate) async fn load_graph(query: GraphQuery, whole: bool) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let page = catalog.graph(&caller, &query).await?;
    let mut shown = super::views::GraphShown::of(&query, page);
    if whole {
        return Answer::pack(&shown);
    }
    let drawn = std::mem::take(&mut shown.drawn);
    Answer::pack_beside(&shown, drawn)
}

/// Facts about a node of a graph, and what can be done with it there: HTML.
#[server(prefix = "/api/portico/ui", endpoint = "graph-node", input = Json)]
pub(crate) async fn load_graph_node(entity_ref: String, query: GraphQuery) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let summary = catalog.graph_node(&caller, &entity_ref, &query.at).await?;
    Answer::pack(&super::views::graph_node(&summary, &query))
}

#[cfg(feature = "ssr")]
pub(crate) mod context {
    use ::catalog::Catalog;
    use leptos::prelude::use_context;
    use platform::access::Caller;
    use platform::error::Error;

    use crate::error::UiError;

    /// The service and the caller that the server put into the context. A request without a caller is nobody's.
    pub(crate) fn service() -> Result<(Catalog, Caller), UiError> {
        let catalog = use_context::<Catalog>().ok_or_else(|| {
            Error::unavailable("The catalog is not ready yet. It is read when the portal starts.")
        })?;
        Ok((catalog, use_context::<Caller>().unwrap_or(Caller::Nobody)))
    }
}
