//! Bodies, queries and paths of requests; what can't be read is refused with what was found and what is allowed.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::error::Error;

/// A JSON body.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(Error::input(
                "The request body has to be JSON, with the header content-type: application/json.",
            )
            .into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unreadable(&rejection))?;
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| Error::input(format!("The request body is not as expected: {error}.")))?;
        Ok(Self(value))
    }
}

/// A body as it is; empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct ApiBytes(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for ApiBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await;
        Ok(Self(bytes.map_err(|rejection| unreadable(&rejection))?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn unreadable(rejection: &BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::payload_too_large("The request body is larger than the portal accepts; send less at a time.")
    } else {
        Error::input("The request body could not be read to its end.")
    }
}

/// The parameters of a query. They may repeat, so the type to read into is a struct of single values or
/// `Vec<(String, String)>`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(value) = Query::from_request_parts(parts, state).await.map_err(|rejection| {
            // The first line of axum's text only repeats that this is a query.
            let text = rejection.body_text();
            let reason = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            Error::input(format!("The query of the address is not as expected: {reason}."))
        })?;
        Ok(Self(value))
    }
}

/// The parameters of a path, percent-decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(value) =
            Path::from_request_parts(parts, state).await.map_err(|rejection| match rejection {
                PathRejection::FailedToDeserializePathParams(error) if error.status().is_client_error() => {
                    Error::input(format!("The path of the address is not as expected: {}.", error.kind()))
                }
                // The handler asks for parameters that its route does not have.
                fault => Error::internal(fault),
            })?;
        Ok(Self(value))
    }
}
