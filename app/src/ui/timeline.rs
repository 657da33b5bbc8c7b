//! What happened, or led somewhere, in its order.

use leptos::prelude::*;

/// Steps along a line.
#[component]
pub fn Timeline(
    /// A [`TimelineStep`] for each.
    children: Children,
) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }.into_any()
}

/// One step.
#[component]
pub fn TimelineStep(
    /// Whether it is where things stand now.
    #[prop(optional)]
    current: bool,
    /// What happened.
    children: Children,
) -> impl IntoView {
    view! { <li aria-current=current.then_some("true")>{children()}</li> }.into_any()
}
