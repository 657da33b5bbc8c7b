//! `portico openapi`: prints the document that a running portal serves.

use std::process::ExitCode;

use super::{Outcome, block_on, open_empty};
use crate::failure::Failure;
use crate::http::{self, Vitals};
use crate::terminal::output;

/// Runs the command.
pub(crate) fn run() -> Outcome {
    block_on(async {
        let (_, database, capabilities) = open_empty().await?;
        let vitals = Vitals::new(&capabilities, database).map_err(undescribed)?;
        let (_, document) = http::compose(capabilities.api(), vitals);
        output(&http::document_text(&document).map_err(undescribed)?);
        Ok(ExitCode::SUCCESS)
    })
}

fn undescribed(error: impl std::fmt::Display) -> Failure {
    Failure::stopped("The document could not be written.").because(error)
}
