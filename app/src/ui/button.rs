//! Buttons.
//!
//! Where a link or the submit button of a form has no state, the class `button` alone makes it look like one, with
//! `button--primary`, `button--danger`, `button--quiet` or `button--bare` (an icon alone).

use leptos::prelude::*;

use super::Icon;

/// What a button is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several actions.
    #[default]
    Plain,
    /// The one action that the page is about.
    Primary,
    /// It takes something away.
    Danger,
    /// Beside something, and less than that.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button--primary",
            Self::Danger => "button button--danger",
            Self::Quiet => "button button--quiet",
        }
    }
}

/// A button with a state. One that can't be used now stays in its place and can be reached, and says why.
#[component]
pub fn Button(
    /// Unique on the page.
    id: &'static str,
    /// What it does.
    #[prop(into)]
    label: String,
    /// What it is for.
    #[prop(optional)]
    kind: ButtonKind,
    /// Id of a symbol in the sprite.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether it sends its form.
    #[prop(optional)]
    submit: bool,
    /// What it started is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it can't be used; empty when it can.
    #[prop(optional, into)]
    reason: Signal<String>,
    /// Does it.
    #[prop(optional)]
    on_click: Option<Callback<()>>,
) -> impl IntoView {
    let reason_id = format!("{id}-reason");
    let described = reason_id.clone();
    let blocked = move || reason.with(|reason| !reason.is_empty());
    let off = move || (busy.get() || blocked()).then_some("true");
    let click = move |event: leptos::ev::MouseEvent| {
        if off().is_some() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <span class="button-with-reason">
            <button
                id=id
                type=if submit { "submit" } else { "button" }
                class=kind.class()
                aria-disabled=off
                aria-busy=move || busy.get().then_some("true")
                aria-describedby=move || blocked().then(|| described.clone())
                on:click=click
            >
                {icon.map(|icon| view! { <Icon name=icon/> })}
                {label}
            </button>
            <span id=reason_id class="button__reason">{reason}</span>
        </span>
    }
    .into_any()
}

/// Puts a text on the clipboard and says so; `public/drawn.js` does it. Styles hide it where the browser can't (without
/// scripts, on unsafe origins).
#[component]
pub fn CopyButton(
    /// Id of what is copied.
    #[prop(into)]
    of: String,
    /// What the button offers ("Copy YAML").
    #[prop(into)]
    label: String,
    /// What it is called among the commands of the page, if it is one of them.
    #[prop(optional)]
    command: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="button" class="button button--quiet" data-copy=of data-command=command>
            <Icon name="copy"/>
            <span aria-live="polite">{label}</span>
        </button>
    }
    .into_any()
}
