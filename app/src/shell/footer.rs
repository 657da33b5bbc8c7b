//! The bottom of every page: which version of the catalog it shows, and what it is made of.

use leptos::prelude::*;
use model::CatalogStatus;

/// The footer.
#[component]
pub(crate) fn Footer(
    /// Feeds the version.
    status: Signal<Option<CatalogStatus>>,
) -> impl IntoView {
    let version = move || {
        status
            .get()
            .map(|status| view! { <span>{format!("Catalog version {}", status.seq)}</span> }.into_any())
    };
    view! {
        <footer class="site-footer">
            <Transition fallback=|| ()>{version}</Transition>
            <span>"Portico · "<a href="/design">"Design system"</a></span>
        </footer>
    }
    .into_any()
}
