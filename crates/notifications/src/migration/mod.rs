//! The tables of this capability. Schema only; a migration that was released is never edited.

mod m20261203_000050_notifications;

use sea_orm_migration::MigrationTrait;

/// The migrations of this capability, oldest first.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261203_000050_notifications::Migration)]
}
