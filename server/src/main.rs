//! The `portico` program: reads the command line and runs one command.
//!
//! This crate is the only one that knows all capabilities (see `capabilities`), reads the environment
//! (see `environment`) and writes to the terminal.

mod caller;
mod capabilities;
mod cli;
mod commands;
mod config;
mod environment;
mod failure;
mod http;
mod shutdown;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;
use platform::telemetry::{self, LogFormat};

use crate::cli::{Cli, Command, ConfigCommand, TemplateCommand};
use crate::failure::Failure;

/// Reading files and answering requests allocate many small pieces from many threads; mimalloc returns
/// what they free sooner than the system's allocator does. Without huge pages: with them a view of 100 000 entities takes
/// 70 MB more and answers no faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    match start_log(&command).and_then(|()| run(command)) {
        Ok(code) => code,
        Err(failure) => {
            terminal::say(&failure);
            ExitCode::from(failure.code())
        }
    }
}

fn run(command: Command) -> commands::Outcome {
    match command {
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Lint(arguments) => commands::lint::run(&arguments),
        Command::Config { command: ConfigCommand::Print { files, json } } => {
            commands::config::print(&files, json)
        }
        Command::Migrate(files) => commands::migrate::run(&files),
        Command::Openapi => commands::openapi::run(),
        Command::Template { command: TemplateCommand::Render(arguments) } => {
            commands::template::render::run(&arguments)
        }
        Command::Template { command: TemplateCommand::DryRun(arguments) } => {
            commands::template::dry_run::run(&arguments)
        }
        Command::Template { command: TemplateCommand::Actions(own) } => {
            commands::template::actions::run(&own)
        }
        Command::Template { command: TemplateCommand::Test(arguments) } => {
            commands::template::test::run(&arguments)
        }
        Command::Routes { json } => commands::routes::run(json),
    }
}

/// A portal tells what it does; a command that answers a question only warns.
fn start_log(command: &Command) -> Result<(), Failure> {
    let variables = environment::variables();
    let default = match command {
        Command::Serve(_) | Command::Migrate(_) => "info,sqlx=warn,sea_orm_migration=warn",
        _ => "warn",
    };
    let filter = variables.get(environment::LOG).map_or(default, String::as_str);
    let format = variables.get(environment::LOG_FORMAT).map_or("text", String::as_str);
    let format: LogFormat = format.parse().map_err(|expected| {
        Failure::could_not_run("The log can't be started.")
            .because(format!("{} is `{format}`, expected {expected}", environment::LOG_FORMAT))
    })?;
    telemetry::init_log(filter, format).map_err(|error| {
        Failure::could_not_run("The log can't be started.")
            .because(format!("{error:#}"))
            .next(format!("Set {} to something like `info,catalog=debug`.", environment::LOG))
    })
}
