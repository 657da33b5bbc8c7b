//! The bottom of every page: which version of the catalog it shows.

use leptos::prelude::*;

use crate::catalog::ShellStatus;
use crate::error::UiError;

/// The footer.
#[component]
pub(crate) fn Footer(
    /// Feeds the version.
    status: Resource<Result<ShellStatus, UiError>>,
) -> impl IntoView {
    let version = move || {
        status.get().and_then(Result::ok).map(|status| view! { <span>{format!("Catalog version {}", status.seq)}</span> })
    };
    view! {
        <footer class="site-footer">
            <Transition fallback=|| ()>{version}</Transition>
            <span>"Portico"</span>
        </footer>
    }
    .into_any()
}
