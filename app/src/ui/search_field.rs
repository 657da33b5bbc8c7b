//! A field to search a list by text.

use std::time::Duration;

use leptos::prelude::*;

use super::Icon;
use crate::browser;

/// How long after the last key the search starts.
const PAUSE: Duration = Duration::from_millis(200);

/// Part of a GET form. With scripts it searches while one types; what stands in the field is never replaced while the
/// field has the focus.
#[component]
pub(crate) fn SearchField(
    /// Unique on the page.
    id: &'static str,
    /// Name of its parameter in the address.
    #[prop(default = "text")]
    name: &'static str,
    /// Names the field.
    #[prop(into)]
    label: String,
    /// The text that the address holds.
    #[prop(into)]
    text: Signal<String>,
    /// Called with what was typed.
    on_search: Callback<String>,
) -> impl IntoView {
    Effect::new(move |_| browser::write_field(id, &text.get()));
    let mut search = debounce(PAUSE, move |typed: String| on_search.run(typed));
    view! {
        <div class="search-field">
            <label for=id class="visually-hidden">{label.clone()}</label>
            <Icon name="search"/>
            <input
                id=id
                type="search"
                name=name
                value=text.get_untracked()
                placeholder=label
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| search(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}
