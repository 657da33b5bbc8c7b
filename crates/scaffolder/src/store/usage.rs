//! How often templates were used, and what that saved. It is counted where a run ends, so that nobody counts runs.

use platform::database::Database;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::tables::task;
use super::tables::usage::{ActiveModel, Column, Entity, Model};

/// Counts a run that completed, whose row is locked.
pub(super) async fn count_run(
    txn: &impl ConnectionTrait,
    id: &str,
    saved_ms: i64,
    now: i64,
) -> Result<(), DbErr> {
    let template = task::Entity::find_by_id(id).select_only().column(task::Column::TemplateRef);
    let Some(template_ref) = template.into_tuple::<String>().one(txn).await? else { return Ok(()) };
    let first = ActiveModel {
        template_ref: Set(template_ref),
        completed: Set(1),
        saved_ms: Set(saved_ms),
        last_at: Set(now),
    };
    let more = OnConflict::column(Column::TemplateRef)
        .value(Column::Completed, Expr::col((Entity, Column::Completed)).add(1))
        .value(Column::SavedMs, Expr::col((Entity, Column::SavedMs)).add(saved_ms))
        .value(Column::LastAt, now)
        .to_owned();
    Entity::insert(first).on_conflict(more).exec_without_returning(txn).await?;
    Ok(())
}

/// Of which templates runs completed, the most used first.
///
/// # Errors
/// The database failed.
pub(crate) async fn usage(db: &Database, most: u64) -> Result<Vec<Model>, DbErr> {
    let most_used = Entity::find().order_by_desc(Column::Completed).order_by_asc(Column::TemplateRef);
    most_used.limit(most).all(db.reader()).await
}

/// The same of these templates, in no order.
///
/// # Errors
/// The database failed.
pub(crate) async fn usage_of(db: &Database, template_refs: Vec<String>) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::TemplateRef.is_in(template_refs)).all(db.reader()).await
}
