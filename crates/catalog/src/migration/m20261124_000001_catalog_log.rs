//! The log of entity versions, the memory of file readers, the registered locations.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(entity_version(backend)).await?;
        for index in entity_version_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(refresh_state(backend)).await?;
        manager.create_index(refresh_state_index()).await?;
        manager.create_table(location(backend)).await?;
        manager.create_index(location_index()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["location", "refresh_state", "entity_version"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn entity_version(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(EntityVersion::Table)
        // Numbered by the store without gaps, so no sequence and no identity. On SQLite this is the rowid.
        .col(ColumnDef::new(EntityVersion::Seq).big_integer().not_null().primary_key())
        .col(key(EntityVersion::EntityRef, backend))
        .col(ColumnDef::new(EntityVersion::ValidFrom).big_integer().not_null())
        .col(ColumnDef::new(EntityVersion::ValidTo).big_integer().null())
        .col(ColumnDef::new(EntityVersion::UntilSeq).big_integer().null())
        .col(ColumnDef::new(EntityVersion::Hash).text().not_null())
        // The widest column comes last: SQLite then finds the others without reading past it.
        .col(ColumnDef::new(EntityVersion::Document).text().null())
        .to_owned()
}

/// Each index serves one question and costs every insert; the query-plan tests of the store name the
/// questions.
fn entity_version_indexes() -> [IndexCreateStatement; 4] {
    let index = |name: &str| Index::create().name(name).table(EntityVersion::Table).to_owned();
    let is_newest = || Expr::col(EntityVersion::UntilSeq).is_null();
    [
        // At most one newest version per entity, whatever happens; and how the writer finds it.
        index("entity_version_newest")
            .unique()
            .col(EntityVersion::EntityRef)
            .cond_where(is_newest())
            .to_owned(),
        // Partial, and not led by until_seq: `until_seq = NULL` would look selective to SQLite and draw the
        // writer's question to this index.
        index("entity_version_current").col(EntityVersion::Seq).cond_where(is_newest()).to_owned(),
        index("entity_version_history").col(EntityVersion::EntityRef).col(EntityVersion::Seq).to_owned(),
        index("entity_version_time").col(EntityVersion::ValidFrom).col(EntityVersion::Seq).to_owned(),
    ]
}

fn refresh_state(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(RefreshState::Table)
        .col(key(RefreshState::LocationRef, backend).primary_key())
        .col(ColumnDef::new(RefreshState::Origin).text().not_null())
        .col(ColumnDef::new(RefreshState::Parent).text().null())
        .col(ColumnDef::new(RefreshState::Fingerprint).text().not_null())
        .col(ColumnDef::new(RefreshState::Entities).text().not_null())
        .col(ColumnDef::new(RefreshState::Stale).text().not_null())
        .col(ColumnDef::new(RefreshState::Targets).text().not_null())
        .col(ColumnDef::new(RefreshState::Dependencies).text().not_null())
        .col(ColumnDef::new(RefreshState::Problems).text().not_null())
        .col(ColumnDef::new(RefreshState::RefreshedAt).big_integer().not_null())
        .to_owned()
}

/// Most files have no problem; those that have one are asked for at every change.
fn refresh_state_index() -> IndexCreateStatement {
    Index::create()
        .name("refresh_state_problems")
        .table(RefreshState::Table)
        .col(RefreshState::LocationRef)
        .cond_where(Expr::cust("problems <> '[]'"))
        .to_owned()
}

fn location(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Location::Table)
        .col(key(Location::Id, backend).primary_key())
        .col(key(Location::Type, backend))
        .col(key(Location::Target, backend))
        .to_owned()
}

fn location_index() -> IndexCreateStatement {
    Index::create()
        .name("location_type_target")
        .table(Location::Table)
        .unique()
        .col(Location::Type)
        .col(Location::Target)
        .to_owned()
}

#[derive(DeriveIden)]
enum EntityVersion {
    Table,
    Seq,
    EntityRef,
    ValidFrom,
    ValidTo,
    UntilSeq,
    Hash,
    Document,
}

#[derive(DeriveIden)]
enum RefreshState {
    Table,
    LocationRef,
    Origin,
    Parent,
    Fingerprint,
    Entities,
    Stale,
    Targets,
    Dependencies,
    Problems,
    RefreshedAt,
}

#[derive(DeriveIden)]
enum Location {
    Table,
    Id,
    Type,
    Target,
}
