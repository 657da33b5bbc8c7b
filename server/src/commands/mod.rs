//! One module per command. A command returns the exit code of the process, or the failure that ends it.

pub(crate) mod config;
pub(crate) mod lint;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod routes;
pub(crate) mod serve;
pub(crate) mod template;

use std::future::Future;
use std::process::ExitCode;

use platform::database::Database;
use platform::error::ErrorKind;

use crate::capabilities::{Capabilities, migrations};
use crate::config::Settings;
use crate::failure::Failure;

/// How a command ends.
pub(crate) type Outcome = Result<ExitCode, Failure>;

/// Runs an asynchronous command to its end.
fn block_on(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::could_not_run("The program could not start its worker threads.").because(error)
    })?;
    let outcome = runtime.block_on(command);
    // Background work must not hold a process whose command is done.
    runtime.shutdown_background();
    outcome
}

/// Connects to the configured database and brings its tables up to date.
async fn open_database(settings: &Settings) -> Result<Database, Failure> {
    let place = settings.database.place();
    let database = Database::connect(&settings.database.config).await.map_err(|error| {
        let next = match error.kind() {
            ErrorKind::Conflict => {
                "Stop the other portal, or name another directory in backend.database.connection.\n\
                 Portals that share a catalog need PostgreSQL (backend.database.client: pg)."
            }
            _ => "Correct backend.database in the configuration, or leave it out to use an SQLite file.",
        };
        Failure::could_not_run(format!("Cannot open the database ({place}).")).because(error).next(next)
    })?;
    database.migrate(migrations()).await.map_err(|error| {
        Failure::could_not_run(format!("Cannot bring the tables of the database ({place}) up to date.")).because(error).next(
            "If a newer version of Portico has used this database, run that version. Otherwise check that the user may \
             create tables.",
        )
    })?;
    Ok(database)
}

/// The capabilities on an empty database in memory: enough to ask the program about itself.
async fn open_empty() -> Result<(Settings, Database, Capabilities), Failure> {
    let settings = Settings::empty();
    let database = open_database(&settings).await?;
    let capabilities = Capabilities::open(&settings, &database, &[])
        .await
        .map_err(|error| Failure::could_not_run("The program could not describe itself.").because(error))?;
    Ok((settings, database, capabilities))
}
