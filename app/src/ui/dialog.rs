//! Dialogs and drawers: the browser's own `<dialog>`, which keeps the focus inside, closes on Esc, and gives the focus
//! back to where it was.

use leptos::prelude::*;

use super::Icon;
use crate::browser;

/// A question or a small form in the middle of the page. Nothing else can be used until it is answered.
///
/// A button opens it without any script of ours:
/// `<button type="button" class="button" command="show-modal" commandfor="unregister">"Unregister"</button>`.
/// Code opens it by `open.set(true)` and closes it by `open.set(false)`; the signal is false again once it is closed, however
/// that happened. Make the signal where it outlives new data, beside the resource and not in the view that draws it.
///
/// What is done in it goes into a `<form>` of its own; buttons stand in `<p class="actions">` at the end.
/// `<button type="button" command="close" commandfor="unregister">` closes it.
#[component]
pub fn Dialog(
    /// Unique on the page.
    id: &'static str,
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    /// Opens and closes it, for code.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
    /// The explanation, the fields, the buttons.
    children: Children,
) -> impl IntoView {
    // What was typed must not be lost to a click beside it.
    modal(id, title, "modal dialog", "closerequest", open, children)
}

/// A closer look at one thing, at the edge of the page. A click beside it closes it; otherwise as [`Dialog`].
#[component]
pub fn Drawer(
    /// Unique on the page.
    id: &'static str,
    /// What is looked at.
    #[prop(into)]
    title: Signal<String>,
    /// Opens and closes it, for code.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
    /// What there is to see.
    children: Children,
) -> impl IntoView {
    modal(id, title, "modal drawer", "any", open, children)
}

/// What dialogs and drawers have in common.
fn modal(
    id: &'static str,
    title: Signal<String>,
    class: &'static str,
    closed_by: &'static str,
    open: Option<RwSignal<bool>>,
    children: Children,
) -> AnyView {
    if let Some(open) = open {
        // Effects run in the browser alone. A view that is drawn again must not close what the reader opened.
        Effect::new(move |drawn: Option<()>| {
            let now = open.get();
            if drawn.is_some() || now {
                browser::show_modal(id, now);
            }
        });
    }
    let closed = move |_| {
        if let Some(open) = open {
            open.set(false);
        }
    };
    let closed_by = leptos::attr::custom::custom_attribute("closedby", closed_by);
    let heading = format!("{id}-title");
    view! {
        <dialog {..closed_by} id=id class=class aria-labelledby=heading on:close=closed>
            <div class="modal__head">
                <h2 id=heading.clone()>{title}</h2>
                <form method="dialog">
                    <button class="button button--bare" aria-label="Close"><Icon name="close"/></button>
                </form>
            </div>
            <div class="modal__body">{children()}</div>
        </dialog>
    }
    .into_any()
}
