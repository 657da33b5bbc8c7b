//! Stars, saved views, visits.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(star(backend)).await?;
        manager.create_table(saved_view(backend)).await?;
        for index in saved_view_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(visit(backend)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["visit", "saved_view", "star"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn star(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Star::Table)
        .col(key(Star::Owner, backend))
        .col(key(Star::EntityRef, backend))
        .col(ColumnDef::new(Star::At).big_integer().not_null())
        .primary_key(Index::create().col(Star::Owner).col(Star::EntityRef))
        .to_owned()
}

fn saved_view(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(SavedView::Table)
        .col(key(SavedView::Id, backend).primary_key())
        .col(key(SavedView::Owner, backend))
        .col(ColumnDef::new(SavedView::Title).text().not_null())
        .col(ColumnDef::new(SavedView::Address).text().not_null())
        .col(ColumnDef::new(SavedView::Shared).boolean().not_null())
        .col(ColumnDef::new(SavedView::Created).big_integer().not_null())
        .col(ColumnDef::new(SavedView::Updated).big_integer().not_null())
        .to_owned()
}

/// A person's own views, and those that everybody sees.
fn saved_view_indexes() -> [IndexCreateStatement; 2] {
    let index = |name: &str| Index::create().name(name).table(SavedView::Table).to_owned();
    [
        index("saved_view_owner").col(SavedView::Owner).to_owned(),
        index("saved_view_shared")
            .col(SavedView::Updated)
            .cond_where(Expr::col(SavedView::Shared))
            .to_owned(),
    ]
}

fn visit(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Visit::Table)
        .col(key(Visit::Owner, backend))
        .col(key(Visit::EntityRef, backend))
        .col(ColumnDef::new(Visit::At).big_integer().not_null())
        .col(ColumnDef::new(Visit::Count).big_integer().not_null())
        .primary_key(Index::create().col(Visit::Owner).col(Visit::EntityRef))
        .to_owned()
}

#[derive(DeriveIden)]
enum Star {
    Table,
    Owner,
    EntityRef,
    At,
}

#[derive(DeriveIden)]
enum SavedView {
    Table,
    Id,
    Owner,
    Title,
    Address,
    Shared,
    Created,
    Updated,
}

#[derive(DeriveIden)]
enum Visit {
    Table,
    Owner,
    EntityRef,
    At,
    Count,
}
