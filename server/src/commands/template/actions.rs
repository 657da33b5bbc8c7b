//! `portico template actions`: what steps can do, as the reference for authors.

use std::fmt::Write as _;
use std::process::ExitCode;

use scaffolder::action::{About, Repeat};
use serde_json::Value;

use crate::capabilities;
use crate::commands::{Outcome, block_on};
use crate::failure::Failure;
use crate::terminal::output;

/// How deep the tables go into objects.
const DEEPEST: usize = 6;

/// Runs the command.
pub(crate) fn run() -> Outcome {
    // Clients of other hosts are made within a runtime.
    block_on(async { print() })
}

fn print() -> Outcome {
    let failed = |error| Failure::could_not_run("The actions of templates can't be set up.").because(error);
    let reach = capabilities::reach(&integrations::Config::default()).map_err(failed)?;
    let registry = capabilities::actions(&reach, &[]).map_err(failed)?;
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
    let mut rows = String::new();
    add_rows(&mut rows, schema, "", 0);
    if rows.is_empty() {
        return format!("\n{title}: its schema names nothing.\n");
    }
    format!(
        "\n{title}:\n\n| Name | Type | Required | Default | What it is |\n| --- | --- | --- | --- | --- |\n{rows}"
    )
}

/// A row for each property; those of objects, and of objects in lists, below it.
fn add_rows(rows: &mut String, schema: &Value, above: &str, depth: usize) {
    let Some(properties) = schema["properties"].as_object().filter(|_| depth < DEEPEST) else { return };
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (name, property) in properties {
        let path = format!("{above}{name}");
        let is_required = if required.iter().any(|required| required == name) { "yes" } else { "" };
        let default = property.get("default").map(|default| format!("`{default}`")).unwrap_or_default();
        let about =
            property["description"].as_str().or_else(|| property["title"].as_str()).unwrap_or_default();
        let cells = [cell(&kind(property)).as_str(), is_required, &cell(&default), &cell(about)].join(" | ");
        let _text_takes_all = writeln!(rows, "| `{path}` | {cells} |");
        add_rows(rows, property, &format!("{path}."), depth + 1);
        add_rows(rows, &property["items"], &format!("{path}[]."), depth + 1);
    }
}

/// The type of a value, or the values that it can be.
fn kind(schema: &Value) -> String {
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    }
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

/// A text that does not break a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
