//! Icons from the sprite `public/icons.svg`. They decorate: the words beside them say what they mean.

use leptos::prelude::*;

/// The icon with this id in the sprite, in the colour of the text around it.
#[component]
pub fn Icon(
    /// Id of a symbol in the sprite.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
