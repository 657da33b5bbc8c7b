//! What a worker writes about the task that it has. Each is one transaction that fails when the lease was lost.

use platform::database::Database;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use super::hold::{Write, now};
use super::tables::{kept, step, task, workspace};
use super::types::{
    Lease, NewEvent, Rest, Snapshot, StepEnd, StepInfo, TaskEnd, TaskState, WriteError, step_state,
};
use super::{text, usage};
use crate::clock;

/// The workspace as it is after the last step that ended.
pub(crate) const LATEST: &str = "latest";
/// The workspace as it was before the step that failed.
pub(super) const RETRY: &str = "retry";

/// Under what the workspace of a branch is kept: that after its last step that ended.
pub(crate) fn branch_kind(group: &str, place: usize) -> String {
    format!("{group}/{place}")
}

/// Under what that is kept which a workspace was before a step failed.
pub(super) fn retry_kind(kind: &str) -> String {
    if kind == LATEST { RETRY.to_owned() } else { format!("{kind}/{RETRY}") }
}

/// A step begins.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn begin_step(
    db: &Database,
    lease: &Lease,
    step: &StepInfo,
    news: &[NewEvent],
) -> Result<bool, WriteError> {
    let write = Write::begin(db, lease, news).await?;
    let row = step::ActiveModel {
        state: Set(step_state::PROCESSING.to_owned()),
        started_at: Set(Some(clock::now())),
        ended_at: Set(None),
        error: Set(None),
        output: Set(None),
        ..described(lease, step)
    };
    let again = OnConflict::columns([step::Column::TaskId, step::Column::Id])
        .update_columns([
            step::Column::State,
            step::Column::EndedAt,
            step::Column::Error,
            step::Column::Output,
        ])
        // A step that waited, or was interrupted, began when it began first.
        .to_owned();
    step::Entity::insert(row).on_conflict(again).exec_without_returning(&write.txn).await?;
    write.txn.commit().await?;
    Ok(write.is_cancelling)
}

/// A step ended, and the workspace is as it is now; without one, as it was kept last.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn end_step(
    db: &Database,
    lease: &Lease,
    end: StepEnd,
    snapshot: Option<Snapshot>,
    event: NewEvent,
) -> Result<bool, WriteError> {
    let write = Write::begin(db, lease, &[event]).await?;
    if end.state == step_state::FAILED {
        keep_for_retry(&write.txn, &lease.task, &end.kind).await?;
    }
    if let Some(snapshot) = snapshot {
        save_snapshot(&write.txn, &lease.task, &end.kind, snapshot).await?;
    }
    if !end.joined.is_empty() {
        let joined = workspace::Entity::delete_many().filter(workspace::Column::TaskId.eq(&lease.task));
        joined.filter(workspace::Column::Kind.is_in(&end.joined)).exec(&write.txn).await?;
    }
    let now = clock::now();
    super::made::remember(&write.txn, &lease.task, &end, now).await?;
    let row = step::ActiveModel {
        state: Set(end.state.to_owned()),
        // A step that is skipped never began.
        started_at: Set(Some(now)),
        ended_at: Set(Some(now)),
        error: Set(end.error.as_deref().map(text::clean)),
        output: Set(Some(end.output)),
        ..described(lease, &end.step)
    };
    let begun = OnConflict::columns([step::Column::TaskId, step::Column::Id])
        .update_columns([
            step::Column::State,
            step::Column::EndedAt,
            step::Column::Error,
            step::Column::Output,
        ])
        .to_owned();
    step::Entity::insert(row).on_conflict(begun).exec_without_returning(&write.txn).await?;
    let progress = task::ActiveModel { losses: Set(0), ..Default::default() };
    task::Entity::update_many()
        .set(progress)
        .filter(task::Column::Id.eq(&lease.task))
        .filter(task::Column::Losses.ne(0))
        .exec(&write.txn)
        .await?;
    write.txn.commit().await?;
    Ok(write.is_cancelling)
}

