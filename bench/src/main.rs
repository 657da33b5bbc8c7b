//! Measures a portal: generated catalogs, a real load tool, and the same machine's floor beside each number.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints its results")]

mod floor;
mod generate;
mod load;
mod measure;
mod portal;
mod report;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::portal::Engine;

/// Generates catalogs and measures a portal beside the same machine's floor.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes a catalog of a given size into a folder, the same for the same seed.
    Generate {
        /// Entities to write.
        #[arg(long)]
        entities: u32,
        /// Folder to fill; it must not exist.
        #[arg(long)]
        out: PathBuf,
        /// Seed of the generator.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Serves one stored body from a bare axum handler: the most that this machine can do.
    Floor {
        /// File with the body.
        #[arg(long)]
        body: PathBuf,
        /// Address to listen on.
        #[arg(long)]
        listen: std::net::SocketAddr,
    },
    /// Measures everything and prints one table in Markdown.
    Run(RunArguments),
}

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct RunArguments {
    /// The portal to measure, a release build.
    #[arg(long, default_value = "target/release/portico")]
    pub(crate) portico: PathBuf,
    /// Sizes of the catalogs, in entities.
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000")]
    pub(crate) sizes: Vec<u32>,
    /// Databases to measure; PostgreSQL needs `--postgres`.
    #[arg(long, value_delimiter = ',', value_enum, default_value = "sqlite,postgres")]
    pub(crate) engines: Vec<Engine>,
    /// Connection URL of a PostgreSQL server on which databases may be created.
    #[arg(long)]
    pub(crate) postgres: Option<String>,
    /// Connections to load with.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    pub(crate) connections: Vec<u32>,
    /// Seconds of load per number.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u32,
    /// Folder for generated catalogs and data.
    #[arg(long, default_value = "target/bench")]
    pub(crate) work: PathBuf,
    /// File to write the table to, beside printing it.
    #[arg(long)]
    pub(crate) write: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Generate { entities, out, seed } => {
            let written = generate::write(&out, entities, seed)?;
            println!("{} entities in {} files in {}", written.entities, written.files, out.display());
            Ok(())
        }
        Command::Floor { body, listen } => {
            let body = std::fs::read(&body).with_context(|| format!("cannot read {}", body.display()))?;
            floor::serve(listen, body).await
        }
        Command::Run(arguments) => {
            let write = arguments.write.clone();
            let text = report::render(&measure::run(&arguments).await?);
            println!("{text}");
            if let Some(path) = write {
                std::fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
            }
            Ok(())
        }
    }
}
