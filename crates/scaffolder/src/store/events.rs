//! What happened in a task, numbered from 1.

use platform::database::Database;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};

use super::tables::event::{ActiveModel, Column, Entity, Model};
use super::text;
use super::types::NewEvent;
use crate::clock;

/// The events of a task after one, at most `limit`.
///
/// # Errors
/// The database failed.
pub(crate) async fn events_after(
    db: &Database,
    task: &str,
    after: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    if !text::is_storable(task) {
        return Ok(Vec::new());
    }
    after_id(task, after).limit(limit).all(db.reader()).await
}

pub(super) fn after_id(task: &str, after: i64) -> Select<Entity> {
    let events = Entity::find().filter(Column::TaskId.eq(task)).filter(Column::Id.gt(after));
    events.order_by_asc(Column::Id)
}

/// The events of a task, or of one of its steps, up to one, at most `limit`; the newest comes first.
///
/// # Errors
/// The database failed.
pub(crate) async fn events_until(
    db: &Database,
    task: &str,
    step: Option<&str>,
    until: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    if ![Some(task), step].into_iter().flatten().all(text::is_storable) {
        return Ok(Vec::new());
    }
    newest(task, step).filter(Column::Id.lte(until)).limit(limit).all(db.reader()).await
}

/// As [`events_after`], of one of its steps, if one is named.
///
/// # Errors
/// The database failed.
pub(crate) async fn events_of_step_after(
    db: &Database,
    task: &str,
    step: Option<&str>,
    after: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    if ![Some(task), step].into_iter().flatten().all(text::is_storable) {
        return Ok(Vec::new());
    }
    of_step(after_id(task, after), step).limit(limit).all(db.reader()).await
}

pub(super) fn newest(task: &str, step: Option<&str>) -> Select<Entity> {
    of_step(Entity::find().filter(Column::TaskId.eq(task)).order_by_desc(Column::Id), step)
}

fn of_step(events: Select<Entity>, step: Option<&str>) -> Select<Entity> {
    match step {
        Some(step) => events.filter(Column::Step.eq(step)),
        None => events,
    }
}

/// Writes events behind the one numbered `last`; the lock of the task's row is had.
pub(super) async fn insert(
    txn: &impl ConnectionTrait,
    task: &str,
    last: i64,
    news: &[NewEvent],
) -> Result<(), DbErr> {
    if news.is_empty() {
        return Ok(());
    }
    let now = clock::now();
    let rows = (last + 1..).zip(news).map(|(id, event)| ActiveModel {
        task_id: Set(task.to_owned()),
        id: Set(id),
        kind: Set(event.kind.name().to_owned()),
        step: Set(event.step.clone()),
        created_at: Set(now),
        body: Set(text::clean(&event.body)),
    });
    Entity::insert_many(rows).exec_without_returning(txn).await.map(|_| ())
}
