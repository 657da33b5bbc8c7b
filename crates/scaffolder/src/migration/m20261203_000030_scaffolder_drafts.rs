//! Forms that people have not finished.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(draft(manager.get_database_backend())).await?;
        let index = Index::create().name("scaffolder_draft_updated").table(Draft::Table).to_owned();
        manager.create_index(index.clone().col(Draft::UpdatedAt).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Draft::Table).to_owned()).await
    }
}

fn draft(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Draft::Table)
        .col(key(Draft::Owner, backend))
        .col(key(Draft::TemplateRef, backend))
        .col(ColumnDef::new(Draft::BegunAt).big_integer().not_null())
        .col(ColumnDef::new(Draft::UpdatedAt).big_integer().not_null())
        .col(ColumnDef::new(Draft::Content).text().not_null())
        .primary_key(Index::create().col(Draft::Owner).col(Draft::TemplateRef))
        .to_owned()
}

#[derive(DeriveIden)]
enum Draft {
    #[sea_orm(iden = "scaffolder_draft")]
    Table,
    Owner,
    TemplateRef,
    BegunAt,
    UpdatedAt,
    Content,
}
