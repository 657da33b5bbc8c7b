//! What may stand at a place of a template, for those who write one.

use axum::Json;
use axum::extract::State;
use platform::access::Caller;
use platform::http::{ApiError, ApiJson, ErrorBody};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::completion::Completions;
use crate::service::Scaffolder;

/// A template that is being written, and a place in it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionBody {
    /// The text, which need not be right.
    source: String,
    /// The place, in UTF-16 units from the beginning.
    offset: usize,
}

/// What may stand at a place of a template.
#[utoipa::path(
    post,
    path = "/completions",
    operation_id = "CompleteTemplate",
    tag = "Templates",
    request_body = CompletionBody,
    responses(
        (status = 200, body = Completions),
        (status = 400, description = "The text is too long", body = ErrorBody),
        (status = 403, description = "The caller may not see what templates are made of", body = ErrorBody),
    )
)]
pub(super) async fn complete(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiJson(CompletionBody { source, offset }): ApiJson<CompletionBody>,
) -> Result<Json<Completions>, ApiError> {
    Ok(Json(scaffolder.completions(&caller, source, offset).await?))
}
