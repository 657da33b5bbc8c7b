//! What the server leaves for the pages of sign-in and settings.

use ::access::Access;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use leptos::prelude::use_context;
use platform::access::Caller;
use platform::error::Error;

use crate::error::UiError;

/// The service, the caller and the headers of the request. A request without a caller is nobody's.
pub(super) fn service() -> Result<(Access, Caller, HeaderMap), UiError> {
    let access = use_context::<Access>()
        .ok_or_else(|| Error::unavailable("Sign-in is not ready yet. Try again in a moment."))?;
    let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
    Ok((access, use_context::<Caller>().unwrap_or(Caller::Nobody), headers))
}
