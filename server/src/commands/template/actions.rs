//! `portico template actions`: what steps can do, as the reference for authors.

use std::fmt::Write as _;
use std::process::ExitCode;

use scaffolder::action::{About, Repeat};
use scaffolder::{SchemaField, schema_fields};
use serde_json::Value;

use crate::capabilities;
use crate::cli::OwnActions;
use crate::commands::{Outcome, block_on};
use crate::failure::Failure;
use crate::terminal::output;

/// Runs the command.
pub(crate) fn run(own: &OwnActions) -> Outcome {
    // Clients of other hosts are made within a runtime.
    block_on(async { print(own) })
}

fn print(own: &OwnActions) -> Outcome {
    let failed = |error| Failure::could_not_run("The actions of templates can't be set up.").because(error);
    let reach = capabilities::reach(&integrations::Config::default()).map_err(failed)?;
    let own = capabilities::declared_actions(&own.documents)?;
    let registry = capabilities::actions(&reach, &own).map_err(failed)?;
    let mut text = String::from(
        "# Actions of Software Templates\n\nThis page is generated; renew it with\n`cargo run -q -p server -- template actions > docs/actions-reference.md`.\n",
    );
    registry.all().for_each(|about| text += &section(about));
    output(&text);
    Ok(ExitCode::SUCCESS)
}

fn section(about: &About) -> String {
    let mut text = format!("\n## `{}`\n\n{}\n", about.id, about.description.trim());
    text += &table("Input", &about.input);
    text += &table("Output", &about.output);
    let repeat = match about.repeat {
        Repeat::Safe => "A second attempt after an interruption has the effect of one.",
        Repeat::Ask => "A second attempt could do something twice, so that an interrupted run asks a person.",
    };
    let dry_run = if about.dry_run { "A dry run does it." } else { "A dry run passes it over." };
    let _text_takes_all = write!(text, "\n{repeat} {dry_run}\n");
    for example in &about.examples {
        let (what, steps) = (example.description.trim(), example.example.trim_end());
        let _text_takes_all = write!(text, "\n{what}\n\n```yaml\n{steps}\n```\n");
    }
    text
}

fn table(title: &str, schema: &Value) -> String {
    let rows: String = schema_fields(schema).into_iter().map(row).collect();
    if rows.is_empty() {
        return format!("\n{title}: its schema names nothing.\n");
    }
    format!(
        "\n{title}:\n\n| Name | Type | Required | Default | What it is |\n| --- | --- | --- | --- | --- |\n{rows}"
    )
}

fn row(field: SchemaField) -> String {
    let code = |text: &String| format!("`{text}`");
    let kind = if field.values.is_empty() {
        field.kind
    } else {
        field.values.iter().map(code).collect::<Vec<_>>().join(", ")
    };
    let default = field.default.as_ref().map(code).unwrap_or_default();
    let is_required = if field.is_required { "yes" } else { "" };
    let cells = [cell(&kind).as_str(), is_required, &cell(&default), &cell(&field.about)].join(" | ");
    format!("| `{}` | {cells} |\n", field.path)
}

/// A text that does not break a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
