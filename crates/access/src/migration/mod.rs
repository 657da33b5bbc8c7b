//! The tables of sign-in. Schema only; a migration that was released is never edited.

mod m20261124_000002_access_sessions;

use sea_orm_migration::MigrationTrait;

/// The migrations of this capability, oldest first.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261124_000002_access_sessions::Migration)]
}
