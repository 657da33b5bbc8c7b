//! How far something has come.

use leptos::prelude::*;

/// A bar with its numbers.
#[component]
pub fn Progress(
    /// Unique on the page.
    id: &'static str,
    /// What is under way, or measured.
    #[prop(into)]
    label: String,
    /// How much is done; nothing while that is not known.
    #[prop(into)]
    done: Signal<Option<u32>>,
    /// How much there is.
    #[prop(into)]
    total: Signal<u32>,
) -> impl IntoView {
    let numbers = move || done.get().map_or_else(String::new, |done| format!("{done} of {}", total.get()));
    view! {
        <div class="progress">
            <label for=id>{label}</label>
            <span class="progress__numbers">{numbers}</span>
            <progress id=id value=move || done.get() max=move || total.get()></progress>
        </div>
    }
    .into_any()
}
