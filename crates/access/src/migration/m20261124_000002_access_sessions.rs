//! Sessions of people, and sign-ins that have begun.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(session()).await?;
        manager.create_index(index("access_session_entity_ref", Session::Table, Session::EntityRef)).await?;
        manager.create_index(index("access_session_expires_at", Session::Table, Session::ExpiresAt)).await?;
        manager.create_table(attempt()).await?;
        manager.create_index(index("access_attempt_expires_at", Attempt::Table, Attempt::ExpiresAt)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["access_attempt", "access_session"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn session() -> TableCreateStatement {
    Table::create()
        .table(Session::Table)
        // What the cookie holds is in no table: only its SHA-256, which leads nowhere.
        .col(ColumnDef::new(Session::TokenHash).text().not_null().primary_key())
        .col(ColumnDef::new(Session::Id).text().not_null().unique_key())
        .col(ColumnDef::new(Session::EntityRef).text().not_null())
        .col(ColumnDef::new(Session::NeedsEntity).boolean().not_null())
        .col(ColumnDef::new(Session::Name).text().null())
        .col(ColumnDef::new(Session::Email).text().null())
        .col(ColumnDef::new(Session::Browser).text().not_null())
        .col(ColumnDef::new(Session::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Session::SeenAt).big_integer().not_null())
        .col(ColumnDef::new(Session::ExpiresAt).big_integer().not_null())
        .to_owned()
}

fn attempt() -> TableCreateStatement {
    Table::create()
        .table(Attempt::Table)
        .col(ColumnDef::new(Attempt::StateHash).text().not_null().primary_key())
        .col(ColumnDef::new(Attempt::BrowserHash).text().not_null())
        .col(ColumnDef::new(Attempt::Nonce).text().not_null())
        .col(ColumnDef::new(Attempt::Verifier).text().not_null())
        .col(ColumnDef::new(Attempt::Target).text().not_null())
        .col(ColumnDef::new(Attempt::ExpiresAt).big_integer().not_null())
        .to_owned()
}

fn index(
    name: &str,
    table: impl IntoIden + 'static,
    column: impl IntoIden + 'static,
) -> IndexCreateStatement {
    Index::create().name(name).table(table).col(column).to_owned()
}

#[derive(DeriveIden)]
enum Session {
    #[sea_orm(iden = "access_session")]
    Table,
    TokenHash,
    Id,
    EntityRef,
    NeedsEntity,
    Name,
    Email,
    Browser,
    CreatedAt,
    SeenAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Attempt {
    #[sea_orm(iden = "access_attempt")]
    Table,
    StateHash,
    BrowserHash,
    Nonce,
    Verifier,
    Target,
    ExpiresAt,
}
