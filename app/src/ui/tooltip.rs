//! An explanation that one asks for.

use leptos::prelude::*;

use super::Icon;

/// A sign that shows an explanation on a click or a key, so that fingers reach it as well. The browser closes it on Esc and
/// on a click elsewhere. For what everybody needs to know use plain text instead.
#[component]
pub fn Tooltip(
    /// Unique on the page.
    id: &'static str,
    /// Names the sign: "About orphans".
    #[prop(into)]
    label: String,
    /// The explanation.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <button type="button" class="button button--bare button--sign" popovertarget=id aria-label=label>
            <Icon name="info"/>
        </button>
        <span id=id popover="" class="popup tooltip">{text}</span>
    }
    .into_any()
}
