//! The catalog's tables. Schema only: what goes into the tables is [`store`](crate::store)'s business.
//!
//! A migration that was released is never edited; a new one is added below it. Names carry the capability,
//! because all capabilities share one table of applied migrations.

mod m20261124_000001_catalog_log;
mod m20261124_000002_catalog_remote_file;

use sea_orm_migration::MigrationTrait;

/// The catalog's migrations, oldest first.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261124_000001_catalog_log::Migration),
        Box::new(m20261124_000002_catalog_remote_file::Migration),
    ]
}
