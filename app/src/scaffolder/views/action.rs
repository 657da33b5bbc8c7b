//! The page of an action.

use ::scaffolder::action::known::Known;
use ::scaffolder::action::{About, Example, Repeat};
use ::scaffolder::{Installed, SchemaField, schema_fields};
use leptos::prelude::*;
use platform::markdown;
use serde_json::Value;

use crate::ui::{Badge, Breadcrumbs, CopyButton, Icon, Prose, SourceText, Tone};

/// An action that steps can use.
#[component]
pub fn ActionView(
    /// What the service answered.
    action: Installed,
) -> impl IntoView {
    let Installed {
        about: About { id, description, input, output, examples, dry_run, repeat },
        is_own,
        lacks,
    } = action;
    let lacks = lacks.map(|why| {
        view! {
            <p class="notice tone-warning" role="note">
                <Icon name="warning"/>
                <span>"This portal is not set up for it. " <Prose text=why/></span>
            </p>
        }
    });
    let origin = if is_own { "Declared by this portal" } else { "Built in" };
    let repeat = match repeat {
        Repeat::Safe => {
            "The step is done again when the portal is back; a second attempt has the effect of one."
        }
        Repeat::Ask => {
            "The run stops and asks a person, unless what the step does is known to be safe to repeat: doing it again could do it twice."
        }
    };
    let dry_run = if dry_run { "It runs." } else { "It is passed over." };
    view! {
        {head(&id, &description)}
        {lacks}
        <dl class="answers action-facts">
            <div><dt>"Where it comes from"</dt><dd><Badge text=origin tone=if is_own { Tone::Good } else { Tone::Neutral }/></dd></div>
            <div><dt>"In a dry run"</dt><dd>{dry_run}</dd></div>
            <div><dt>"If the portal ends in its middle"</dt><dd>{repeat}</dd></div>
        </dl>
        {examples_of(examples)}
        {table("input", "Input", &input)}
        {table("output", "Output", &output)}
    }
    .into_any()
}

/// An action of Backstage that this portal can't run.
#[component]
pub fn KnownActionView(
    /// What is known of it.
    known: &'static Known,
) -> impl IntoView {
    let output = known.output.as_ref().map(|output| table("output", "Output", output));
    view! {
        {head(&known.id, &known.description)}
        <p class="notice tone-warning" role="note"><Icon name="warning"/><span><Prose text=known.refusal()/></span></p>
        {table("input", "Input", &known.input)}
        {output}
    }
    .into_any()
}

fn head(id: &str, description: &str) -> AnyView {
    let above = vec![
        ("Create".to_owned(), "/create".to_owned()),
        ("Actions".to_owned(), "/create/actions".to_owned()),
    ];
    view! {
        <Breadcrumbs above here=id.to_owned()/>
        <header class="wizard-head">
            <h1 class="action-name">{id.to_owned()}</h1>
            // Sanitised.
            <div class="markdown" inner_html=markdown::to_html(description)></div>
        </header>
    }
    .into_any()
}

fn examples_of(examples: Vec<Example>) -> Option<AnyView> {
    let row = |(number, Example { description, example }): (usize, Example)| {
        let id = format!("example-{}", number + 1);
        let label = format!("Example {}, in YAML", number + 1);
        view! {
            <li>
                <div class="action-example__head">
                    <p><Prose text=description/></p>
                    <CopyButton of=id.clone() label="Copy"/>
                </div>
                <SourceText text=example label language="yaml" id/>
            </li>
        }
    };
    let title = if examples.len() == 1 { "Example" } else { "Examples" };
    (!examples.is_empty()).then(|| {
        view! {
            <section class="action-part" aria-labelledby="examples">
                <h2 id="examples">{title}</h2>
                <ol class="action-examples">{examples.into_iter().enumerate().map(row).collect_view()}</ol>
            </section>
        }
        .into_any()
    })
}

fn table(id: &'static str, title: &'static str, schema: &Value) -> AnyView {
    let fields = schema_fields(schema);
    let body = if fields.is_empty() {
        view! { <p class="muted">"Its schema names nothing."</p> }.into_any()
    } else {
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label=format!("Table of its {id}")>
                <table class="table action-table">
                    <caption class="visually-hidden">{title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"Required"</th>
                            <th scope="col">"What it is"</th>
                        </tr>
                    </thead>
                    <tbody>{fields.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <section class="action-part" aria-labelledby=id><h2 id=id>{title}</h2>{body}</section> }
        .into_any()
}

fn row(field: SchemaField) -> AnyView {
    let SchemaField { path, kind, is_required, default, values, about } = field;
    let code = |(number, value): (usize, String)| {
        view! { {(number > 0).then_some(", ")} <code>{value}</code> }
    };
    let values = (!values.is_empty()).then(|| {
        view! { <p class="small">"One of " {values.into_iter().enumerate().map(code).collect_view()}</p> }
    });
    let default =
        default.map(|default| view! { <p class="small">"If left out: " <code>{default}</code></p> });
    view! {
        <tr>
            <th scope="row"><code>{path}</code></th>
            <td>{kind}</td>
            <td>{if is_required { "yes" } else { "no" }}</td>
            <td><Prose text=about/>{values}{default}</td>
        </tr>
    }
    .into_any()
}
