//! What others write about a task: people, and programs that send something to it. Each locks the task's row first, as
//! workers do, so that what one decides on is still so when it is written.
//!
//! What decides to write nothing gives the lock back before it returns. A transaction that is only dropped keeps it for a
//! moment more, in which workers would pass the task by.

use platform::database::Database;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockType, OnConflict, Query};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set,
};

use super::hold::now;
use super::tables::{kept, step, task, workspace};
use super::types::{Arrived, Cancelled, NewEvent, TaskEnd, TaskState, Verdict, parse_state, step_state};
use super::worker::{LATEST, end_task};
use super::{events, text};
use crate::clock;

/// A task's row while its lock is had.
#[derive(FromQueryResult)]
pub(super) struct Locked {
    state: String,
    is_cancelling: bool,
    wait_step: Option<String>,
    last_event: i64,
}

impl Locked {
    /// The task, whoever has it; nothing where there is none.
    pub(super) async fn take(
        txn: &DatabaseTransaction,
        id: &str,
    ) -> Result<Option<(Self, TaskState)>, DbErr> {
        use task::Column;
        let row = task::Entity::find_by_id(id)
            .select_only()
            .columns([Column::State, Column::IsCancelling, Column::WaitStep, Column::LastEvent])
            .lock(LockType::Update)
            .into_model::<Self>()
            .one(txn)
            .await?;
        row.map(|row| parse_state(&row.state).map(|state| (row, state))).transpose()
    }

    /// Writes the row and what happened.
    pub(super) async fn change(
        self,
        txn: &DatabaseTransaction,
        id: &str,
        row: task::ActiveModel,
        news: &[NewEvent],
    ) -> Result<(), DbErr> {
        events::insert(txn, id, self.last_event, news).await?;
        let count = i64::try_from(news.len()).unwrap_or(i64::MAX);
        let row = task::ActiveModel { last_event: Set(self.last_event + count), ..row };
        task::Entity::update_many().set(row).filter(task::Column::Id.eq(id)).exec(txn).await.map(|_| ())
    }
}

/// Cancels a task, or has the worker that has it told. `asked` is what is told of either, `ended` of what is cancelled at
/// once. A task that has `compensations` is left to a worker, which undoes its steps; one that is being undone already is not
/// changed. Nothing where there is no such task.
///
/// # Errors
/// The database failed.
pub(crate) async fn cancel(
    db: &Database,
    id: &str,
    compensations: &[String],
    asked: NewEvent,
    ended: NewEvent,
) -> Result<Option<Cancelled>, DbErr> {
    if !text::is_storable(id) {
        return Ok(None);
    }
    let due = now(db).await?;
    let txn = db.begin_write().await?;
    let Some((locked, state)) = Locked::take(&txn, id).await? else { return Ok(None) };
    let outcome = match state {
        TaskState::Completed | TaskState::Failed | TaskState::Cancelled => Cancelled::Ended(state),
        _ if is_undone(&txn, id, compensations).await? => Cancelled::Asked,
        TaskState::Processing => {
            if !locked.is_cancelling {
                let row = task::ActiveModel { is_cancelling: Set(true), ..Default::default() };
                locked.change(&txn, id, row, &[asked]).await?;
            }
            Cancelled::Asked
        }
        TaskState::Open | TaskState::Waiting | TaskState::Asking if !compensations.is_empty() => {
            if !locked.is_cancelling {
                let row = task::ActiveModel {
                    state: Set(TaskState::Open.name().to_owned()),
                    is_cancelling: Set(true),
                    due_at: Set(Some(due)),
                    wait_step: Set(None),
                    wait_reason: Set(None),
                    ..Default::default()
                };
                locked.change(&txn, id, row, &[asked]).await?;
            }
            Cancelled::Asked
        }
        TaskState::Open | TaskState::Waiting | TaskState::Asking => {
            let news = if locked.is_cancelling { vec![ended] } else { vec![asked, ended] };
            locked.change(&txn, id, task::ActiveModel::default(), &news).await?;
            let end = TaskEnd::new(TaskState::Cancelled);
            end_task(&txn, id, end).await?;
            Cancelled::Done
        }
    };
    txn.commit().await?;
    Ok(Some(outcome))
}

