//! `POST /refresh` and `POST /validate-entity`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::EntityRef;
use platform::access::Caller;
use platform::error::Error;
use platform::http::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::body::ObjectBody;
use crate::service::Catalog;

/// The body of `POST /refresh`. Backstage's clients may add an `authorizationToken`, which is of no use here.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefreshBody {
    entity_ref: String,
}

/// Reads the entity's files again now.
#[utoipa::path(
    post,
    path = "/refresh",
    operation_id = "RefreshEntity",
    tag = "Entity",
    request_body = RefreshBody,
    responses((status = 200, description = "Refreshed"), (status = 404, description = "There is no such entity"))
)]
pub(super) async fn refresh_entity(
    State(catalog): State<Catalog>,
    caller: Caller,
    ObjectBody(body): ObjectBody<RefreshBody>,
) -> Result<StatusCode, ApiError> {
    let entity_ref = EntityRef::parse(&body.entity_ref).map_err(|error| Error::input(error.to_string()))?;
    catalog.refresh(&caller, &entity_ref).await?;
    Ok(StatusCode::OK)
}

/// The body of `POST /validate-entity`.
#[derive(Deserialize, ToSchema)]
pub(super) struct ValidateBody {
    /// Where the entity would live, such as `url:https://example.com/catalog-info.yaml`.
    location: String,
    #[schema(value_type = Object)]
    entity: Value,
}

/// Checks an entity without keeping it.
#[utoipa::path(
    post,
    path = "/validate-entity",
    operation_id = "ValidateEntity",
    tag = "Entity",
    request_body = ValidateBody,
    responses((status = 200, description = "Valid"), (status = 400, description = "errors", body = Object))
)]
pub(super) async fn validate_entity(
    State(catalog): State<Catalog>,
    caller: Caller,
    ObjectBody(body): ObjectBody<ValidateBody>,
) -> Result<Response, ApiError> {
    let violations = catalog.validate(&caller, &body.entity, &body.location)?;
    if violations.is_empty() {
        return Ok(StatusCode::OK.into_response());
    }
    let errors: Vec<Value> = violations
        .into_iter()
        .map(|violation| {
            // A document that is not an entity at all is a TypeError for Backstage's clients.
            let name =
                if violation.code == model::ProblemCode::Envelope { "TypeError" } else { "InputError" };
            let mut message = violation.message;
            if let Some(found) = &violation.found {
                message.push_str(&format!("; found {found}"));
            }
            if let Some(allowed) = &violation.allowed {
                message.push_str(&format!("; allowed: {allowed}"));
            }
            json!({"name": name, "message": message, "pointer": violation.pointer})
        })
        .collect();
    Ok((StatusCode::BAD_REQUEST, Json(json!({"errors": errors}))).into_response())
}
