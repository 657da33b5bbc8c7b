//! What stands where nothing is: why, and the one thing that helps.

use leptos::prelude::*;

use super::Icon;

/// An empty place with its reason.
#[component]
pub fn EmptyState(
    /// Why it is empty, in a few words.
    #[prop(into)]
    title: String,
    /// Id of a symbol in the sprite.
    #[prop(default = "empty")]
    icon: &'static str,
    /// The explanation, and the link or command that helps.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <p class="empty__title">{title}</p>
            <div class="empty__text">{children()}</div>
        </div>
    }
    .into_any()
}
