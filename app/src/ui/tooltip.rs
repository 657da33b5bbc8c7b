//! An explanation that one asks for.

use leptos::prelude::*;

use super::Icon;

/// A sign that shows an explanation: on a click or a key everywhere, on hover where the browser can (`interestfor`). The
/// browser closes it on Esc and on a click elsewhere. For what everybody needs to know use plain text instead.
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
    let on_hover = leptos::attr::custom::custom_attribute("interestfor", id);
    view! {
        <button {..on_hover} type="button" class="button button--bare button--sign" popovertarget=id aria-label=label>
            <Icon name="info"/>
        </button>
        <p id=id popover="" class="popup tooltip">{text}</p>
    }
    .into_any()
}