fn described(lease: &Lease, step: &StepInfo) -> step::ActiveModel {
    step::ActiveModel {
        task_id: Set(lease.task.clone()),
        id: Set(step.id.clone()),
        number: Set(step.number),
        name: Set(text::clean(&step.name)),
        action: Set(text::clean(&step.action)),
        ..Default::default()
    }
}

/// Of the first step that fails: what the workspace was before is what a retry begins with.
async fn keep_for_retry(txn: &impl ConnectionTrait, task: &str, kind: &str) -> Result<(), DbErr> {
    use workspace::{Column, Entity};
    let before = Query::select()
        .column(Column::TaskId)
        .expr(Expr::value(retry_kind(kind)))
        .columns([Column::Hash, Column::Content])
        .from(Entity)
        .and_where(Column::TaskId.eq(task))
        .and_where(Column::Kind.eq(kind))
        .to_owned();
    let copy = Query::insert()
        .into_table(Entity)
        .columns([Column::TaskId, Column::Kind, Column::Hash, Column::Content])
        .select_from(before)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(OnConflict::columns([Column::TaskId, Column::Kind]).do_nothing().to_owned())
        .to_owned();
    txn.execute(&copy).await.map(|_| ())
}

async fn save_snapshot(
    txn: &impl ConnectionTrait,
    task: &str,
    kind: &str,
    snapshot: Snapshot,
) -> Result<(), DbErr> {
    use workspace::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        task_id: Set(task.to_owned()),
        kind: Set(kind.to_owned()),
        hash: Set(snapshot.hash),
        content: Set(snapshot.content),
    };
    let newer = OnConflict::columns([Column::TaskId, Column::Kind])
        .update_columns([Column::Hash, Column::Content])
        .to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(txn).await.map(|_| ())
}

/// Lines of the log, and other news.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn tell(db: &Database, lease: &Lease, news: &[NewEvent]) -> Result<bool, WriteError> {
    let write = Write::begin(db, lease, news).await?;
    write.txn.commit().await?;
    Ok(write.is_cancelling)
}

/// Keeps a value of a step, in the place of what had its name.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn keep(
    db: &Database,
    lease: &Lease,
    step: &str,
    name: &str,
    value: String,
) -> Result<bool, WriteError> {
    use kept::{ActiveModel, Column, Entity};
    text::check([step, name])?;
    let write = Write::begin(db, lease, &[]).await?;
    let row = ActiveModel {
        task_id: Set(lease.task.clone()),
        step: Set(step.to_owned()),
        name: Set(name.to_owned()),
        value: Set(value),
    };
    let newer = OnConflict::columns([Column::TaskId, Column::Step, Column::Name])
        .update_column(Column::Value)
        .to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(&write.txn).await?;
    write.txn.commit().await?;
    Ok(write.is_cancelling)
}

/// Has a task begin anew: no step was begun, and its workspace is empty.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn start_over(db: &Database, lease: &Lease, news: &[NewEvent]) -> Result<(), WriteError> {
    let write = Write::begin(db, lease, news).await?;
    step::Entity::delete_many().filter(step::Column::TaskId.eq(&lease.task)).exec(&write.txn).await?;
    let workspaces = workspace::Entity::delete_many().filter(workspace::Column::TaskId.eq(&lease.task));
    workspaces.exec(&write.txn).await?;
    write.txn.commit().await?;
    Ok(())
}

/// A step waits, while other branches go on.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn pause_step(db: &Database, lease: &Lease, step: &str) -> Result<bool, WriteError> {
    text::check([step])?;
    let write = Write::begin(db, lease, &[]).await?;
    waits(&write.txn, &lease.task, step).await?;
    write.txn.commit().await?;
    Ok(write.is_cancelling)
}

async fn waits(txn: &impl ConnectionTrait, task: &str, step: &str) -> Result<(), DbErr> {
    let waits = step::ActiveModel { state: Set(step_state::WAITING.to_owned()), ..Default::default() };
    let of_step = step::Entity::update_many().set(waits).filter(step::Column::TaskId.eq(task));
    of_step.filter(step::Column::Id.eq(step)).exec(txn).await.map(|_| ())
}

