//! `portico lint`: the portal's validation from a shell or a step of CI.

use std::process::ExitCode;

use catalog::reading;
use model::Severity;

use super::Outcome;
use crate::cli::{Lint, LintFormat};
use crate::config;
use crate::failure::{FOUND, Failure};
use crate::terminal::{self, output};

/// Runs the command.
pub(crate) fn run(arguments: &Lint) -> Outcome {
    let named = arguments.paths.iter().chain(&arguments.catalog);
    if let Some(missing) = named.into_iter().find(|path| !path.exists()) {
        return Err(Failure::could_not_run(format!("There is no file or folder {}.", missing.display()))
            .next("Name descriptor files, or folders to look for catalog-info.yaml in."));
    }
    let report = reading::lint(&arguments.paths, &arguments.catalog, &config::working_folder());
    if report.file_count == 0 && report.problems.is_empty() {
        let paths: Vec<_> = arguments.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::could_not_run(format!("There is no descriptor in {}.", paths.join(", ")))
            .because("A folder is searched for files named catalog-info.yaml.")
            .next("Name files of other names one by one."));
    }
    output(&match arguments.format {
        LintFormat::Human => reading::human(&report, terminal::is_colored()),
        LintFormat::Json => reading::json(&report),
        LintFormat::Github => reading::github(&report),
    });
    // A reference to another repository is a warning, and no reason to stop what comes after.
    let is_fine =
        if arguments.strict { report.problems.is_empty() } else { report.count(Severity::Error) == 0 };
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}
