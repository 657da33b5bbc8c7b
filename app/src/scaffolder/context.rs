//! What the server leaves in the context for these pages.

use ::scaffolder::Scaffolder;
use leptos::prelude::use_context;
use platform::access::Caller;
use platform::error::Error;

use crate::error::UiError;

/// What a form sent to the page that is being made: names and values in their order, or why it could not be read.
#[derive(Clone, Debug)]
pub struct SentForm(pub Result<Vec<(String, String)>, String>);

/// The service and the caller. A request without a caller is nobody's.
pub(super) fn service() -> Result<(Scaffolder, Caller), UiError> {
    let scaffolder = use_context::<Scaffolder>()
        .ok_or_else(|| Error::unavailable("Templates are not ready yet. Try again in a moment."))?;
    Ok((scaffolder, use_context::<Caller>().unwrap_or(Caller::Nobody)))
}
