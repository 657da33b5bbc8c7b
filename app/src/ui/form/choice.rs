//! Fields with a few values to choose from.

use leptos::prelude::*;
use model::form::{Choice, Field};

use super::{About, Beside, group, id, optional};

/// Choices in a list that unfolds.
pub(super) fn select(field: &Field, choices: &[Choice], about: &About) -> AnyView {
    let is_chosen = choices.iter().any(|choice| choice.selected);
    let none = (!field.required || !is_chosen).then(|| {
        let words = field.placeholder.clone().unwrap_or_else(|| "Choose…".to_owned());
        view! { <option value="" selected=!is_chosen>{words}</option> }
    });
    view! {
        <select
            id=about.id.clone()
            name=field.name.clone()
            class="input"
            required=field.required
            disabled=field.disabled || field.readonly
            autofocus=field.autofocus && about.wrong.is_empty()
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        >
            {none}
            {choices.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

/// Several choices in a list that stands open. The empty input says that the field was there when nothing is chosen.
pub(super) fn select_many(field: &Field, choices: &[Choice], about: &About) -> AnyView {
    view! {
        <input type="hidden" name=field.name.clone() value="" disabled=field.disabled/>
        <select
            id=about.id.clone()
            name=field.name.clone()
            class="input input--many"
            multiple=true
            size=choices.len().clamp(2, 8).to_string()
            disabled=field.disabled || field.readonly
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        >
            {choices.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

fn option(choice: &Choice) -> AnyView {
    view! {
        <option value=choice.posted.clone() selected=choice.selected disabled=choice.disabled>{choice.title.clone()}</option>
    }
    .into_any()
}

/// One of several, all in sight.
pub(super) fn radios(field: &Field, choices: &[Choice], beside: &Beside) -> AnyView {
    let rows = rows(field, choices, "radio");
    group(field, beside, rows)
}

/// Any of several, all in sight.
pub(super) fn checkboxes(field: &Field, choices: &[Choice], beside: &Beside) -> AnyView {
    let rows = rows(field, choices, "checkbox");
    let empty = view! { <input type="hidden" name=field.name.clone() value="" disabled=field.disabled/> };
    group(field, beside, view! { {empty} {rows} }.into_any())
}

fn rows(field: &Field, choices: &[Choice], kind: &'static str) -> AnyView {
    let row = |(number, choice): (usize, &Choice)| {
        let about = choice.description.as_deref().map(platform::markdown::to_text);
        view! {
            <label class="check">
                <input
                    id=format!("{}-{number}", id(&field.pointer))
                    type=kind
                    name=field.name.clone()
                    value=choice.posted.clone()
                    checked=choice.selected
                    disabled=choice.disabled || field.disabled || field.readonly
                />
                <span>{choice.title.clone()}{about.map(|about| view! { <span class="field__hint">{about}</span> })}</span>
            </label>
        }
    };
    view! { <div class="checks">{choices.iter().enumerate().map(row).collect_view()}</div> }.into_any()
}

/// Inputs that belong together below one legend.
fn group(field: &Field, beside: &Beside, rows: AnyView) -> AnyView {
    let about = About::of(field, beside);
    view! {
        <fieldset class="field" aria-describedby=about.described() aria-invalid=about.invalid()>
            <legend>{field.title.clone()}{optional(field)}</legend>
            {about.description()}
            {group::alternatives(field)}
            {rows}
            {about.below()}
        </fieldset>
    }
    .into_any()
}

/// Yes or no. The empty input tells an empty box from a field that was not on the page.
pub(super) fn checkbox(field: &Field, beside: &Beside) -> AnyView {
    let about = About::of(field, beside);
    let is_checked = field.value == Some(serde_json::Value::Bool(true));
    let is_fixed = field.disabled || field.readonly;
    view! {
        <div class="field">
            <input type="hidden" name=field.name.clone() value="" disabled=is_fixed/>
            <label class="check" for=about.id.clone()>
                <input
                    id=about.id.clone()
                    type="checkbox"
                    name=field.name.clone()
                    value="true"
                    checked=is_checked
                    disabled=is_fixed
                    aria-invalid=about.invalid()
                    aria-describedby=about.described()
                />
                <span>{field.title.clone()}</span>
            </label>
            {about.description()}
            {group::alternatives(field)}
            {about.below()}
        </div>
    }
    .into_any()
}
