//! The doors from pages to the search. Each takes the caller, calls one service function, and maps the result.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::answer::Answer;
use crate::error::UiError;

/// The best results for what is being typed: a list of `model::SearchHit`.
#[server(prefix = "/api/portico/ui", endpoint = "palette", input = Json)]
pub(crate) async fn load_palette(text: String) -> Result<Answer, UiError> {
    let (search, caller) = context::service()?;
    Answer::pack(&search.palette(&caller, &text).await?)
}

#[cfg(feature = "ssr")]
pub(super) mod context {
    use ::search::Search;
    use leptos::prelude::use_context;
    use platform::access::Caller;
    use platform::error::Error;

    use crate::error::UiError;

    /// The service and the caller that the server put into the context. A request without a caller is nobody's.
    pub(crate) fn service() -> Result<(Search, Caller), UiError> {
        let search = use_context::<Search>()
            .ok_or_else(|| Error::unavailable("The search is not ready yet. It starts with the portal."))?;
        Ok((search, use_context::<Caller>().unwrap_or(Caller::Nobody)))
    }
}
