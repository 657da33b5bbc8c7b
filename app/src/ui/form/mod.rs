//! Forms of JSON Schema (`model::form`) as HTML.
//!
//! They work by plain requests: every input has the name by which the form is read again, and what changes the form itself
//! is a button. With scripts `public/wizard.js` presses the button for choices and merges the answer into the page.

mod choice;
mod group;
mod list;
mod picker;
mod text;

use leptos::prelude::*;
use model::form::{Control, Field, Form};
use platform::markdown;

use super::{Icon, escaped};

/// Id of the summary of what is wrong, which takes the focus.
pub(crate) const SUMMARY: &str = "form-mistakes";

/// What a form shows beside its fields.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// What is wrong: pointer to the value, what the field is called, and what to do.
    pub mistakes: Vec<(String, String, String)>,
    /// What fields suggest.
    pub suggestions: Vec<Suggested>,
}

/// What a field suggests.
#[derive(Clone, Debug, Default)]
pub struct Suggested {
    /// Pointer to the value of the field.
    pub pointer: String,
    /// Values, with what they are called.
    pub items: Vec<(String, String)>,
    /// How many more there are.
    pub left_off: usize,
}

impl Beside {
    /// What is wrong with a field itself.
    fn wrong(&self, pointer: &str) -> Vec<String> {
        let own = self.mistakes.iter().filter(|(at, _, _)| at == pointer);
        own.map(|(_, _, message)| message.clone()).collect()
    }

    fn suggested(&self, pointer: &str) -> Option<&Suggested> {
        self.suggestions.iter().find(|one| one.pointer == pointer && !one.items.is_empty())
    }
}

/// The fields of a form, with what is wrong in front of them. Part of a form element.
#[component]
pub fn FormFields(
    /// What is drawn.
    form: Form,
    /// What stands beside it.
    beside: Beside,
) -> impl IntoView {
    let summary = summary(&form, &beside);
    let fields = match &form.root.control {
        Control::Object { fields, rest } => {
            let selectors = group::alternatives(&form.root);
            let fields = fields.iter().chain(rest.as_deref()).map(|one| field(one, &beside)).collect_view();
            view! { {selectors} {fields} }.into_any()
        }
        _ => field(&form.root, &beside),
    };
    view! {
        {summary}
        <div class="form-fields">{fields}</div>
    }
    .into_any()
}

