//! Notifications, and what each person made of them.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(notification(backend)).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(mark(backend)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Mark::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Notification::Table).to_owned()).await
    }
}

fn notification(backend: DbBackend) -> TableCreateStatement {
    let text = |column: Notification| ColumnDef::new(column).text().to_owned();
    Table::create()
        .table(Notification::Table)
        .col(key(Notification::Id, backend).primary_key())
        // Empty for everybody.
        .col(key(Notification::UserRef, backend))
        .col(key(Notification::Origin, backend))
        .col(text(Notification::Scope))
        .col(key(Notification::Title, backend))
        .col(text(Notification::Description))
        // Title and description in lower case, for the search.
        .col(text(Notification::Words).not_null())
        .col(text(Notification::Link))
        .col(ColumnDef::new(Notification::Severity).integer().not_null())
        // Empty for none.
        .col(key(Notification::Topic, backend))
        .col(text(Notification::Icon))
        .col(text(Notification::Metadata))
        .col(ColumnDef::new(Notification::Created).big_integer().not_null())
        .col(ColumnDef::new(Notification::Updated).big_integer())
        // When it was told last: the later of both.
        .col(ColumnDef::new(Notification::At).big_integer().not_null())
        .to_owned()
}

/// What is for somebody, the last first; what an origin told of a scope, where those without one are no two alike; what is
/// old.
fn indexes() -> [IndexCreateStatement; 3] {
    let index = |name: &str| Index::create().name(name).table(Notification::Table).to_owned();
    [
        index("notification_user").col(Notification::UserRef).col(Notification::At).to_owned(),
        index("notification_scope")
            .col(Notification::Origin)
            .col(Notification::Scope)
            .col(Notification::UserRef)
            .unique()
            .to_owned(),
        index("notification_at").col(Notification::At).to_owned(),
    ]
}

fn mark(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Mark::Table)
        .col(key(Mark::NotificationId, backend))
        .col(key(Mark::UserRef, backend))
        .col(ColumnDef::new(Mark::ReadAt).big_integer())
        .col(ColumnDef::new(Mark::SavedAt).big_integer())
        .primary_key(Index::create().col(Mark::NotificationId).col(Mark::UserRef))
        .to_owned()
}

#[derive(DeriveIden)]
enum Notification {
    Table,
    Id,
    UserRef,
    Origin,
    Scope,
    Title,
    Description,
    Words,
    Link,
    Severity,
    Topic,
    Icon,
    Metadata,
    Created,
    Updated,
    At,
}

#[derive(DeriveIden)]
enum Mark {
    #[sea_orm(iden = "notification_mark")]
    Table,
    NotificationId,
    UserRef,
    ReadAt,
    SavedAt,
}
