//! The error body that Backstage clients read: `{error: {name, message}, request: {method, url}, response: {statusCode}}`.

use std::sync::Arc;

use axum::Json;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Error, ErrorKind};

/// A service's error on its way out of a handler; [`complete_error`] gives it its whole body.
#[derive(Debug)]
pub struct ApiError(Error);

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (status(&self.0), Json(ErrorBody::new(&self.0, None))).into_response();
        response.extensions_mut().insert(Failure(Arc::new(self.0)));
        response
    }
}

/// What travels from the handler to the edge.
#[derive(Clone)]
struct Failure(Arc<Error>);

/// Completes an error that left a handler: its body names the request, and a fault is logged once, under the number of
/// the request. Every other response stays as it is.
pub fn complete_error(mut response: Response, id: &str, method: &Method, uri: &Uri) -> Response {
    let Some(Failure(error)) = response.extensions_mut().remove() else { return response };
    error.log(id);
    (status(&error), Json(ErrorBody::new(&error, Some((method, from_base(url(uri))))))).into_response()
}

/// An address as seen from the base of its API (`/api/<capability>`), which is how Backstage's clients know it.
fn from_base(url: &str) -> &str {
    let rest = url.strip_prefix("/api/").and_then(|rest| rest.find('/').map(|base| &rest[base..]));
    rest.unwrap_or(url)
}

/// The answer for an error outside of a capability's router, such as an address that nobody answers.
pub fn error_response(error: &Error, method: &Method, uri: &Uri) -> Response {
    (status(error), Json(ErrorBody::new(error, Some((method, url(uri)))))).into_response()
}

/// Path and query.
fn url(uri: &Uri) -> &str {
    uri.path_and_query().map_or(uri.path(), |whole| whole.as_str())
}

fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The body of every answer that is an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    error: ErrorText,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<FailedRequest>,
    response: FailedResponse,
}

/// What went wrong.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ErrorText {
    /// A name that programs can compare, such as `NotFoundError`.
    name: &'static str,
    /// What went wrong and what to do, for people.
    message: String,
}

/// Which request it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FailedRequest {
    /// The HTTP method.
    method: String,
    /// Path and query, from the base of the API that answered.
    url: String,
}

/// How it was answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct FailedResponse {
    /// The HTTP status.
    status_code: u16,
}

impl ErrorBody {
    fn new(error: &Error, request: Option<(&Method, &str)>) -> Self {
        let kind: ErrorKind = error.kind();
        Self {
            error: ErrorText { name: kind.name(), message: error.message().to_owned() },
            request: request
                .map(|(method, url)| FailedRequest { method: method.to_string(), url: url.to_owned() }),
            response: FailedResponse { status_code: kind.status() },
        }
    }
}