/// What is wrong, each with the way to its field.
fn summary(form: &Form, beside: &Beside) -> Option<AnyView> {
    if beside.mistakes.is_empty() {
        return None;
    }
    let count = beside.mistakes.len();
    let title = if count == 1 {
        "One answer needs another look".to_owned()
    } else {
        format!("{count} answers need another look")
    };
    let row = |(pointer, title, message): &(String, String, String)| {
        let words = if title.is_empty() { message.clone() } else { format!("{title}: {message}") };
        match nearest(form, pointer) {
            Some(field) => {
                view! { <li><a href=format!("#{}", target(field)) rel="external">{words}</a></li> }.into_any()
            }
            None => view! { <li>{words}</li> }.into_any(),
        }
    };
    let rows = beside.mistakes.iter().map(row).collect_view();
    Some(
        view! {
            <div id=SUMMARY class="notice tone-danger form-mistakes" role="alert" tabindex="-1" autofocus>
                <Icon name="error"/>
                <div>
                    <p><strong>{title}</strong></p>
                    <ul>{rows}</ul>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// The field of a value, or the one around it: what is missing may have no field yet.
fn nearest<'f>(form: &'f Form, pointer: &str) -> Option<&'f Field> {
    let mut at = pointer;
    while !at.is_empty() {
        if let Some(field) = form.field(at) {
            return Some(field);
        }
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
    }
    None
}

/// A field with all that belongs to it.
fn field(field: &Field, beside: &Beside) -> AnyView {
    match &field.control {
        Control::Hidden { .. } => {
            view! { <input type="hidden" name=field.name.clone() value=field.text()/> }.into_any()
        }
        Control::Object { fields, rest } => group::object(field, fields, rest.as_deref(), beside),
        Control::Array { items, count, add } => list::array(field, items, count, add.clone(), beside),
        Control::Note => group::note(field),
        Control::Choice { choices, radio: true } => choice::radios(field, choices, beside),
        Control::Choices { choices, checkboxes: true } => choice::checkboxes(field, choices, beside),
        Control::Checkbox { .. } => choice::checkbox(field, beside),
        Control::Picker { picker, parts } if !parts.is_empty() => {
            picker::repository(field, *picker, parts, beside)
        }
        Control::Picker { picker, .. } if picker.is_list() => picker::several(field, beside),
        _ => one(field, beside),
    }
}

/// A field with a single input below its label.
fn one(field: &Field, beside: &Beside) -> AnyView {
    let about = About::of(field, beside);
    let input = match &field.control {
        Control::Choice { choices, .. } => choice::select(field, choices, &about),
        Control::Choices { choices, .. } => choice::select_many(field, choices, &about),
        Control::Picker { .. } => picker::entity(field, &about, beside),
        _ => text::input(field, &about),
    };
    let selectors = group::alternatives(field);
    view! {
        <div class="field">
            <label for=about.id.clone()>{field.title.clone()}{optional(field)}</label>
            {about.description()}
            {selectors}
            {input}
            {about.below()}
        </div>
    }
    .into_any()
}

/// What is said about a field, and the ids by which its input refers to that.
struct About {
    id: String,
    description: Option<String>,
    hints: Vec<String>,
    wrong: Vec<String>,
}

impl About {
    fn of(field: &Field, beside: &Beside) -> Self {
        let hints = [
            field.help.as_deref().map(markdown::to_html),
            field.note.as_deref().map(|note| format!("<p>{}</p>", escaped(note))),
        ];
        Self {
            id: id(&field.pointer),
            description: field.description.as_deref().map(markdown::to_html),
            hints: hints.into_iter().flatten().collect(),
            wrong: beside.wrong(&field.pointer),
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        (!self.wrong.is_empty()).then_some("true")
    }

    /// The value of `aria-describedby`.
    fn described(&self) -> Option<String> {
        let (id, mut ids) = (&self.id, Vec::new());
        if self.description.is_some() {
            ids.push(format!("{id}-about"));
        }
        if !self.hints.is_empty() {
            ids.push(format!("{id}-hint"));
        }
        if !self.wrong.is_empty() {
            ids.push(format!("{id}-error"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// What it is for; sanitised.
    fn description(&self) -> Option<AnyView> {
        let (id, html) = (format!("{}-about", self.id), self.description.clone()?);
        Some(view! { <div id=id class="field__hint markdown" inner_html=html></div> }.into_any())
    }

    /// What stands below the input: how to fill it in, and what is wrong.
    fn below(&self) -> AnyView {
        let hint = (!self.hints.is_empty()).then(|| {
            view! { <div id=format!("{}-hint", self.id) class="field__hint markdown" inner_html=self.hints.concat()></div> }
        });
        let wrong = (!self.wrong.is_empty()).then(|| {
            view! {
                <p id=format!("{}-error", self.id) class="field__error"><Icon name="error"/><span>{self.wrong.join(" ")}</span></p>
            }
        });
        view! { {hint} {wrong} }.into_any()
    }
}

/// Says that a field may be left as it is.
fn optional(field: &Field) -> Option<AnyView> {
    let is_asked = !field.required && !field.disabled && !field.readonly;
    is_asked.then(|| view! { <span class="field__optional">"optional"</span> }.into_any())
}

/// The id of the input of a value. Letters and digits of a pointer stay, so that it can be read.
fn id(pointer: &str) -> String {
    let letter = |byte: u8| match byte {
        b'/' => "-".to_owned(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("_{byte:02x}"),
    };
    pointer.bytes().fold("form".to_owned(), |id, byte| id + &letter(byte))
}

/// The id of what takes the focus of a field.
fn target(field: &Field) -> String {
    let id = id(&field.pointer);
    match &field.control {
        Control::Choice { radio: true, .. } | Control::Choices { checkboxes: true, .. } => format!("{id}-0"),
        Control::Picker { parts, .. } if !parts.is_empty() => {
            let empty = parts
                .iter()
                .find(|part| part.value.is_empty() && ["host", "owner", "repo"].contains(&part.key));
            format!("{id}-{}", empty.or(parts.first()).map_or("host", |part| part.key))
        }
        Control::Picker { picker, .. } if picker.is_list() => format!("{id}-0"),
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn ids_of_different_values_differ_and_hold_no_blanks() {
        let all = ["/a", "/a/b", "/a-b", "/a b", "/a~1b", "/ä", "/a_20b", ""].map(id);
        for (number, one) in all.iter().enumerate() {
            assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{one}");
            assert!(!all[..number].contains(one), "{one}");
        }
    }
}
