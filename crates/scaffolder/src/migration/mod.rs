//! The tables of this capability. Schema only: what goes into the tables is [`store`](crate::store)'s business.
//!
//! A migration that was released is never edited; a new one is added below it.

mod m20261202_000020_scaffolder_runs;
mod m20261203_000030_scaffolder_drafts;
mod m20261203_000040_scaffolder_task_entity;
mod m20261203_000050_scaffolder_schedules;
mod m20261203_000060_scaffolder_usage;

use sea_orm_migration::MigrationTrait;

/// The migrations of this capability, oldest first.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261202_000020_scaffolder_runs::Migration),
        Box::new(m20261203_000030_scaffolder_drafts::Migration),
        Box::new(m20261203_000040_scaffolder_task_entity::Migration),
        Box::new(m20261203_000050_scaffolder_schedules::Migration),
        Box::new(m20261203_000060_scaffolder_usage::Migration),
    ]
}
