//! Visits: which entities an owner looked at last.

use std::collections::BTreeSet;

use platform::database::Database;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait as _, QueryFilter, QueryOrder, QuerySelect, Set};

use super::tables::visit::{ActiveModel, Column, Entity};

/// Visits that are kept of one owner.
pub(crate) const KEPT: u64 = 100;
/// Rows of one statement; each binds four values.
const ROWS: usize = 1_000;

/// Visits of one owner to one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Whose.
    pub(crate) owner: String,
    /// Canonical reference.
    pub(crate) entity_ref: String,
    /// The last one, Unix milliseconds.
    pub(crate) at: i64,
    /// How many.
    pub(crate) count: i64,
}

/// What an owner visited, the last first, at most `limit`.
///
/// # Errors
/// The database failed.
pub(crate) async fn visited(db: &Database, owner: &str, limit: u64) -> Result<Vec<String>, DbErr> {
    let visits = Entity::find().select_only().column(Column::EntityRef).filter(Column::Owner.eq(owner));
    let last_first = visits.order_by_desc(Column::At).order_by_asc(Column::EntityRef);
    last_first.limit(limit).into_tuple().all(db.reader()).await
}

/// Adds visits, each pair of owner and entity once, and forgets all but the newest [`KEPT`] of their owners.
///
/// # Errors
/// The database failed.
pub(crate) async fn add_visits(db: &Database, visits: Vec<Visit>) -> Result<(), DbErr> {
    let owners: BTreeSet<String> = visits.iter().map(|visit| visit.owner.clone()).collect();
    let txn = db.begin_write().await?;
    for part in visits.chunks(ROWS) {
        let rows = part.iter().cloned().map(|Visit { owner, entity_ref, at, count }| ActiveModel {
            owner: Set(owner),
            entity_ref: Set(entity_ref),
            at: Set(at),
            count: Set(count),
        });
        let again = OnConflict::columns([Column::Owner, Column::EntityRef])
            .update_column(Column::At)
            .value(
                Column::Count,
                Expr::col((Entity, Column::Count)).add(Expr::col(("excluded", Column::Count))),
            )
            .to_owned();
        Entity::insert_many(rows).on_conflict(again).exec_without_returning(&txn).await?;
    }
    for owner in owners {
        let kept = Query::select()
            .column(Column::EntityRef)
            .from(Entity)
            .and_where(Column::Owner.eq(&owner))
            .order_by(Column::At, sea_orm::Order::Desc)
            .order_by(Column::EntityRef, sea_orm::Order::Asc)
            .limit(KEPT)
            .to_owned();
        let old = Entity::delete_many().filter(Column::Owner.eq(&owner));
        old.filter(Column::EntityRef.not_in_subquery(kept)).exec(&txn).await?;
    }
    txn.commit().await
}
