//! The sections of the page, drawn on the server.

mod controls;
mod foundations;
mod order;
mod states;

use leptos::prelude::*;

use super::Section;

/// Every section, from the smallest parts up.
pub(super) fn all() -> Vec<Section> {
    let owner = Owner::new();
    owner.with(|| {
        [foundations::all(), controls::all(), order::all(), states::all()].into_iter().flatten().collect()
    })
}

/// A section.
fn section(id: &str, title: &str, text: &str, body: impl IntoView) -> Section {
    (id.to_owned(), title.to_owned(), text.to_owned(), body.into_view().to_html())
}

/// Samples beside each other, each with the word for its state below it.
fn states(samples: Vec<(&'static str, AnyView)>) -> AnyView {
    let state = |(name, sample): (&'static str, AnyView)| {
        view! { <li>{sample}<p class="muted small">{name}</p></li> }
    };
    view! { <ul class="states">{samples.into_iter().map(state).collect_view()}</ul> }.into_any()
}
