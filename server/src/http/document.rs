//! The OpenAPI document, composed from the routes themselves.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The head of the document; the paths come from the routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Portico",
        description = "The REST API of the portal. `/api/catalog` speaks as Backstage does; what is \
                       Portico's own lies below `/api/portico`."
    ),
    tags((name = "operations", description = "For the machinery that runs the portal"))
)]
struct Head;

/// The router that every capability is merged into; it already has the address of the document.
pub(crate) fn router() -> OpenApiRouter<Bytes> {
    OpenApiRouter::with_openapi(Head::openapi()).routes(routes!(serve))
}

/// The document as text, indented, with a final line end.
///
/// # Errors
/// When it can't be written as JSON, which would be a fault in a route's description.
pub(crate) fn text(document: &OpenApi) -> anyhow::Result<String> {
    Ok(document.to_pretty_json()? + "\n")
}

/// This document.
#[utoipa::path(get, path = "/api/portico/openapi.json", tag = "operations", responses((status = 200, body = serde_json::Value, description = "OpenAPI 3.1")))]
async fn serve(State(text): State<Bytes>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
