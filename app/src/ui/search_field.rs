//! A field to search a list by text.

use leptos::prelude::*;

use super::Icon;
use crate::browser;

/// Part of a GET form. Where the form is live it searches while one types; what stands in the field is never replaced
/// while the field has the focus.
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
    /// Id of its form, where that is not around it.
    #[prop(optional)]
    form: Option<&'static str>,
) -> impl IntoView {
    // Effects run in the browser alone.
    Effect::new(move |_| browser::write_field(id, &text.get()));
    view! {
        <div class="search-field">
            <label for=id class="visually-hidden">{label.clone()}</label>
            <Icon name="search"/>
            <input id=id form=form type="search" name=name value=text.get_untracked() placeholder=label autocomplete="off" spellcheck="false"/>
        </div>
    }
    .into_any()
}
