//! A text field with suggestions, after the combobox pattern of ARIA 1.2 (list autocomplete with manual selection).
//! Without scripts it is a plain text field.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::browser;

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What goes into the field.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What tells it from others with the same label; may be empty.
    pub note: String,
}

/// The field and its suggestions. Whoever uses it decides what is suggested: `on_input` hears what is typed, and
/// `suggestions` follows.
#[component]
pub fn Combobox(
    /// Unique on the page.
    id: &'static str,
    /// What belongs into the field.
    #[prop(into)]
    label: String,
    /// Name of the field in its form.
    name: &'static str,
    /// What stands in the field at first.
    #[prop(optional, into)]
    value: String,
    /// What is suggested now.
    #[prop(into)]
    suggestions: Signal<Vec<Suggestion>>,
    /// Called with what was typed.
    on_input: Callback<String>,
    /// Called with the value of a suggestion that was chosen; it stands in the field by then.
    on_choose: Callback<String>,
) -> impl IntoView {
    let list = format!("{id}-list");
    let open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let shown = Signal::derive(move || open.get() && suggestions.with(|all| !all.is_empty()));
    let close = move || {
        open.set(false);
        active.set(None);
    };
    let choose = move |index: usize| {
        if let Some(chosen) = suggestions.with_untracked(|all| all.get(index).cloned()) {
            browser::set_field(id, &chosen.value);
            close();
            on_choose.run(chosen.value);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let count = suggestions.with_untracked(Vec::len);
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") if count > 0 => {
                let next = step(active.get_untracked(), count, key == "ArrowDown");
                open.set(true);
                active.set(Some(next));
                browser::reveal(&option_id(id, next));
            }
            // Without a suggestion under the mark, Enter means the form.
            "Enter" => match active.get_untracked() {
                Some(index) => choose(index),
                None => return close(),
            },
            "Escape" if shown.get_untracked() => close(),
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |(index, suggestion): (usize, Suggestion)| {
        let selected = move || if active.get() == Some(index) { "true" } else { "false" };
        let note = (!suggestion.note.is_empty())
            .then(|| view! { <span class="muted small">{suggestion.note}</span> });
        view! {
            <li
                id=option_id(id, index)
                role="option"
                aria-selected=selected
                // The field keeps the focus.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose(index)
            >
                <span>{suggestion.label}</span>
                {note}
            </li>
        }
        .into_any()
    };
    view! {
        <div class="field combobox">
            <label for=id>{label.clone()}</label>
            <input
                id=id
                name=name
                type="text"
                class="input"
                role="combobox"
                aria-autocomplete="list"
                aria-controls=list.clone()
                aria-expanded=move || if shown.get() { "true" } else { "false" }
                aria-activedescendant=move || active.get().map(|index| option_id(id, index))
                autocomplete="off"
                spellcheck="false"
                value=value
                on:input=move |event| {
                    open.set(true);
                    active.set(None);
                    on_input.run(event_target_value(&event));
                }
                on:click=move |_| open.set(true)
                on:blur=move |_| close()
                on:keydown=on_key
            />
            <ul id=list role="listbox" aria-label=label class="combobox__list" hidden=move || !shown.get()>
                {move || suggestions.get().into_iter().enumerate().map(option).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

/// Id of a suggestion.
fn option_id(id: &str, index: usize) -> String {
    format!("{id}-{index}")
}

/// The suggestion that an arrow key leads to; behind the last one comes the first.
fn step(active: Option<usize>, count: usize, down: bool) -> usize {
    match active {
        None if down => 0,
        Some(index) if down => (index + 1) % count.max(1),
        Some(index) if index > 0 => (index - 1).min(count.saturating_sub(1)),
        _ => count.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn arrows_go_round() {
        for (active, down, to) in [
            (None, true, 0),
            (None, false, 2),
            (Some(0), true, 1),
            (Some(2), true, 0),
            (Some(2), false, 1),
            (Some(0), false, 2),
            // The list became shorter.
            (Some(9), false, 2),
        ] {
            assert_eq!(step(active, 3, down), to, "{active:?} down {down}");
        }
    }
}
