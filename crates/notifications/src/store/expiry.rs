//! Forgetting what is old.

use platform::database::Database;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait as _, QueryFilter, QuerySelect};

use super::tables::{mark, notification};

/// Notifications that are forgotten in one transaction.
const AT_ONCE: u64 = 500;

/// Forgets what was told last before a moment and nobody saved; how many. To do it twice, or in two processes at once, is
/// all right.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_before(db: &Database, before: i64) -> Result<u64, DbErr> {
    let mut forgotten = 0;
    loop {
        let saved = Query::select()
            .column(mark::Column::NotificationId)
            .from(mark::Entity)
            .and_where(Expr::col(mark::Column::SavedAt).is_not_null())
            .to_owned();
        let txn = db.begin_write().await?;
        let ids: Vec<String> = notification::Entity::find()
            .select_only()
            .column(notification::Column::Id)
            .filter(notification::Column::At.lt(before))
            .filter(notification::Column::Id.not_in_subquery(saved))
            .limit(AT_ONCE)
            .into_tuple()
            .all(&txn)
            .await?;
        if ids.is_empty() {
            return Ok(forgotten);
        }
        mark::Entity::delete_many().filter(mark::Column::NotificationId.is_in(&ids)).exec(&txn).await?;
        let gone = notification::Entity::delete_many().filter(notification::Column::Id.is_in(&ids));
        forgotten += gone.exec(&txn).await?.rows_affected;
        txn.commit().await?;
    }
}
