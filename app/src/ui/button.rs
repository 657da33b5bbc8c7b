//! Buttons that need the browser.

use std::time::Duration;

use leptos::prelude::*;

use super::Icon;
use crate::browser;

/// How long the button says that it worked.
const SAID: Duration = Duration::from_secs(3);

/// Puts a text on the clipboard and says so. Hidden where the browser can't (without scripts, on unsafe origins).
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button offers ("Copy YAML").
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let usable = RwSignal::new(false);
    let copied = RwSignal::new(false);
    // Effects run in the browser alone.
    Effect::new(move |_| usable.set(browser::can_copy()));
    let copy = move |_| {
        browser::copy(&text);
        copied.set(true);
        set_timeout(move || copied.set(false), SAID);
    };
    let words = Signal::derive(move || if copied.get() { "Copied".to_owned() } else { label.clone() });
    let hidden = Signal::derive(move || !usable.get());
    view! {
        <button type="button" class="button button--quiet" hidden=hidden on:click=copy>
            <Icon name="copy"/>
            <span aria-live="polite">{words}</span>
        </button>
    }
    .into_any()
}
