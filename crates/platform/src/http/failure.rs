//! The error body that Backstage clients read: `{error: {name, message}, request: {method, url}, response: {statusCode}}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::RequestId;
use crate::error::{Error, ErrorKind};

/// A service's error on its way out of a handler; [`error_body`] gives it its body.
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

/// What travels from the handler to the middleware.
#[derive(Clone)]
struct Failure(Arc<Error>);

/// Middleware of a capability's router (`middleware::from_fn(error_body)`): completes the error body with the request,
/// whose address is seen from the router's own base as in Backstage, and logs a fault once, with the request's number.
pub async fn error_body(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    if let Some(Failure(error)) = response.extensions_mut().remove() {
        error.log(&id.0);
        return error_response(&error, &method, &uri);
    }
    response
}

/// The answer for an error outside of a capability's router, such as an address that nobody answers.
pub fn error_response(error: &Error, method: &Method, uri: &Uri) -> Response {
    (status(error), Json(ErrorBody::new(error, Some((method, uri))))).into_response()
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
    fn new(error: &Error, request: Option<(&Method, &Uri)>) -> Self {
        let kind: ErrorKind = error.kind();
        Self {
            error: ErrorText { name: kind.name(), message: error.message().to_owned() },
            request: request.map(|(method, uri)| FailedRequest {
                method: method.to_string(),
                url: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
            }),
            response: FailedResponse { status_code: kind.status() },
        }
    }
}
