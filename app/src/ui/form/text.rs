//! Inputs that one types into.

use leptos::prelude::*;
use model::form::{Control, Field, OPERATION, TextKind};
use platform::secret::MASK;

use super::About;
use crate::ui::area_text;

/// The input of a field without choices.
pub(super) fn input(field: &Field, about: &About) -> AnyView {
    match &field.control {
        Control::TextArea { rows } => area(field, about, *rows, "input"),
        Control::Json => area(field, about, 6, "input input--code"),
        Control::Number { integer, range } => number(field, about, *integer, *range),
        Control::File { many, accept, clear } => file(field, about, *many, accept.clone(), clear.clone()),
        Control::Secret { given, .. } => masked(field, about, *given),
        Control::Text { kind: TextKind::Password } => masked(field, about, field.value.is_some()),
        Control::Text { kind } => line(field, about, *kind),
        _ => line(field, about, TextKind::Plain),
    }
}

fn line(field: &Field, about: &About, kind: TextKind) -> AnyView {
    let kind = match kind {
        TextKind::Plain | TextKind::Password => "text",
        TextKind::Email => "email",
        TextKind::Url => "url",
        TextKind::Color => "color",
        TextKind::Date => "date",
        TextKind::DateTime => "datetime-local",
        TextKind::Time => "time",
    };
    let step = matches!(kind, "datetime-local" | "time").then_some("1");
    view! {
        <input
            id=about.id.clone()
            name=field.name.clone()
            type=kind
            class="input"
            value=field.text()
            step=step
            placeholder=field.placeholder.clone()
            required=field.required
            disabled=field.disabled
            readonly=field.readonly
            autofocus=field.autofocus && about.wrong.is_empty()
            maxlength=field.limits.max_length.map(|most| most.to_string())
            aria-invalid=about.invalid()
            aria-describedby=about.described()
            autocomplete="off"
        />
    }
    .into_any()
}

fn area(field: &Field, about: &About, rows: u32, class: &'static str) -> AnyView {
    view! {
        <textarea
            id=about.id.clone()
            name=field.name.clone()
            class=class
            rows=rows.to_string()
            placeholder=field.placeholder.clone()
            required=field.required
            disabled=field.disabled
            readonly=field.readonly
            autofocus=field.autofocus && about.wrong.is_empty()
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        >
            {area_text(&field.text())}
        </textarea>
    }
    .into_any()
}

fn number(field: &Field, about: &About, integer: bool, range: bool) -> AnyView {
    let text = |number: &Option<_>| number.as_ref().map(ToString::to_string);
    // What is typed but is no number has to be shown as it was typed.
    let is_shown = field.value.as_ref().is_none_or(serde_json::Value::is_number);
    let kind = match (range, is_shown) {
        (true, true) => "range",
        (false, true) => "number",
        (_, false) => "text",
    };
    let step = text(&field.limits.step).or_else(|| (!integer).then(|| "any".to_owned()));
    view! {
        <input
            id=about.id.clone()
            name=field.name.clone()
            type=kind
            class="input"
            value=field.text()
            min=text(&field.limits.minimum)
            max=text(&field.limits.maximum)
            step=step
            placeholder=field.placeholder.clone()
            required=field.required
            disabled=field.disabled
            readonly=field.readonly
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        />
    }
    .into_any()
}

/// What is not put back into the page once it was given.
fn masked(field: &Field, about: &About, given: bool) -> AnyView {
    let said =
        given.then(|| view! { <p class="field__hint">{format!("{MASK} is kept. Type to replace it.")}</p> });
    view! {
        <input
            id=about.id.clone()
            name=field.name.clone()
            type="password"
            class="input"
            placeholder=field.placeholder.clone()
            required=field.required && !given
            disabled=field.disabled
            readonly=field.readonly
            aria-invalid=about.invalid()
            aria-describedby=about.described()
            autocomplete="new-password"
        />
        {said}
    }
    .into_any()
}

fn file(field: &Field, about: &About, many: bool, accept: Option<String>, clear: Option<String>) -> AnyView {
    let urls: Vec<String> = match &field.value {
        Some(serde_json::Value::String(url)) => vec![url.clone()],
        Some(serde_json::Value::Array(urls)) => {
            urls.iter().filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    let kept = (!urls.is_empty()).then(|| {
        let names = urls.iter().map(|url| model::form::file_name(url)).collect::<Vec<_>>().join(", ");
        let clear = clear.map(|operation| {
            view! { <button class="button button--quiet" name=OPERATION value=operation>{format!("Remove {names}")}</button> }
        });
        view! { <div class="actions"><span class="small">{names}</span>{clear}</div> }
    });
    view! {
        <input
            id=about.id.clone()
            name=field.name.clone()
            type="file"
            class="input"
            multiple=many
            accept=accept
            disabled=field.disabled || field.readonly
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        />
        {kept}
    }
    .into_any()
}
