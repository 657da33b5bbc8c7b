//! The doors from a page to the catalog. Each takes the caller, parses, calls one service function, and maps the
//! result; what the caller may see is decided by the service.
//!
//! Input travels as JSON in a POST, because the default form encoding loses empty lists.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ComparisonQuery, EntityListQuery, GraphQuery, ProblemListQuery};

use crate::answer::Answer;
use crate::error::UiError;

/// What the frame around every page shows: a `model::CatalogStatus`.
#[server(prefix = "/api/portico/ui", endpoint = "status", input = Json)]
pub(crate) async fn load_status() -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.status(&caller)?)
}

/// What the home page shows: a `model::Overview`.
#[server(prefix = "/api/portico/ui", endpoint = "overview", input = Json)]
pub(crate) async fn load_overview() -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.overview(&caller).await?)
}

/// One page of the catalog table: a `model::EntityList`.
#[server(prefix = "/api/portico/ui", endpoint = "list", input = Json)]
pub(crate) async fn load_list(query: EntityListQuery) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.list(&caller, &query).await?)
}

/// What changed between two moments: a `model::ChangeList`.
#[server(prefix = "/api/portico/ui", endpoint = "changes", input = Json)]
pub(crate) async fn load_changes(query: EntityListQuery) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.changes(&caller, &query).await?)
}

/// Lines of the catalog table by their places in its order: a `model::EntityList` without filters.
#[server(prefix = "/api/portico/ui", endpoint = "rows", input = Json)]
pub(crate) async fn load_rows(query: EntityListQuery, offset: u32, limit: u32) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.rows(&caller, &query, offset, limit).await?)
}

/// Values of one filter of the catalog table that a text is found in: a `model::Facet`.
#[server(prefix = "/api/portico/ui", endpoint = "filter-values", input = Json)]
pub(crate) async fn load_filter_values(
    query: EntityListQuery,
    field: String,
    text: String,
) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.filter_values(&caller, &query, &field, &text).await?)
}

/// The beginning of what there is about one entity at a moment: a `model::EntityDetail`.
#[server(prefix = "/api/portico/ui", endpoint = "peek", input = Json)]
pub(crate) async fn load_peek(entity_ref: String, at: String) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.peek(&caller, &entity_ref, &at).await?)
}

/// Everything about one entity at a moment: a `model::EntityDetail`.
#[server(prefix = "/api/portico/ui", endpoint = "entity", input = Json)]
pub(crate) async fn load_entity(
    kind: String,
    namespace: String,
    name: String,
    at: String,
) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let reference = model::EntityRef::new(&kind, &namespace, &name);
    let (mut detail, care) = catalog.entity_with_care(&caller, &reference, &at).await?;
    detail.care_html = care.map(crate::locations::draw_care);
    Answer::pack(&detail)
}

/// What differs between two versions of one entity: a `model::Comparison`.
#[server(prefix = "/api/portico/ui", endpoint = "history", input = Json)]
pub(crate) async fn load_comparison(
    kind: String,
    namespace: String,
    name: String,
    query: ComparisonQuery,
) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let reference = model::EntityRef::new(&kind, &namespace, &name);
    Answer::pack(&catalog.compare(&caller, &reference, query).await?)
}

/// Entities and their relations: a `model::GraphPage`.
#[server(prefix = "/api/portico/ui", endpoint = "graph", input = Json)]
pub(crate) async fn load_graph(query: GraphQuery) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.graph(&caller, &query).await?)
}

/// One page of the list of problems: a `model::ProblemList`.
#[server(prefix = "/api/portico/ui", endpoint = "problems", input = Json)]
pub(crate) async fn load_problems(query: ProblemListQuery) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    Answer::pack(&catalog.problems(&caller, &query).await?)
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
