//! `portico migrate`: brings the database up to date.

use std::process::ExitCode;

use super::{Outcome, block_on, open_database};
use crate::cli::ConfigFiles;
use crate::config;
use crate::terminal::say;

/// Runs the command.
pub(crate) fn run(files: &ConfigFiles) -> Outcome {
    let settings = config::load(&files.config)?;
    block_on(async {
        open_database(&settings).await?;
        say(format_args!("The database is up to date ({}).", settings.database.place()));
        Ok(ExitCode::SUCCESS)
    })
}
