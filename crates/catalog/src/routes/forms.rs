//! What pages send without scripts: forms. Each calls one service function and leads back to a page that tells what
//! became of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use model::{EntityRef, LocationRef};
use platform::access::Caller;
use platform::error::{Error, ErrorKind};
use platform::http::ApiError;

use crate::service::Catalog;

/// The fields of a form.
struct Fields(String);

impl Fields {
    fn get(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.0.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// Registers an address (`url`).
#[utoipa::path(
    post,
    path = "/forms/register",
    operation_id = "RegisterByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that tells what became of it"))
)]
pub(super) async fn register(
    State(catalog): State<Catalog>,
    caller: Caller,
    body: String,
) -> Result<Response, ApiError> {
    let target = Fields(body).get("url").trim().to_owned();
    let location = LocationRef { kind: "url".to_owned(), target: target.clone() };
    match catalog.create_location(&caller, location, false).await {
        Ok(_) => Ok(to("/locations", &[("done", "registered"), ("url", &target)])),
        Err(error) => on_the_page(error, "/catalog-import", ("url", &target)),
    }
}

/// Unregisters a location (`id`).
#[utoipa::path(
    post,
    path = "/forms/unregister",
    operation_id = "UnregisterByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that tells what became of it"))
)]
pub(super) async fn unregister(
    State(catalog): State<Catalog>,
    caller: Caller,
    body: String,
) -> Result<Response, ApiError> {
    match catalog.delete_location(&caller, &Fields(body).get("id")).await {
        Ok(location) => Ok(to("/locations", &[("done", "unregistered"), ("url", &location.target)])),
        Err(error) => on_the_page(error, "/locations", ("done", "gone")),
    }
}

/// Reads an entity's files again (`ref`).
#[utoipa::path(
    post,
    path = "/forms/refresh",
    operation_id = "RefreshByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that tells what became of it"))
)]
pub(super) async fn refresh(
    State(catalog): State<Catalog>,
    caller: Caller,
    body: String,
) -> Result<Response, ApiError> {
    let text = Fields(body).get("ref");
    // Who may not is told so before the reference is looked at.
    let entity_ref = EntityRef::parse(&text).unwrap_or_else(|_| EntityRef::new("location", "default", "-"));
    match catalog.refresh(&caller, &entity_ref).await {
        Ok(()) => Ok(to("/locations", &[("done", "refreshed")])),
        Err(error) => on_the_page(error, "/locations", ("done", "gone")),
    }
}

/// Removes an entity (`uid`).
#[utoipa::path(
    post,
    path = "/forms/delete-entity",
    operation_id = "DeleteEntityByForm",
    tag = "Forms",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that tells what became of it"))
)]
pub(super) async fn delete_entity(
    State(catalog): State<Catalog>,
    caller: Caller,
    body: String,
) -> Result<Response, ApiError> {
    match catalog.delete_entity(&caller, &Fields(body).get("uid")).await {
        Ok(entity_ref) => Ok(to("/locations", &[("done", "deleted"), ("ref", &entity_ref)])),
        Err(error) => on_the_page(error, "/locations", ("done", "gone")),
    }
}

/// What was refused is told by the page, read again, which shows why; everything else is a failure.
fn on_the_page(error: Error, path: &str, said: (&str, &str)) -> Result<Response, ApiError> {
    match error.kind() {
        ErrorKind::Input | ErrorKind::Conflict | ErrorKind::NotFound => Ok(to(path, &[said])),
        _ => Err(error.into()),
    }
}

fn to(path: &str, query: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{path}?{query}"))]).into_response()
}
