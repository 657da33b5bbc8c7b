//! What was fetched from addresses, so that a start asks only whether it changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut url = ColumnDef::new(RemoteFile::Url);
        url.text().not_null().primary_key();
        if manager.get_database_backend() == DbBackend::Postgres {
            // Bytes, as SQLite compares them.
            url.extra("COLLATE \"C\"");
        }
        let table = Table::create()
            .table(RemoteFile::Table)
            .col(url)
            .col(ColumnDef::new(RemoteFile::NextAt).big_integer().not_null())
            .col(ColumnDef::new(RemoteFile::CheckedAt).big_integer().null())
            .col(ColumnDef::new(RemoteFile::Attempts).integer().not_null())
            .col(ColumnDef::new(RemoteFile::Fingerprint).text().null())
            .col(ColumnDef::new(RemoteFile::Validator).text().null())
            .col(ColumnDef::new(RemoteFile::Failure).text().null())
            // The widest column comes last: SQLite then finds the others without reading past it.
            .col(ColumnDef::new(RemoteFile::Content).text().null())
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("remote_file_next_at")
            .table(RemoteFile::Table)
            .col(RemoteFile::NextAt)
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(RemoteFile::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum RemoteFile {
    Table,
    Url,
    NextAt,
    CheckedAt,
    Attempts,
    Fingerprint,
    Validator,
    Failure,
    Content,
}
