//! Which entities runs registered, and the runs of a template.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// The runs of a template, the newest first.
const RUNS: &str = "scaffolder_task_template";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(made(manager.get_database_backend())).await?;
        let runs = Index::create().name(RUNS).table(Task::Table).to_owned();
        let runs = runs.clone().col(Task::TemplateRef).col(Task::CreatedAt).col(Task::Id).to_owned();
        manager.create_index(runs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(RUNS).table(Task::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Made::Table).to_owned()).await
    }
}

fn made(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Made::Table)
        .col(key(Made::EntityRef, backend))
        .col(key(Made::TaskId, backend))
        .col(ColumnDef::new(Made::At).big_integer().not_null())
        .primary_key(Index::create().col(Made::EntityRef).col(Made::TaskId))
        .to_owned()
}

#[derive(DeriveIden)]
enum Task {
    #[sea_orm(iden = "scaffolder_task")]
    Table,
    Id,
    TemplateRef,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Made {
    #[sea_orm(iden = "scaffolder_task_entity")]
    Table,
    EntityRef,
    TaskId,
    At,
}
