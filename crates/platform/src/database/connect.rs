//! Opening connections with the settings that the rest relies on, and saying what to do when that fails.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};

use super::lock::FileLock;
use super::{Database, DatabaseConfig, Engine};
use crate::error::{Error, Result};

/// How long a transaction waits for another writer, and a request for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that read a SQLite file side by side.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL, of each process.
const POSTGRES_CONNECTIONS: u32 = 10;
/// Page cache of the SQLite connection that writes; negative means KiB. Small, because the read view is what is kept in
/// memory.
const SQLITE_WRITER_CACHE: &str = "-8192";
/// Page cache of each SQLite connection that reads: mostly the log from end to end, which no cache helps.
const SQLITE_READER_CACHE: &str = "-2048";

impl Database {
    /// Opens the database; a failure names what was tried and what to do next, never a password.
    ///
    /// A SQLite file that another `Database` has open, in this process or another, is a conflict; what then is to be
    /// done, only whoever opens it knows.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self> {
        match config {
            DatabaseConfig::SqliteMemory => {
                let only = sqlite_pool(sqlite_options().in_memory(true), 1).await.map_err(|cause| {
                    Error::unavailable("SQLite could not be opened in memory.").with_cause(cause)
                })?;
                Ok(Self { engine: Engine::Sqlite, reader: only.clone(), writer: only, lock: None })
            }
            DatabaseConfig::SqliteFile(path) => connect_file(path).await,
            DatabaseConfig::Postgres(url) => {
                let pool = connect_postgres(url.expose()).await?;
                Ok(Self { engine: Engine::Postgres, reader: pool.clone(), writer: pool, lock: None })
            }
        }
    }
}

async fn connect_file(path: &Path) -> Result<Database> {
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).map_err(|cause| {
            let message = format!(
                "The folder of the database file {shown} can't be created: {cause}. {NEXT_FOR_A_FILE}"
            );
            Error::unavailable(message).with_cause(cause)
        })?;
    }
    let lock = Some(FileLock::take(path).await?);
    let refused = |cause: sea_orm::sqlx::Error| {
        let message =
            format!("The SQLite database {shown} can't be opened: {}. {NEXT_FOR_A_FILE}", reason(&cause));
        Error::unavailable(message).with_cause(cause)
    };
    let options =
        sqlite_options().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    // The writer first: it creates the file and switches it to write-ahead logging, which readers can't.
    let writer = sqlite_pool(options.clone(), 1).await.map_err(refused)?;
    let options = options.pragma("query_only", "ON").pragma("cache_size", SQLITE_READER_CACHE);
    let reader = sqlite_pool(options, SQLITE_READERS).await.map_err(refused)?;
    Ok(Database { engine: Engine::Sqlite, reader, writer, lock })
}

pub(super) const NEXT_FOR_A_FILE: &str =
    "Check that this user may write there, or name another place in backend.database.connection.";

fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .pragma("cache_size", SQLITE_WRITER_CACHE)
        .pragma("mmap_size", "0")
        .disable_statement_logging()
}

async fn sqlite_pool(
    options: SqliteConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, sea_orm::sqlx::Error> {
    // Connections never end by themselves: the last one of `:memory:` would take the data with it.
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn connect_postgres(url: &str) -> Result<DatabaseConnection> {
    let options: PgConnectOptions = url.parse().map_err(|_| {
        // The parser's own message may quote the address, and with it a password.
        Error::unavailable(
            "The address of the PostgreSQL database can't be read. It has the form \
             postgres://user:password@host:port/database, special characters percent-encoded.",
        )
    })?;
    let (host, port, user) = (options.get_host(), options.get_port(), options.get_username());
    let tried = format!("database {} on {host}:{port} as {user}", options.get_database().unwrap_or(user));
    let options = options.disable_statement_logging();
    // A connection by itself first: a pool would go on trying to reach a server that refuses.
    let reached = match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(Ok(connection)) => connection.close().await,
        Ok(Err(error)) => Err(error),
        Err(_) => Err(sea_orm::sqlx::Error::PoolTimedOut),
    };
    reached.map_err(|cause| {
        let message = format!(
            "PostgreSQL can't be reached ({tried}): {}. Check that the server runs, and that \
             backend.database.connection has the right host, port, user and password.",
            reason(&cause)
        );
        Error::unavailable(message).with_cause(cause)
    })?;
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(options)))
}

/// The reason in the words of the engine or of the system, without the library's preamble.
fn reason(error: &sea_orm::sqlx::Error) -> String {
    use sea_orm::sqlx::Error as Sqlx;
    match error {
        Sqlx::Database(error) => error.message().to_owned(),
        Sqlx::Io(error) => error.to_string(),
        Sqlx::PoolTimedOut => format!("no answer within {} s", PATIENCE.as_secs()),
        error => error.to_string(),
    }
}
