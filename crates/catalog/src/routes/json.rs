//! Responses whose JSON is already bytes.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};

/// A JSON response from ready bytes.
pub(super) fn json(bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
