//! Runs that are started again and again.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(schedule(manager.get_database_backend())).await?;
        let due = Index::create().name("scaffolder_schedule_next").table(Schedule::Table).to_owned();
        manager.create_index(due.clone().col(Schedule::NextAt).to_owned()).await?;
        let owner = Index::create().name("scaffolder_schedule_owner").table(Schedule::Table).to_owned();
        manager.create_index(owner.clone().col(Schedule::CreatedBy).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Schedule::Table).to_owned()).await
    }
}

fn schedule(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Schedule::Table)
        .col(key(Schedule::Id, backend).primary_key())
        .col(key(Schedule::CreatedBy, backend))
        .col(ColumnDef::new(Schedule::IsProgram).boolean().not_null())
        .col(ColumnDef::new(Schedule::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Schedule::TemplateRef).text().not_null())
        .col(ColumnDef::new(Schedule::Parameters).text().not_null())
        .col(ColumnDef::new(Schedule::Cron).text().not_null())
        .col(ColumnDef::new(Schedule::TimeZone).text().not_null())
        .col(ColumnDef::new(Schedule::IsSuspended).boolean().not_null())
        .col(ColumnDef::new(Schedule::NextAt).big_integer().null())
        .col(ColumnDef::new(Schedule::LastAt).big_integer().null())
        .col(ColumnDef::new(Schedule::LastTask).text().null())
        .col(ColumnDef::new(Schedule::LastError).text().null())
        .to_owned()
}

#[derive(DeriveIden)]
enum Schedule {
    #[sea_orm(iden = "scaffolder_schedule")]
    Table,
    Id,
    CreatedBy,
    IsProgram,
    CreatedAt,
    TemplateRef,
    Parameters,
    Cron,
    TimeZone,
    IsSuspended,
    NextAt,
    LastAt,
    LastTask,
    LastError,
}
