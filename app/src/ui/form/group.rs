//! Fields that hold others, and what is only to be read.

use leptos::prelude::*;
use model::form::{Alternatives, Field};

use super::{About, Beside, field as any, id};

/// Selectors of what a field is.
pub(super) fn alternatives(field: &Field) -> Option<AnyView> {
    if field.alternatives.is_empty() {
        return None;
    }
    let selector = |(number, of): (usize, &Alternatives)| {
        let id = format!("{}_of{number}", id(&field.pointer));
        let option = |(position, title): (usize, &String)| {
            view! { <option value=position.to_string() selected=position == of.selected>{title.clone()}</option> }
        };
        let label = if field.pointer.is_empty() {
            "Which one?".to_owned()
        } else {
            format!("Kind of {}", field.title)
        };
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <select id=id name=of.name.clone() class="input">{of.titles.iter().enumerate().map(option).collect_view()}</select>
            </div>
        }
    };
    Some(field.alternatives.iter().enumerate().map(selector).collect_view().into_any())
}

/// Fields below one legend.
pub(super) fn object(field: &Field, fields: &[Field], rest: Option<&Field>, beside: &Beside) -> AnyView {
    let about = About::of(field, beside);
    view! {
        <fieldset class="form-group" id=about.id.clone() tabindex="-1" aria-describedby=about.described()>
            <legend>{field.title.clone()}</legend>
            {about.description()}
            {alternatives(field)}
            <div class="form-fields">{fields.iter().chain(rest).map(|one| any(one, beside)).collect_view()}</div>
            {about.below()}
        </fieldset>
    }
    .into_any()
}

/// Nothing to answer.
pub(super) fn note(field: &Field) -> AnyView {
    let about = About::of(field, &Beside::default());
    view! {
        <div class="form-note" id=about.id.clone()>
            <p><strong>{field.title.clone()}</strong></p>
            {about.description()}
            {alternatives(field)}
            {about.below()}
        </div>
    }
    .into_any()
}
