//! Bringing the schema up to date with the migrations that the capabilities hand in.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, IntoIden};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTraitSelf, SchemaManager};

use super::{Database, Engine};

/// Key of the advisory lock that lets one process migrate at a time: the bytes of "migrate" as a number.
const MIGRATION_LOCK: i64 = 0x6d_6967_7261_7465;

/// A column for text that is compared and indexed. PostgreSQL is told to compare bytes, as SQLite does by itself: both
/// engines then agree on order, and an index needs no rebuild when the system's locale data changes.
pub fn key(column: impl IntoIden, backend: DbBackend) -> ColumnDef {
    let mut key = ColumnDef::new(column);
    key.text().not_null();
    if backend == DbBackend::Postgres {
        key.extra("COLLATE \"C\"");
    }
    key
}

impl Database {
    /// Applies the migrations that the database has not seen, in the order given: all of them or none.
    ///
    /// Processes that start together take turns; the later ones find nothing left to do.
    pub async fn migrate(&self, migrations: Vec<Box<dyn MigrationTrait>>) -> Result<(), DbErr> {
        let transaction = self.begin_write().await?;
        if self.engine == Engine::Postgres {
            let sql = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
            transaction.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        }
        let list = migrations.into_iter().map(|migration| Shared(Arc::from(migration))).collect();
        GivenMigrations(list).up(&transaction, None).await?;
        transaction.commit().await
    }
}

/// A list of migrations that is known only when the program runs.
struct GivenMigrations(Vec<Shared>);

impl MigratorTraitSelf for GivenMigrations {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.0.iter().cloned().map(|migration| Box::new(migration) as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration that can be handed out as often as the migrator asks for its list.
#[derive(Clone)]
struct Shared(Arc<dyn MigrationTrait>);

impl MigrationName for Shared {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait]
impl MigrationTrait for Shared {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.down(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.0.use_transaction()
    }
}
