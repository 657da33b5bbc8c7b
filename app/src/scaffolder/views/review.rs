//! What is told before anything is made.

use ::scaffolder::form::Mistake;
use ::scaffolder::{StepHead, Trial, Wizard};
use leptos::prelude::*;
use model::form::Row;
use serde_json::Value;

use super::dry_run::dry_run as result;
use crate::ui::form::SUMMARY;
use crate::ui::{CodeBlock, Icon};

/// The answers, what is wrong with them, and what can be done with them.
pub(super) fn review(
    rows: Vec<Row>,
    mistakes: &[Mistake],
    secrets: Vec<String>,
    trial: Trial,
    create: Result<String, String>,
    steps: &[StepHead],
) -> AnyView {
    let is_right = mistakes.is_empty() && secrets.is_empty();
    let try_out = |words: &'static str| {
        view! { <button class="button" name=Wizard::GO value=Wizard::DRY_RUN data-ctrl-enter="">{words}</button> }.into_any()
    };
    let offered = matches!(trial, Trial::Offered);
    let (act, tried) = match trial {
        _ if !is_right => (None, None),
        Trial::Offered => (Some(try_out("Try it out")), None),
        Trial::Refused(why) => (Some(view! { <p class="muted">{why}</p> }.into_any()), None),
        Trial::Done(run) => (Some(try_out("Try it out again")), Some(result(*run))),
    };
    let about = (offered && is_right).then(|| {
        view! {
            <p class="field__hint">
                "Trying it out is a dry run: it shows the files that this template would make and which steps would run, and changes \
                 nothing anywhere."
            </p>
        }
    });
    let (create, unable) = match create {
        _ if !is_right => (None, None),
        Ok(words) => {
            let button = view! { <button class="button button--primary" name=Wizard::GO value=Wizard::CREATE>{words}</button> };
            (Some(button), None)
        }
        Err(why) => (None, Some(view! { <p class="muted">{why}</p> })),
    };
    let back = (!steps.is_empty())
        .then(|| view! { <button class="button" name=Wizard::GO value=Wizard::BACK>"Back"</button> });
    view! {
        <h2 id="wizard-step" tabindex="-1">"Review"</h2>
        {wrong(mistakes, secrets, steps)}
        {answers(rows)}
        {about}
        {unable}
        <div class="actions wizard-acts">{back} {create} {act}</div>
        {tried}
    }
    .into_any()
}

/// What has to be changed, each with a button to its step.
fn wrong(mistakes: &[Mistake], secrets: Vec<String>, steps: &[StepHead]) -> Option<AnyView> {
    if mistakes.is_empty() && secrets.is_empty() {
        return None;
    }
    let row = |mistake: &Mistake| {
        let words = if mistake.title.is_empty() {
            format!("{} {}", mistake.pointer, mistake.message)
        } else {
            format!("{}: {}", mistake.title, mistake.message)
        };
        let step = steps.iter().find(|step| step.position == mistake.step);
        let change = step.map(|step| {
            let label = format!("Change it in {}", step.title);
            view! { <button class="button button--quiet" name=Wizard::GO value=step.position.to_string()>{label}</button> }
        });
        view! { <li>{words} " " {change}</li> }
    };
    let rows = mistakes.iter().map(row).collect_view();
    let secrets = secrets.into_iter().map(|secret| view! { <li>{secret}</li> }).collect_view();
    Some(
        view! {
            <div id=SUMMARY class="notice tone-danger form-mistakes" role="alert" tabindex="-1" autofocus>
                <Icon name="error"/>
                <div>
                    <p><strong>"Some answers don't fit together"</strong></p>
                    <ul>{rows}{secrets}</ul>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// Answers, each with what it was asked by.
pub(super) fn answers(rows: Vec<Row>) -> AnyView {
    if rows.is_empty() {
        return view! { <p>"This template asks for nothing."</p> }.into_any();
    }
    let row = |row: Row| {
        view! {
            <div>
                <dt>{row.name.clone()}</dt>
                <dd>{value(&row.name, &row.value)}</dd>
            </div>
        }
    };
    view! { <dl class="answers">{rows.into_iter().map(row).collect_view()}</dl> }.into_any()
}

/// An answer as it is read.
fn value(name: &str, value: &Value) -> AnyView {
    match value {
        Value::Null => view! { <span class="muted">"nothing"</span> }.into_any(),
        Value::Bool(true) => "Yes".into_any(),
        Value::Bool(false) => "No".into_any(),
        Value::Number(number) => number.to_string().into_any(),
        Value::String(text) if text.is_empty() => view! { <span class="muted">"empty"</span> }.into_any(),
        Value::String(text) => view! { <span class="answers__text">{text.clone()}</span> }.into_any(),
        Value::Array(items) if items.is_empty() => view! { <span class="muted">"none"</span> }.into_any(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let item = |item: &Value| view! { <li>{self::value(name, item)}</li> };
            view! { <ul>{items.iter().map(item).collect_view()}</ul> }.into_any()
        }
        other => {
            let text = serde_json::to_string_pretty(other).unwrap_or_default();
            view! { <CodeBlock text label=name.to_owned()/> }.into_any()
        }
    }
}
