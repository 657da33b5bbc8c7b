//! The database: SQLite in a file or in memory, or PostgreSQL, behind one type.
//!
//! Reads go through [`Database::reader`], writes through a transaction of [`Database::begin_write`]; that division is
//! what lets one body of store code run on both engines. This module knows no table: capabilities bring migrations.

mod connect;
mod lock;
mod migrate;

use std::fmt;
use std::path::PathBuf;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};

use self::lock::FileLock;
pub use self::migrate::key;
use crate::secret::Secret;

/// Key of the advisory lock that orders the writers of a log: the bytes of "portico" as a number.
const LOG_LOCK: i64 = 0x70_6f72_7469_636f;

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Engine {
    /// The name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// SQLite in memory: gone when the process ends.
    SqliteMemory,
    /// SQLite in this file, which is created with its folders when it is missing.
    SqliteFile(PathBuf),
    /// PostgreSQL at this address: `postgres://user:password@host:port/database`.
    Postgres(Secret<String>),
}

/// Open connections to the database; cloning shares them.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// Of a SQLite file, which has one process; PostgreSQL and memory need none.
    lock: Option<FileLock>,
}

impl Database {
    /// The engine, for the few statements that differ.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The connections for reading: 4 on SQLite (which refuse to write), up to 10 on PostgreSQL.
    ///
    /// `:memory:` has one connection for everything: there a read waits while a write transaction is open, so read
    /// inside a transaction through the transaction.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction that may write; without [`DatabaseTransaction::commit`] it is rolled back.
    ///
    /// On SQLite there is one writer at a time: the transaction takes the write lock at once
    /// (`BEGIN IMMEDIATE`) and waits up to 10 s for it, so it can't fail half-way for want of it.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let mode = (self.engine == Engine::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        self.writer.begin_with_options(options).await
    }

    /// Makes the transactions that append to a log commit in the order in which they number their rows: the second
    /// waits here until the first has ended. SQLite has one writer, so there is nothing to wait for.
    pub async fn lock_log(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        if self.engine == Engine::Postgres {
            let sql = format!("SELECT pg_advisory_xact_lock({LOG_LOCK})");
            transaction.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        }
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// Closes all connections, of every clone; open statements end first. SQLite folds its log into the file, which
    /// others may open then.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        if let Some(lock) = &self.lock {
            lock.release();
        }
        Ok(())
    }
}
