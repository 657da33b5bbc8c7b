//! Fields that are fed from elsewhere: inputs with what they suggest.

use leptos::prelude::*;
use model::form::{Field, Part, Picker, parts_of_host};
use serde_json::Value;

use super::{About, Beside, Suggested, group, optional};

/// What is suggested for a value, by the id of the list; `id` is that of its input.
fn suggestions(pointer: &str, id: &str, beside: &Beside) -> (Option<String>, AnyView) {
    let Some(Suggested { items, left_off, .. }) = beside.suggested(pointer) else {
        return (None, ().into_any());
    };
    let list = format!("{id}-list");
    let option = |(value, title): &(String, String)| {
        let label = Some(title.clone()).filter(|title| !title.is_empty());
        view! { <option value=value.clone() label=label></option> }
    };
    let more = (*left_off > 0).then(|| {
        let words = format!("{left_off} more fit than are suggested. Type the name of any of them.");
        view! { <p class="field__hint">{words}</p> }
    });
    let drawn = view! {
        <datalist id=list.clone()>{items.iter().map(option).collect_view()}</datalist>
        {more}
    };
    (Some(list), drawn.into_any())
}

/// One entity, or one name.
pub(super) fn entity(field: &Field, about: &About, beside: &Beside) -> AnyView {
    let (list, suggested) = suggestions(&field.pointer, &about.id, beside);
    view! {
        <input
            id=about.id.clone()
            name=field.name.clone()
            type="text"
            class="input"
            value=field.text()
            list=list
            placeholder=field.placeholder.clone()
            required=field.required
            disabled=field.disabled
            readonly=field.readonly
            autofocus=field.autofocus && about.wrong.is_empty()
            aria-invalid=about.invalid()
            aria-describedby=about.described()
            autocomplete="off"
            spellcheck="false"
        />
        {suggested}
    }
    .into_any()
}

/// Several entities or tags: an input for each, and an empty one.
pub(super) fn several(field: &Field, beside: &Beside) -> AnyView {
    let about = About::of(field, beside);
    let (list, suggested) = suggestions(&field.pointer, &about.id, beside);
    let values: Vec<String> = match &field.value {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let is_fixed = field.disabled || field.readonly;
    let input = |(number, value): (usize, String)| {
        view! {
            <input
                id=format!("{}-{number}", about.id)
                name=field.name.clone()
                type="text"
                class="input"
                value=value
                list=list.clone()
                disabled=is_fixed
                aria-label=format!("{} {}", field.title, number + 1)
                aria-invalid=about.invalid()
                aria-describedby=about.described()
                autocomplete="off"
                spellcheck="false"
            />
        }
    };
    let inputs =
        values.into_iter().chain((!is_fixed).then(String::new)).enumerate().map(input).collect_view();
    view! {
        <fieldset class="field" aria-describedby=about.described()>
            <legend>{field.title.clone()}{optional(field)}</legend>
            {about.description()}
            {group::alternatives(field)}
            {inputs}
            <p class="field__hint">"Several are typed with commas between, or one after the other."</p>
            {suggested}
            {about.below()}
        </fieldset>
    }
    .into_any()
}

/// The parts of a repository's address.
pub(super) fn repository(field: &Field, picker: Picker, parts: &[Part], beside: &Beside) -> AnyView {
    let about = About::of(field, beside);
    let host =
        parts.iter().find(|part| part.key == "host").map(|part| part.value.clone()).unwrap_or_default();
    let hosts = texts(field, "allowedHosts");
    // The only host there can be needs no answer.
    let host = if host.is_empty() && hosts.len() == 1 { hosts.concat() } else { host };
    let wanted = parts_of_host(&host);
    let shown = parts
        .iter()
        .filter(|part| part.key == "host" || wanted.contains(&part.key) || !part.value.is_empty());
    let draw = |part: &Part| {
        let id = format!("{}-{}", about.id, part.key);
        let (label, allowed) = match part.key {
            "host" => ("Host".to_owned(), hosts.clone()),
            "owner" => (own(field, "ownerLabel", "Owner"), texts(field, "allowedOwners")),
            "organization" => ("Organization".to_owned(), texts(field, "allowedOrganizations")),
            "project" => ("Project".to_owned(), texts(field, "allowedProjects")),
            "workspace" => ("Workspace".to_owned(), texts(field, "allowedOwners")),
            _ => (own(field, "repoLabel", "Repository"), texts(field, "allowedRepos")),
        };
        let value = if part.key == "host" { host.clone() } else { part.value.clone() };
        let control = part_input(field, &about, (&id, part), value, &allowed, beside);
        view! { <div class="field"><label for=id>{label}</label>{control}</div> }
    };
    let hint = matches!(picker, Picker::RepoUrlPicker).then(|| {
        let only = hosts.is_empty().then_some("For example github.com.");
        only.map(|words| view! { <p class="field__hint">{words}</p> })
    });
    view! {
        <fieldset class="form-group" aria-describedby=about.described()>
            <legend>{field.title.clone()}{optional(field)}</legend>
            {about.description()}
            <div class="form-parts">{shown.map(draw).collect_view()}</div>
            {hint}
            {about.below()}
        </fieldset>
    }
    .into_any()
}

fn part_input(
    field: &Field,
    about: &About,
    (id, part): (&str, &Part),
    value: String,
    allowed: &[String],
    beside: &Beside,
) -> AnyView {
    let is_fixed = field.disabled || field.readonly;
    if allowed.is_empty() {
        let (list, suggested) = suggestions(&format!("{}~{}", field.pointer, part.key), id, beside);
        return view! {
            <input
                id=id.to_owned()
                name=part.name.clone()
                type="text"
                class="input"
                value=value
                list=list
                disabled=is_fixed
                aria-invalid=about.invalid()
                aria-describedby=about.described()
                autocomplete="off"
                spellcheck="false"
            />
            {suggested}
        }
        .into_any();
    }
    // The only one that there can be needs no answer.
    let value = if value.is_empty() && allowed.len() == 1 { allowed.concat() } else { value };
    let none = (!allowed.contains(&value)).then(|| {
        let words = if value.is_empty() { "Choose…".to_owned() } else { value.clone() };
        view! { <option value=value.clone() selected=true>{words}</option> }
    });
    let option =
        |one: &String| view! { <option value=one.clone() selected=*one == value>{one.clone()}</option> };
    view! {
        <select
            id=id.to_owned()
            name=part.name.clone()
            class="input"
            disabled=is_fixed
            aria-invalid=about.invalid()
            aria-describedby=about.described()
        >
            {none}
            {allowed.iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

fn own(field: &Field, option: &str, or: &str) -> String {
    field.options.get(option).and_then(Value::as_str).unwrap_or(or).to_owned()
}

/// The texts of an option.
fn texts(field: &Field, option: &str) -> Vec<String> {
    let values = field.options.get(option).and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}
