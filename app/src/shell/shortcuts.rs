//! Keys that work everywhere, and the dialog that lists them. What they do is in the registry of commands.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::commands::{COMMANDS, Run, SHORTCUTS};
use super::palette::Palette;
use crate::browser;

/// How long the second key of a pair may take.
const PAIR: Duration = Duration::from_millis(1500);

/// Listens to keys, and lists them when asked. Draws a dialog that is closed at first.
#[component]
pub(crate) fn Shortcuts(palette: Palette) -> impl IntoView {
    let begun = StoredValue::new(String::new());
    let on = RwSignal::new(true);
    let navigate = use_navigate();
    // Effects run in the browser alone.
    Effect::new(move |_| {
        on.set(browser::single_keys());
        let navigate = navigate.clone();
        // The page's lifetime is the listener's, so nobody removes it.
        let _listener = window_event_listener(leptos::ev::keydown, move |event| {
            let key = event.key();
            if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                palette.toggle();
                return;
            }
            let with_others = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !on.get_untracked() || with_others || event.default_prevented() || browser::is_busy(&event) {
                return;
            }
            let before = begun.get_value();
            let keys = if before.is_empty() { key } else { format!("{before} {key}") };
            begun.set_value(String::new());
            if let Some(command) = COMMANDS.iter().find(|command| command.keys == keys) {
                event.prevent_default();
                match command.run {
                    Run::Go(page) => navigate(page, NavigateOptions::default()),
                    Run::Do(run) => run(),
                }
            } else if browser::press_key_of_page(&keys) {
                event.prevent_default();
            } else if COMMANDS.iter().any(|command| command.keys.starts_with(&format!("{keys} "))) {
                begun.set_value(keys);
                set_timeout(move || begun.set_value(String::new()), PAIR);
            }
        });
    });
    let row = |title: &'static str, keys: &'static str| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! { <div><dt>{title}</dt><dd>{keys}</dd></div> }.into_any()
    };
    let rows = COMMANDS.iter().filter(|command| !command.keys.is_empty());
    let rows = rows.map(|command| row(command.title, command.keys)).collect_view();
    let switch = move |_| {
        on.update(|on| *on = !*on);
        browser::keep(browser::KEYS_OFF, if on.get_untracked() { "" } else { "off" });
    };
    view! {
        <dialog id=SHORTCUTS class="shortcuts" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            <dl class="shortcuts__list">
                {row("Go to anything", "Ctrl K")}
                {rows}
                {row("Save this view, on pages with filters", "v")}
            </dl>
            <h3>"In tables"</h3>
            <dl class="shortcuts__list">
                {row("The next row, and the one before", "j k")}
                {row("Look at a row, and away", "Space")}
                {row("Select a row; with Shift up to it", "x")}
                {row("Select all rows", "Ctrl A")}
                {row("The first row, and the last", "Home End")}
            </dl>
            <h3>"In pictures"</h3>
            <dl class="shortcuts__list">
                {row("Along the arrows", "← → ↑ ↓")}
                {row("Look at an entity, and away", "Space")}
            </dl>
            <p>
                <label>
                    <input type="checkbox" role="switch" prop:checked=move || on.get() on:change=switch/>
                    " Shortcuts without Ctrl work"
                </label>
            </p>
            <form method="dialog"><button class="button">"Close"</button></form>
        </dialog>
    }
    .into_any()
}