/// Puts a task away until it is due, something arrives for it, or a person answers. What arrived while a worker had it
/// makes it due at once, and so does that somebody wants it to be cancelled.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn put_away(
    db: &Database,
    lease: &Lease,
    rest: Rest,
    news: &[NewEvent],
) -> Result<(), WriteError> {
    let at_once = now(db).await?;
    let write = Write::begin(db, lease, news).await?;
    let (state, step, reason, due_at) = match rest {
        Rest::Open { due_at } => (TaskState::Open, None, None, Some(due_at)),
        Rest::Waiting { step, reason, due_at, is_compensating } => {
            let is_cancelling = write.is_cancelling && !is_compensating;
            let hurry = (write.is_woken || is_cancelling).then_some(at_once);
            text::check([step.as_str()])?;
            waits(&write.txn, &lease.task, &step).await?;
            (TaskState::Waiting, Some(step), Some(reason), hurry.or(due_at))
        }
        Rest::Asking { step, reason, is_compensating } => {
            text::check([step.as_str()])?;
            // Who wants it to be cancelled needs no question any more.
            let cancelling = (write.is_cancelling && !is_compensating).then_some(at_once);
            (TaskState::Asking, Some(step), Some(reason), cancelling)
        }
    };
    let row = task::ActiveModel {
        state: Set(state.name().to_owned()),
        due_at: Set(due_at),
        lease_owner: Set(None),
        wait_step: Set(step),
        wait_reason: Set(reason.as_deref().map(text::clean)),
        ..Default::default()
    };
    task::Entity::update_many().set(row).filter(task::Column::Id.eq(&lease.task)).exec(&write.txn).await?;
    write.txn.commit().await?;
    Ok(())
}

/// Ends a task. Its secrets are gone with that, and its workspace if it completed: a retry would need it otherwise.
///
/// # Errors
/// The lease was lost, or the database failed.
pub(crate) async fn finish(
    db: &Database,
    lease: &Lease,
    end: TaskEnd,
    news: &[NewEvent],
) -> Result<(), WriteError> {
    let write = Write::begin(db, lease, news).await?;
    end_task(&write.txn, &lease.task, end).await?;
    write.txn.commit().await?;
    Ok(())
}

/// As [`finish`], where the lock of the task's row is had.
pub(super) async fn end_task(txn: &impl ConnectionTrait, id: &str, end: TaskEnd) -> Result<(), DbErr> {
    let now = clock::now();
    let is_completed = end.state == TaskState::Completed;
    let row = task::ActiveModel {
        state: Set(end.state.name().to_owned()),
        ended_at: Set(Some(now)),
        due_at: Set(None),
        lease_owner: Set(None),
        is_cancelling: Set(false),
        wait_step: Set(None),
        wait_reason: Set(None),
        secrets: Set(None),
        output: Set(end.output),
        error: Set(end.error.as_deref().map(text::clean)),
        failed_step: Set(end.failed_step.as_deref().map(text::clean)),
        ..Default::default()
    };
    task::Entity::update_many().set(row).filter(task::Column::Id.eq(id)).exec(txn).await?;
    let broken_off = step::ActiveModel {
        state: Set(step_state::CANCELLED.to_owned()),
        ended_at: Set(Some(now)),
        ..Default::default()
    };
    step::Entity::update_many()
        .set(broken_off)
        .filter(step::Column::TaskId.eq(id))
        .filter(step::Column::State.is_in([step_state::PROCESSING, step_state::WAITING]))
        .exec(txn)
        .await?;
    if is_completed {
        workspace::Entity::delete_many().filter(workspace::Column::TaskId.eq(id)).exec(txn).await?;
        usage::count_run(txn, id, end.saved_ms, now).await?;
    }
    Ok(())
}
