//! `portico lint`: the portal's validation from a shell or a step of CI.

use std::process::ExitCode;

use catalog::reading;

use super::Outcome;
use crate::cli::{Lint, LintFormat};
use crate::config;
use crate::failure::{FOUND, Failure};
use crate::terminal::{self, output};

/// Runs the command.
pub(crate) fn run(arguments: &Lint) -> Outcome {
    if let Some(missing) = arguments.paths.iter().find(|path| !path.exists()) {
        return Err(Failure::could_not_run(format!("There is no file or folder {}.", missing.display()))
            .next("Name descriptor files, or folders to look for catalog-info.yaml in."));
    }
    let report = reading::lint(&arguments.paths, &config::working_folder());
    output(&match arguments.format {
        LintFormat::Human => reading::human(&report, terminal::is_colored()),
        LintFormat::Json => reading::json(&report),
        LintFormat::Github => reading::github(&report),
    });
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}
