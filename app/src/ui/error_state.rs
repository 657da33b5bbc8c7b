//! What stands where something failed: what, why, what to do next, and the request id to ask about.

use leptos::prelude::*;
use model::sign_in_address;

use super::Icon;
use crate::browser;
use crate::error::{UiError, UiErrorKind};

/// A failure, readable.
#[component]
pub fn ErrorState(
    /// What failed.
    error: UiError,
    /// Whether the page has its main heading already.
    #[prop(optional)]
    below_heading: bool,
) -> impl IntoView {
    let retry = error.is_passing().then(|| {
        // An empty address is this page; `external` makes the browser load it anew.
        view! { <a class="button" href="" rel="external">"Try again"</a> }
    });
    // The sign-in page is the server's to answer, which knows by then who asks.
    let sign_in = (error.kind == UiErrorKind::SignIn).then(|| {
        view! { <a class="button" href=sign_in_address(&browser::here()) rel="external">"Sign in"</a> }
    });
    let mut actions = error.actions.into_vec();
    if actions.is_empty() && error.kind != UiErrorKind::SignIn {
        actions.push(("Open the catalog".to_owned(), "/catalog".to_owned()));
    }
    let actions = actions.into_iter().map(|(words, href)| view! { <a class="button" href=href>{words}</a> });
    let icon = if error.kind == UiErrorKind::NotFound { "missing" } else { "error" };
    let title = if below_heading {
        view! { <h2>{error.title}</h2> }.into_any()
    } else {
        view! { <h1>{error.title}</h1> }.into_any()
    };
    view! {
        <div class="failure" role="alert">
            <Icon name=icon/>
            {title}
            <p>{error.message}</p>
            {(!error.next.is_empty()).then(|| view! { <p class="muted">{error.next}</p> })}
            <p class="actions">
                {retry}
                {sign_in}
                {actions.collect_view()}
            </p>
            {error
                .request_id
                .map(|id| view! { <p class="muted small">"Request id: " <code>{id}</code></p> })}
        </div>
    }
    .into_any()
}
