//! The form of the control of moments. It stands beside the form of a list, because forms can't be nested.

use leptos::prelude::*;

/// The form that a moment is typed into. It stands beside the form of a list, because forms can't be nested; its fields
/// name it.
pub(crate) const TIME_FORM: &str = "time-form";

/// The form that the field of the control belongs to; `parameters` (as in an address) is what stays as it is.
pub(crate) fn time_form(path: String, parameters: &str) -> AnyView {
    view! {
        <form id=TIME_FORM method="get" action=path hidden=true>{hidden(parameters, &["at", "to", "page"])}</form>
    }
    .into_any()
}

/// The parameters of an address as fields of a form, without these.
pub(crate) fn hidden(parameters: &str, without: &[&str]) -> AnyView {
    let fields =
        model::parameters(parameters).into_iter().filter(|(name, _)| !without.contains(&name.as_str()));
    fields
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}
