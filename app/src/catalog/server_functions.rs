//! The doors from a page to the catalog. Each takes the caller, parses, calls one service function, and maps the
//! result; what the caller may see is decided by the service.
//!
//! Input travels as JSON in a POST, because the default form encoding loses empty lists.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ComparisonQuery, EntityListQuery, GraphQuery, ProblemListQuery};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::answer::Drawn;
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

/// Everything about one entity at a moment: a `model::EntityDetail`; with its picture inside if it is to be
/// `whole`.
#[server(prefix = "/api/portico/ui", endpoint = "entity", input = Json)]
pub(crate) async fn load_entity(
    kind: String,
    namespace: String,
    name: String,
    at: String,
    whole: bool,
) -> Result<Answer, UiError> {
    let (catalog, caller) = context::service()?;
    let reference = model::EntityRef::new(&kind, &namespace, &name);
    let (mut detail, care) = catalog.entity_with_care(&caller, &reference, &at).await?;
    detail.care_html = care.map(crate::locations::draw_care);
    let picture = match &mut detail.neighbours {
        Some(neighbours) if !whole => std::mem::take(&mut neighbours.picture),
        _ => return Answer::pack(&detail),
    };
    Answer::pack_beside(&detail, Drawn { picture, ..Drawn::default() })
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
