//! `portico config print`: each value of the configuration and where it comes from.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::Outcome;
use crate::cli::ConfigFiles;
use crate::config;
use crate::failure::Failure;
use crate::terminal::{output, say};

/// Runs the command.
pub(crate) fn print(files: &ConfigFiles, json: bool) -> Outcome {
    let entries = config::load_tree(&files.config)?.entries();
    if json {
        let text = serde_json::to_string_pretty(&entries)
            .map_err(|error| Failure::stopped("The configuration could not be written.").because(error))?;
        output(&(text + "\n"));
        return Ok(ExitCode::SUCCESS);
    }
    if entries.is_empty() {
        say("Nothing is configured: every setting has its default.");
    }
    let width = |text: fn(&platform::config::Entry) -> &str| {
        entries.iter().map(|entry| text(entry).chars().count()).max().unwrap_or_default()
    };
    let (keys, values) = (width(|entry| &entry.key), width(|entry| &entry.value).min(60));
    let mut table = String::new();
    for entry in &entries {
        // Writing to a string can't fail.
        let _ = writeln!(table, "{:<keys$}  {:<values$}  {}", entry.key, entry.value, entry.source);
    }
    output(&table);
    Ok(ExitCode::SUCCESS)
}
