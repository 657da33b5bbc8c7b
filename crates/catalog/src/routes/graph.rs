//! `GET /api/portico/graph.svg`: the picture of the graph page as a file.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use model::GraphQuery;
use platform::access::Caller;
use platform::error::Error;
use platform::http::ApiError;

use super::params::Params;
use crate::service::{Catalog, GraphTheme};

/// What says that an answer is a file, and which.
type FileHeaders = [(HeaderName, HeaderValue); 2];

/// The picture that the graph page shows for the same parameters, as an SVG file that needs nothing else.
#[utoipa::path(
    get,
    path = "/graph.svg",
    operation_id = "ExportGraphAsSvg",
    tag = "Export",
    params(
        ("rootEntityRefs[]" = Vec<String>, Query, description = "References of the entities that everything else is around"),
        ("maxDepth" = Option<u32>, Query, description = "How many relations away an entity may be; without it any number"),
        ("selectedKinds[]" = Option<Vec<String>>, Query, description = "Kinds that are shown; without them all"),
        ("selectedRelations[]" = Option<Vec<String>>, Query, description = "Relation types that are followed; without them all"),
        ("unidirectional" = Option<bool>, Query, description = "Whether reverse relations are left out; by default they are"),
        ("mergeRelations" = Option<bool>, Query, description = "Whether a relation and its reverse are one arrow; by default they are"),
        ("direction" = Option<String>, Query, description = "LR, RL, TB or BT"),
        ("curve" = Option<String>, Query, description = "curveMonotoneX or curveStepBefore"),
        ("group" = Option<String>, Query, description = "What boxes hold together: system, domain or owner"),
        ("expanded[]" = Option<Vec<String>>, Query, description = "Entities whose neighbours are shown whatever the depth"),
        ("collapsed[]" = Option<Vec<String>>, Query, description = "Entities whose relations are not followed"),
        ("at" = Option<String>, Query, description = "The moment that is shown: a date, a time or a seq; without it now"),
        ("compare" = Option<String>, Query, description = "The moment that it is compared with"),
        ("theme" = Option<String>, Query, description = "light or dark"),
    ),
    responses(
        (status = 200, description = "The picture", content_type = "image/svg+xml", body = String),
        (status = 400, description = "No entity is named, or the theme is none of the two"),
    )
)]
pub(super) async fn export_graph(
    State(catalog): State<Catalog>,
    caller: Caller,
    RawQuery(query): RawQuery,
    params: Params,
) -> Result<(FileHeaders, String), ApiError> {
    let theme = match params.one("theme") {
        None | Some("light") => GraphTheme::Light,
        Some("dark") => GraphTheme::Dark,
        Some(other) => {
            return Err(Error::input(format!("theme must be light or dark, but is {other:?}")).into());
        }
    };
    let query = GraphQuery::from_query_string(query.as_deref().unwrap_or_default());
    let picture = catalog.graph_file(&caller, &query, theme).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"graph.svg\"")),
    ];
    Ok((headers, picture))
}
