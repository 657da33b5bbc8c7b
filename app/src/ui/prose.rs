//! Sentences with names in them.

use leptos::prelude::*;

/// Text in which what stands between backticks is a name: a field, a file, a command. Everything else stays as it is.
#[component]
pub fn Prose(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    // Without a partner a backtick is just a backtick.
    let paired = text.matches('`').count().is_multiple_of(2);
    let pieces = text.split('`').enumerate().map(|(position, piece)| {
        let piece = piece.to_owned();
        if position.is_multiple_of(2) { piece.into_any() } else { view! { <code>{piece}</code> }.into_any() }
    });
    if paired { pieces.collect_view().into_any() } else { text.clone().into_any() }
}
