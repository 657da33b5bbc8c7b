//! The shape of what is on its way.

use leptos::prelude::*;

/// Stands where data will be; visible only when that takes longer than a moment.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <div></div>
            <div></div>
            <div></div>
        </div>
    }
    .into_any()
}
