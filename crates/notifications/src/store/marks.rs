//! What people made of notifications.

use platform::database::Database;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, ExprTrait as _, JoinType, Set};

use super::EVERYBODY;
use super::tables::mark::{ActiveModel, Column, Entity};
use super::tables::notification;

/// Rows of one statement; each binds four values.
const ROWS: usize = 1_000;

/// Marks notifications that the person sees: as read or unread, as saved or not; nothing stays as it is.
///
/// # Errors
/// The database failed.
pub(crate) async fn mark(
    db: &Database,
    user: &str,
    ids: &[String],
    read: Option<bool>,
    saved: Option<bool>,
    now: i64,
) -> Result<(), DbErr> {
    let changed: Vec<Column> =
        [read.map(|_| Column::ReadAt), saved.map(|_| Column::SavedAt)].into_iter().flatten().collect();
    if changed.is_empty() {
        return Ok(());
    }
    let at = |is_set: Option<bool>| is_set.and_then(|is_set| is_set.then_some(now));
    let txn = db.begin_write().await?;
    for ids in ids.chunks(ROWS) {
        let rows = ids.iter().map(|id| ActiveModel {
            notification_id: Set(id.clone()),
            user_ref: Set(user.to_owned()),
            read_at: Set(at(read)),
            saved_at: Set(at(saved)),
        });
        let again = OnConflict::columns([Column::NotificationId, Column::UserRef])
            .update_columns(changed.iter().copied())
            .to_owned();
        Entity::insert_many(rows).on_conflict(again).exec_without_returning(&txn).await?;
    }
    txn.commit().await
}

/// Marks as read all that the person sees and that was told until a moment.
///
/// # Errors
/// The database failed.
pub(crate) async fn read_all(db: &Database, user: &str, until: i64, now: i64) -> Result<(), DbErr> {
    let told = |column: notification::Column| Expr::col((notification::Entity, column));
    let mine = Expr::col((Entity, Column::NotificationId))
        .equals((notification::Entity, notification::Column::Id))
        .and(Expr::col((Entity, Column::UserRef)).eq(user));
    let unread = Query::select()
        .column((notification::Entity, notification::Column::Id))
        .expr(Expr::value(user))
        .expr(Expr::value(now))
        .from(notification::Entity)
        .join(JoinType::LeftJoin, Entity, mine)
        .and_where(told(notification::Column::UserRef).is_in([EVERYBODY, user]))
        .and_where(told(notification::Column::At).lte(until))
        .and_where(Expr::col((Entity, Column::ReadAt)).is_null())
        .to_owned();
    let marked = Query::insert()
        .into_table(Entity)
        .columns([Column::NotificationId, Column::UserRef, Column::ReadAt])
        .select_from(unread)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(
            OnConflict::columns([Column::NotificationId, Column::UserRef])
                .update_column(Column::ReadAt)
                .to_owned(),
        )
        .to_owned();
    let txn = db.begin_write().await?;
    txn.execute(&marked).await?;
    txn.commit().await
}