/// Whether one of the steps was begun that undo others.
pub(super) async fn is_undone(
    txn: &DatabaseTransaction,
    id: &str,
    compensations: &[String],
) -> Result<bool, DbErr> {
    if compensations.is_empty() {
        return Ok(false);
    }
    let begun = step::Entity::find().select_only().column(step::Column::Id);
    let begun: Vec<String> = begun.filter(step::Column::TaskId.eq(id)).into_tuple().all(txn).await?;
    Ok(begun.iter().any(|begun| compensations.contains(begun)))
}

/// What arrives for a step.
pub(crate) struct Arrival<'a> {
    /// The id of the step.
    pub(crate) step: &'a str,
    /// What its values are kept under: the same, or `step[item]`.
    pub(crate) keeper: &'a str,
    /// The name of the value.
    pub(crate) name: &'a str,
    /// JSON.
    pub(crate) value: String,
    /// Whether the step has to wait for it already; otherwise it may come before.
    pub(crate) is_awaited: bool,
}

/// Keeps a value that arrived for a step from outside, once, and has the task looked at again. Nothing where there is no
/// such task.
///
/// # Errors
/// The database failed, or a key can't be stored.
pub(crate) async fn arrive(
    db: &Database,
    id: &str,
    arrival: Arrival<'_>,
    event: NewEvent,
) -> Result<Option<Arrived>, DbErr> {
    let Arrival { step, keeper, name, value, is_awaited } = arrival;
    if ![id, step, keeper, name].into_iter().all(text::is_storable) {
        return Ok(None);
    }
    let due = now(db).await?;
    let txn = db.begin_write().await?;
    let Some((locked, state)) = Locked::take(&txn, id).await? else { return Ok(None) };
    let row = step::Entity::find_by_id((id.to_owned(), step.to_owned())).one(&txn).await?;
    let waits = match &row {
        Some(row) => matches!(row.state.as_str(), step_state::PROCESSING | step_state::WAITING),
        None => !is_awaited,
    };
    if state.has_ended() || !waits {
        txn.rollback().await?;
        return Ok(Some(Arrived::Unasked));
    }
    let there = kept::Entity::find_by_id((id.to_owned(), keeper.to_owned(), name.to_owned()));
    if there.one(&txn).await?.is_some() {
        txn.rollback().await?;
        return Ok(Some(Arrived::Second));
    }
    let value = kept::ActiveModel {
        task_id: Set(id.to_owned()),
        step: Set(keeper.to_owned()),
        name: Set(name.to_owned()),
        value: Set(value),
    };
    kept::Entity::insert(value).exec_without_returning(&txn).await?;
    // A worker that has it by now may not have seen the value: it is not put away then.
    let mut row = task::ActiveModel { is_woken: Set(true), ..Default::default() };
    if state == TaskState::Waiting {
        row.due_at = Set(Some(due));
    }
    locked.change(&txn, id, row, &[event]).await?;
    txn.commit().await?;
    Ok(Some(Arrived::Kept))
}

