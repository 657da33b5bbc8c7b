//! How often templates were used, and what that saved.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(usage(manager.get_database_backend())).await?;
        // Nothing is known of what earlier runs saved.
        let so_far = Query::select()
            .column(Task::TemplateRef)
            .expr(Func::count(Expr::col(Task::Id)))
            .expr(Expr::val(0i64))
            .expr(Func::max(Expr::col(Task::EndedAt)))
            .from(Task::Table)
            .and_where(Expr::col(Task::State).eq("completed"))
            .group_by_col(Task::TemplateRef)
            .to_owned();
        let mut counted = Query::insert();
        counted.into_table(Usage::Table).columns([
            Usage::TemplateRef,
            Usage::Completed,
            Usage::SavedMs,
            Usage::LastAt,
        ]);
        counted.select_from(so_far).map_err(|error| DbErr::Custom(error.to_string()))?;
        manager.execute(counted).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Usage::Table).to_owned()).await
    }
}

fn usage(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Usage::Table)
        .col(key(Usage::TemplateRef, backend).primary_key())
        .col(ColumnDef::new(Usage::Completed).big_integer().not_null())
        .col(ColumnDef::new(Usage::SavedMs).big_integer().not_null())
        .col(ColumnDef::new(Usage::LastAt).big_integer().not_null())
        .to_owned()
}

#[derive(DeriveIden)]
enum Task {
    #[sea_orm(iden = "scaffolder_task")]
    Table,
    Id,
    TemplateRef,
    State,
    EndedAt,
}

#[derive(DeriveIden)]
enum Usage {
    #[sea_orm(iden = "scaffolder_usage")]
    Table,
    TemplateRef,
    Completed,
    SavedMs,
    LastAt,
}
