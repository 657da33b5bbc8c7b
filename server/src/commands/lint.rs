//! `portico lint`: the portal's validation from a shell or a step of CI.

use std::process::ExitCode;

use catalog::reading;
use model::Severity;

use super::{Outcome, block_on};
use crate::capabilities;
use crate::cli::{Lint, LintFormat};
use crate::config;
use crate::failure::{FOUND, Failure};
use crate::terminal::{self, output};

/// Runs the command.
pub(crate) fn run(arguments: &Lint) -> Outcome {
    block_on(async { lint(arguments) })
}

fn lint(arguments: &Lint) -> Outcome {
    let named = arguments.paths.iter().chain(&arguments.catalog);
    if let Some(missing) = named.into_iter().find(|path| !path.exists()) {
        return Err(Failure::could_not_run(format!("There is no file or folder {}.", missing.display()))
            .next("Name descriptor files, or folders to look for catalog-info.yaml in."));
    }
    // What the network would be asked for is not read here, so that its settings don't matter.
    let own = capabilities::declared_actions(&arguments.own.documents)?;
    let checks = capabilities::checks(&integrations::Config::default(), &own)
        .map_err(|error| Failure::could_not_run("Templates can't be checked.").because(error))?;
    let report = reading::lint(&arguments.paths, &arguments.catalog, &config::working_folder(), &checks);
    output(&match arguments.format {
        LintFormat::Human => reading::human(&report, terminal::is_colored()),
        LintFormat::Json => reading::json(&report),
        LintFormat::Github => reading::github(&report),
    });
    // A reference to another repository is a warning, and no reason to stop what comes after. That nothing was there to check
    // is one: whoever asked meant something.
    let problems = if arguments.strict { report.problems.len() } else { report.count(Severity::Error) };
    let is_fine = problems == 0 && report.file_count > 0;
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}
