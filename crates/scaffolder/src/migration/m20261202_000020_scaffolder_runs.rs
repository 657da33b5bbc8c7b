//! Runs: tasks, their steps, events, values that steps keep, and their workspaces.

use platform::database::key;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(task(backend)).await?;
        for index in task_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(step(backend)).await?;
        manager.create_table(event(backend)).await?;
        manager.create_table(kept(backend)).await?;
        manager.create_table(workspace(backend)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "scaffolder_workspace",
            "scaffolder_kept",
            "scaffolder_event",
            "scaffolder_step",
            "scaffolder_task",
        ];
        for table in tables {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn task(backend: DbBackend) -> TableCreateStatement {
    let number = |column: Task| ColumnDef::new(column).big_integer().to_owned();
    let text = |column: Task| ColumnDef::new(column).text().to_owned();
    let flag = |column: Task| ColumnDef::new(column).boolean().not_null().to_owned();
    Table::create()
        .table(Task::Table)
        .col(key(Task::Id, backend).primary_key())
        .col(key(Task::TemplateRef, backend))
        // Empty for a guest, who is nobody in particular.
        .col(key(Task::CreatedBy, backend))
        .col(number(Task::CreatedAt).not_null())
        .col(key(Task::State, backend))
        .col(number(Task::EndedAt).null())
        .col(number(Task::HeartbeatAt).null())
        // From when on a worker may take it: at once, after the lease of the one that has it, or when a wait is over.
        .col(number(Task::DueAt).null())
        .col(text(Task::LeaseOwner).null())
        // How often it was taken, which is what a lease is known by: who has an older number may not write any more.
        .col(number(Task::Attempt).not_null())
        // How often it was taken from a process that was gone, since a step of it ended last.
        .col(number(Task::Losses).not_null())
        .col(flag(Task::IsCancelling))
        // Something arrived for it since it was taken, so it may not be put away to wait.
        .col(flag(Task::IsWoken))
        .col(text(Task::WaitStep).null())
        .col(text(Task::WaitReason).null())
        .col(number(Task::LastEvent).not_null())
        .col(text(Task::FailedStep).null())
        .col(text(Task::Error).null())
        // The widest columns come last: SQLite then finds the others without reading past them.
        .col(ColumnDef::new(Task::Secrets).blob().null())
        .col(text(Task::Output).null())
        .col(text(Task::Initiator).not_null())
        .col(text(Task::Parameters).not_null())
        .col(text(Task::Template).not_null())
        .to_owned()
}

/// Each index serves one question; the query-plan tests of the store name the questions.
fn task_indexes() -> [IndexCreateStatement; 4] {
    let index = |name: &str| Index::create().name(name).table(Task::Table).to_owned();
    [
        // Few tasks are due, among many that ended.
        index("scaffolder_task_due")
            .col(Task::DueAt)
            .col(Task::Id)
            .cond_where(Expr::col(Task::DueAt).is_not_null())
            .to_owned(),
        index("scaffolder_task_created").col(Task::CreatedAt).col(Task::Id).to_owned(),
        index("scaffolder_task_creator").col(Task::CreatedBy).col(Task::CreatedAt).col(Task::Id).to_owned(),
        index("scaffolder_task_state").col(Task::State).col(Task::CreatedAt).col(Task::Id).to_owned(),
    ]
}

fn step(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Step::Table)
        .col(key(Step::TaskId, backend))
        .col(key(Step::Id, backend))
        .col(ColumnDef::new(Step::Number).big_integer().not_null())
        .col(ColumnDef::new(Step::Name).text().not_null())
        .col(ColumnDef::new(Step::Action).text().not_null())
        .col(ColumnDef::new(Step::State).text().not_null())
        .col(ColumnDef::new(Step::StartedAt).big_integer().null())
        .col(ColumnDef::new(Step::EndedAt).big_integer().null())
        .col(ColumnDef::new(Step::Error).text().null())
        .col(ColumnDef::new(Step::Output).text().null())
        .primary_key(Index::create().col(Step::TaskId).col(Step::Id))
        .to_owned()
}

fn event(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Event::Table)
        .col(key(Event::TaskId, backend))
        // Numbered for each task without gaps, under the lock of its row: who follows one misses nothing.
        .col(ColumnDef::new(Event::Id).big_integer().not_null())
        .col(ColumnDef::new(Event::Type).text().not_null())
        .col(ColumnDef::new(Event::Step).text().null())
        .col(ColumnDef::new(Event::CreatedAt).big_integer().not_null())
        .col(ColumnDef::new(Event::Body).text().not_null())
        .primary_key(Index::create().col(Event::TaskId).col(Event::Id))
        .to_owned()
}

fn kept(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Kept::Table)
        .col(key(Kept::TaskId, backend))
        .col(key(Kept::Step, backend))
        .col(key(Kept::Name, backend))
        .col(ColumnDef::new(Kept::Value).text().not_null())
        .primary_key(Index::create().col(Kept::TaskId).col(Kept::Step).col(Kept::Name))
        .to_owned()
}

fn workspace(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table(Workspace::Table)
        .col(key(Workspace::TaskId, backend))
        // `latest`, or `retry`: what it was before the step that failed.
        .col(key(Workspace::Kind, backend))
        .col(ColumnDef::new(Workspace::Hash).text().not_null())
        .col(ColumnDef::new(Workspace::Content).blob().not_null())
        .primary_key(Index::create().col(Workspace::TaskId).col(Workspace::Kind))
        .to_owned()
}

#[derive(DeriveIden)]
enum Task {
    #[sea_orm(iden = "scaffolder_task")]
    Table,
    Id,
    TemplateRef,
    CreatedBy,
    CreatedAt,
    State,
    EndedAt,
    HeartbeatAt,
    DueAt,
    LeaseOwner,
    Attempt,
    Losses,
    IsCancelling,
    IsWoken,
    WaitStep,
    WaitReason,
    LastEvent,
    FailedStep,
    Error,
    Secrets,
    Output,
    Initiator,
    Parameters,
    Template,
}

#[derive(DeriveIden)]
enum Step {
    #[sea_orm(iden = "scaffolder_step")]
    Table,
    TaskId,
    Id,
    Number,
    Name,
    Action,
    State,
    StartedAt,
    EndedAt,
    Error,
    Output,
}

#[derive(DeriveIden)]
enum Event {
    #[sea_orm(iden = "scaffolder_event")]
    Table,
    TaskId,
    Id,
    Type,
    Step,
    CreatedAt,
    Body,
}

#[derive(DeriveIden)]
enum Kept {
    #[sea_orm(iden = "scaffolder_kept")]
    Table,
    TaskId,
    Step,
    Name,
    Value,
}

#[derive(DeriveIden)]
enum Workspace {
    #[sea_orm(iden = "scaffolder_workspace")]
    Table,
    TaskId,
    Kind,
    Hash,
    Content,
}
