//! Glue between axum and services: the error body, extractors whose refusals help, and who asks. And the client for
//! requests that go out.
//!
//! Nothing here knows an address or a capability.

mod address;
mod extract;
mod failure;
pub mod outgoing;

use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

pub use self::extract::{ApiBytes, ApiJson, ApiPath, ApiQuery};
pub use self::failure::{ApiError, ErrorBody, complete_error, error_response};
use crate::access::Caller;

/// The number of a request, which its answer and the log share. The server puts it into the request's extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// Who asks, as the server settled it; a request that it did not see is nobody's.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}
