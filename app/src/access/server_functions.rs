//! The doors from a page to sign-in and sessions.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::answer::Answer;
use crate::error::UiError;

/// What the sign-in page shows, for the query of its address: a `model::SignIn`.
#[server(prefix = "/api/portico/ui", endpoint = "sign-in", input = Json)]
pub(crate) async fn load_sign_in(query: String) -> Result<Answer, UiError> {
    let (access, caller, headers) = context::service()?;
    let query = ::access::SignInQuery::parse(&query);
    Answer::pack(&access.sign_in_page(&caller, &headers, &query).await)
}

/// Who one is, and where one is signed in: a `model::Account`.
#[server(prefix = "/api/portico/ui", endpoint = "account", input = Json)]
pub(crate) async fn load_account() -> Result<Answer, UiError> {
    let (access, caller, headers) = context::service()?;
    Answer::pack(&access.account(&caller, &headers).await?)
}

#[cfg(feature = "ssr")]
mod context {
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
}
