//! The bottom of every page: which version of the catalog it shows and how old that is, and what it is made of.

use leptos::prelude::*;
use model::CatalogStatus;

use crate::ui::Age;

/// The footer.
#[component]
pub(crate) fn Footer(
    /// Feeds the version.
    status: Signal<Option<CatalogStatus>>,
) -> impl IntoView {
    let version = move || {
        status.get().map(|CatalogStatus { seq, changed, .. }| {
            let changed = (!changed.is_empty()).then(|| view! { ", changed "<Age at=changed/> });
            view! { <span>{format!("Catalog version {seq}")}{changed}</span> }.into_any()
        })
    };
    view! {
        <footer class="site-footer">
            <Transition fallback=|| ()>{version}</Transition>
            <span>"Portico · "<a href="/design">"Design system"</a></span>
        </footer>
    }
    .into_any()
}
