//! Fields of forms: a label, the control, what to write, and what is wrong with what was written.

use leptos::prelude::*;

use super::Icon;

/// A line of text.
#[component]
pub fn Field(
    /// Unique on the page.
    id: &'static str,
    /// Name of the field in its form.
    name: &'static str,
    /// What belongs into it.
    #[prop(into)]
    label: String,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// What to write, in a sentence; may be empty.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it and what would be right; empty while nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether the form needs it.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let wrong = move || error.with(|error| !error.is_empty());
    let described = format!("{hint_id} {error_id}");
    let optional = (!required).then(|| view! { <span class="field__optional">"optional"</span> });
    view! {
        <div class="field">
            <label for=id>{label}{optional}</label>
            <input
                id=id
                name=name
                type=kind
                class="input"
                value=value
                required=required
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=described
            />
            <p id=hint_id class="field__hint">{hint}</p>
            <p id=error_id class="field__error">
                {move || wrong().then(|| view! { <Icon name="error"/> })}
                {error}
            </p>
        </div>
    }
    .into_any()
}

/// One of a few choices.
#[component]
pub fn Select(
    /// Unique on the page.
    id: &'static str,
    /// Name of the field in its form.
    name: &'static str,
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// Value and words of each choice.
    options: Vec<(String, String)>,
    /// The value that is chosen at first.
    #[prop(optional, into)]
    chosen: String,
) -> impl IntoView {
    let option = |(value, words): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=name class="input">{options.into_iter().map(option).collect_view()}</select>
        </div>
    }
    .into_any()
}
