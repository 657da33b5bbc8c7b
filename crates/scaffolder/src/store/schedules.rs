//! Runs that are started again and again.

use platform::database::Database;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, DbErr, EntityTrait, ExprTrait as _, IntoActiveModel as _,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::tables::schedule::{ActiveModel, Column, Entity, Model};
use super::text;

/// What became of a schedule that was due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// When it was due.
    pub(crate) at: i64,
    /// When it is due next.
    pub(crate) next_at: Option<i64>,
    /// The run that was started.
    pub(crate) task: Option<String>,
    /// Why none was.
    pub(crate) error: Option<String>,
}

/// Adds a schedule, unless its owner has as many as `most`; whether it was added.
///
/// # Errors
/// The database failed.
pub(crate) async fn add_schedule(db: &Database, row: Model, most: u64) -> Result<bool, DbErr> {
    text::check([row.id.as_str(), &row.created_by, &row.template_ref, &row.parameters])?;
    let txn = db.begin_write().await?;
    let of_owner = Entity::find().filter(Column::CreatedBy.eq(&row.created_by));
    if of_owner.count(&txn).await? >= most {
        return Ok(false);
    }
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&txn).await?;
    txn.commit().await?;
    Ok(true)
}

/// The schedule with this id.
///
/// # Errors
/// The database failed.
pub(crate) async fn schedule(db: &Database, id: &str) -> Result<Option<Model>, DbErr> {
    if !text::is_storable(id) {
        return Ok(None);
    }
    Entity::find_by_id(id).one(db.reader()).await
}

/// The schedules of an owner, or of all, the newest first.
///
/// # Errors
/// The database failed.
pub(crate) async fn schedules(db: &Database, owner: Option<&str>, most: u64) -> Result<Vec<Model>, DbErr> {
    let mut found = Entity::find();
    if let Some(owner) = owner {
        if !text::is_storable(owner) {
            return Ok(Vec::new());
        }
        found = found.filter(Column::CreatedBy.eq(owner));
    }
    let newest_first = found.order_by_desc(Column::CreatedAt).order_by_asc(Column::Id);
    newest_first.limit(most).all(db.reader()).await
}

/// Those that are due at a moment, the longest due first.
///
/// # Errors
/// The database failed.
pub(crate) async fn due_schedules(db: &Database, now: i64, most: u64) -> Result<Vec<Model>, DbErr> {
    let due = Entity::find().filter(Column::NextAt.lte(now));
    due.order_by_asc(Column::NextAt).order_by_asc(Column::Id).limit(most).all(db.reader()).await
}

/// Writes what became of a schedule that was due, unless it is written already. One that was changed meanwhile is due as it says now.
///
/// # Errors
/// The database failed.
pub(crate) async fn start_noted(db: &Database, id: &str, due: Due) -> Result<(), DbErr> {
    let mut became =
        ActiveModel { last_at: Set(Some(due.at)), last_error: Set(due.error), ..Default::default() };
    if let Some(task) = due.task {
        became.last_task = Set(Some(task));
    }
    let next = ActiveModel { next_at: Set(due.next_at), ..Default::default() };
    let txn = db.begin_write().await?;
    let is_unwritten = Column::LastAt.is_null().or(Column::LastAt.ne(due.at));
    let this = Entity::update_many().set(became).filter(Column::Id.eq(id)).filter(is_unwritten);
    this.exec(&txn).await?;
    let this = Entity::update_many().set(next).filter(Column::Id.eq(id)).filter(Column::NextAt.eq(due.at));
    this.exec(&txn).await?;
    txn.commit().await
}

/// Changes when a schedule is due; whether there is such a one.
///
/// # Errors
/// The database failed.
pub(crate) async fn update_schedule(
    db: &Database,
    id: &str,
    (cron, time_zone): (String, String),
    is_suspended: bool,
    next_at: Option<i64>,
) -> Result<bool, DbErr> {
    let row = ActiveModel {
        cron: Set(cron),
        time_zone: Set(time_zone),
        is_suspended: Set(is_suspended),
        next_at: Set(next_at),
        ..Default::default()
    };
    let txn = db.begin_write().await?;
    let changed = Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&txn).await?;
    txn.commit().await?;
    Ok(changed.rows_affected > 0)
}

/// Removes a schedule; whether there was one.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_schedule(db: &Database, id: &str) -> Result<bool, DbErr> {
    if !text::is_storable(id) {
        return Ok(false);
    }
    let txn = db.begin_write().await?;
    let gone = Entity::delete_by_id(id).exec(&txn).await?;
    txn.commit().await?;
    Ok(gone.rows_affected > 0)
}