/// Has a task go on that asks about a step. `Err` is the state of one that does not ask about it, nothing where there is no
/// such task.
///
/// # Errors
/// The database failed.
pub(crate) async fn answer(
    db: &Database,
    id: &str,
    step: &str,
    verdict: Verdict,
    event: NewEvent,
) -> Result<Option<Result<(), TaskState>>, DbErr> {
    if !text::is_storable(id) || !text::is_storable(step) {
        return Ok(None);
    }
    let due = now(db).await?;
    let txn = db.begin_write().await?;
    let Some((locked, state)) = Locked::take(&txn, id).await? else { return Ok(None) };
    if state != TaskState::Asking || locked.wait_step.as_deref() != Some(step) {
        txn.rollback().await?;
        return Ok(Some(Err(state)));
    }
    let change = match verdict {
        Verdict::Again => None,
        Verdict::Done(output) => Some(step::ActiveModel {
            state: Set(step_state::COMPLETED.to_owned()),
            output: Set(Some(output)),
            ended_at: Set(Some(clock::now())),
            ..Default::default()
        }),
        Verdict::Failed(error) => Some(step::ActiveModel {
            state: Set(step_state::FAILED.to_owned()),
            error: Set(Some(text::clean(&error))),
            ended_at: Set(Some(clock::now())),
            ..Default::default()
        }),
    };
    match change {
        Some(change) => {
            // What was marked as done has no workspace of its own; where there is none yet, it is empty.
            let empty = workspace::ActiveModel {
                task_id: Set(id.to_owned()),
                kind: Set(LATEST.to_owned()),
                hash: Set(String::new()),
                content: Set(Vec::new()),
            };
            let once = OnConflict::columns([workspace::Column::TaskId, workspace::Column::Kind])
                .do_nothing()
                .to_owned();
            let insert = workspace::Entity::insert(empty).on_conflict(once);
            insert.exec_without_returning(&txn).await?;
            let of_step = step::Entity::update_many().set(change).filter(step::Column::TaskId.eq(id));
            of_step.filter(step::Column::Id.eq(step)).exec(&txn).await?;
        }
        // As if it had not begun: an action that finds a beginning would ask again.
        None => {
            let of_step = step::Entity::delete_many().filter(step::Column::TaskId.eq(id));
            of_step.filter(step::Column::Id.eq(step)).exec(&txn).await?;
        }
    }
    let row = task::ActiveModel {
        state: Set(TaskState::Open.name().to_owned()),
        due_at: Set(Some(due)),
        wait_step: Set(None),
        wait_reason: Set(None),
        ..Default::default()
    };
    locked.change(&txn, id, row, &[event]).await?;
    txn.commit().await?;
    Ok(Some(Ok(())))
}

/// Fails a task whose heartbeat is older than `before`, whoever had it; whether it was.
///
/// # Errors
/// The database failed.
pub(crate) async fn fail_stale(
    db: &Database,
    id: &str,
    before: i64,
    error: String,
    event: NewEvent,
) -> Result<bool, DbErr> {
    let txn = db.begin_write().await?;
    let Some((locked, state)) = Locked::take(&txn, id).await? else { return Ok(false) };
    let heartbeat = task::Entity::find_by_id(id).select_only().column(task::Column::HeartbeatAt);
    let heartbeat: Option<Option<i64>> = heartbeat.into_tuple().one(&txn).await?;
    if state != TaskState::Processing || heartbeat.flatten().is_none_or(|heartbeat| heartbeat >= before) {
        txn.rollback().await?;
        return Ok(false);
    }
    locked.change(&txn, id, task::ActiveModel::default(), &[event]).await?;
    let end = TaskEnd { error: Some(error), ..TaskEnd::new(TaskState::Failed) };
    end_task(&txn, id, end).await?;
    txn.commit().await?;
    Ok(true)
}

/// Forgets workspaces, and what steps kept, of tasks that ended before `before`: they can't be retried then.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_ended(db: &Database, before: i64) -> Result<(), DbErr> {
    let ended = |of: Expr| {
        let ended = Query::select()
            .expr(Expr::value(1))
            .from(task::Entity)
            .and_where(Expr::col((task::Entity, task::Column::Id)).eq(of))
            .and_where(Expr::col((task::Entity, task::Column::EndedAt)).lt(before))
            .to_owned();
        Expr::exists(ended)
    };
    let txn = db.begin_write().await?;
    let workspace = ended(Expr::col((workspace::Entity, workspace::Column::TaskId)));
    workspace::Entity::delete_many().filter(workspace).exec(&txn).await?;
    let kept_of = ended(Expr::col((kept::Entity, kept::Column::TaskId)));
    kept::Entity::delete_many().filter(kept_of).exec(&txn).await?;
    txn.commit().await
}
