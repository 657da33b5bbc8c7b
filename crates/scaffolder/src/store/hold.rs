//! Leases: taking a task, keeping it, and the one way of a worker to write.
//!
//! Each write of a worker begins by writing the task's row where it still has the worker's number. That locks the row until
//! the commit, so a lease can't be lost between the check and what it is for; and it numbers the events, so that ids become
//! visible in their own order.

use platform::database::{Database, Engine};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query, UpdateStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExprTrait as _,
    QueryFilter, QueryOrder, QuerySelect, Select, Set, Statement,
};

use super::tables::task::{ActiveModel, Column, Entity};
use super::types::{Claimed, Lease, NewEvent, TaskState, WriteError};
use super::{events, text};
use crate::clock;

/// The time that leases are measured by, in Unix milliseconds. All processes have to agree on it, so it is the clock of the
/// server where there is one.
///
/// # Errors
/// The database failed.
pub(crate) async fn now(db: &Database) -> Result<i64, DbErr> {
    if db.engine() == Engine::Sqlite {
        return Ok(clock::now());
    }
    let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    let row = db.reader().query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map_or_else(|| Ok(clock::now()), |row| row.try_get_by_index(0))
}

/// Takes the task that has been due for longest, if there is one that nobody else takes at the moment. Its row is then
/// `owner`'s until `until`.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub(crate) async fn claim(
    db: &Database,
    owner: &str,
    now: i64,
    until: i64,
) -> Result<Option<Claimed>, DbErr> {
    // Looked at before a transaction is begun: mostly nothing is due, and SQLite has one writer.
    if due(now).select_only().column(Column::Id).into_tuple::<String>().one(db.reader()).await?.is_none() {
        return Ok(None);
    }
    let txn = db.begin_write().await?;
    let free = due(now).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let Some(mut task) = free.one(&txn).await? else {
        txn.rollback().await?;
        return Ok(None);
    };
    let was = task.state()?;
    task.state = TaskState::Processing.name().to_owned();
    task.attempt += 1;
    task.losses += i64::from(was == TaskState::Processing);
    task.due_at = Some(until);
    let taken = ActiveModel {
        state: Set(task.state.clone()),
        attempt: Set(task.attempt),
        losses: Set(task.losses),
        due_at: Set(task.due_at),
        lease_owner: Set(Some(owner.to_owned())),
        heartbeat_at: Set(Some(now)),
        is_woken: Set(false),
        wait_step: Set(None),
        wait_reason: Set(None),
        ..ActiveModel::default()
    };
    Entity::update_many().set(taken).filter(Column::Id.eq(&task.id)).exec(&txn).await?;
    txn.commit().await?;
    let lease = Lease { task: task.id.clone(), attempt: task.attempt };
    Ok(Some(Claimed { lease, task, was }))
}

/// The task that has been due for longest.
pub(super) fn due(now: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(1)
}

/// Has a lease last until `until`; whether the task is to be cancelled.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn renew(db: &Database, lease: &Lease, now: i64, until: i64) -> Result<bool, WriteError> {
    let mut statement = held(lease);
    statement
        .value(Column::DueAt, until)
        .value(Column::HeartbeatAt, now)
        .returning(Query::returning().column(Column::IsCancelling));
    let txn = db.begin_write().await?;
    let row = txn.query_one(&statement).await?.ok_or(WriteError::Lost)?;
    let is_cancelling = row.try_get("", "is_cancelling")?;
    txn.commit().await?;
    Ok(is_cancelling)
}

/// An update of the row that a lease is about, for as long as it is had.
pub(super) fn held(lease: &Lease) -> UpdateStatement {
    Query::update()
        .table(Entity)
        .and_where(Column::Id.eq(lease.task.as_str()))
        .and_where(Column::Attempt.eq(lease.attempt))
        .and_where(Column::State.eq(TaskState::Processing.name()))
        .to_owned()
}

/// A write of a worker that is under way.
pub(super) struct Write {
    pub(super) txn: DatabaseTransaction,
    /// Whether somebody wants the task to be cancelled.
    pub(super) is_cancelling: bool,
    /// Whether something arrived since the task was taken.
    pub(super) is_woken: bool,
}

impl Write {
    /// Begins a write, with these events.
    pub(super) async fn begin(db: &Database, lease: &Lease, news: &[NewEvent]) -> Result<Self, WriteError> {
        text::check(news.iter().filter_map(|event| event.step.as_deref()))?;
        let count = i64::try_from(news.len()).unwrap_or(i64::MAX);
        let mut statement = held(lease);
        statement.value(Column::LastEvent, Expr::col(Column::LastEvent).add(count)).returning(
            Query::returning().columns([Column::LastEvent, Column::IsCancelling, Column::IsWoken]),
        );
        let txn = db.begin_write().await?;
        let row = txn.query_one(&statement).await?.ok_or(WriteError::Lost)?;
        let last: i64 = row.try_get("", "last_event")?;
        let (is_cancelling, is_woken) = (row.try_get("", "is_cancelling")?, row.try_get("", "is_woken")?);
        events::insert(&txn, &lease.task, last - count, news).await?;
        Ok(Self { txn, is_cancelling, is_woken })
    }
}
