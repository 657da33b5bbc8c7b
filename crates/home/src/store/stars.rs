//! Stars: which entities an owner wants at hand.

use platform::database::Database;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::tables::star::{ActiveModel, Column, Entity};
use super::{Added, Full, GUEST_KEYS, Room};

/// The references that an owner has starred, the newest first.
///
/// # Errors
/// The database failed.
pub(crate) async fn stars(db: &Database, owner: &str) -> Result<Vec<String>, DbErr> {
    let stars = Entity::find().select_only().column(Column::EntityRef).filter(Column::Owner.eq(owner));
    let newest_first = stars.order_by_desc(Column::At).order_by_asc(Column::EntityRef);
    newest_first.into_tuple().all(db.reader()).await
}

/// Adds a star; one that is there stays as it is.
///
/// # Errors
/// The database failed.
pub(crate) async fn add_star(
    db: &Database,
    owner: &str,
    entity_ref: &str,
    at: i64,
    room: Room,
) -> Result<Added, DbErr> {
    let txn = db.begin_write().await?;
    let there = Entity::find_by_id((owner.to_owned(), entity_ref.to_owned())).one(&txn).await?;
    if there.is_some() {
        return Ok(Ok(()));
    }
    if Entity::find().filter(Column::Owner.eq(owner)).count(&txn).await? >= room.owner {
        return Ok(Err(Full::Owner));
    }
    if owner.starts_with(GUEST_KEYS.0)
        && Entity::find()
            .filter(Column::Owner.gte(GUEST_KEYS.0))
            .filter(Column::Owner.lt(GUEST_KEYS.1))
            .count(&txn)
            .await?
            >= room.guests
    {
        return Ok(Err(Full::Guests));
    }
    let row =
        ActiveModel { owner: Set(owner.to_owned()), entity_ref: Set(entity_ref.to_owned()), at: Set(at) };
    let once = OnConflict::columns([Column::Owner, Column::EntityRef]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(&txn).await?;
    txn.commit().await?;
    Ok(Ok(()))
}

/// Takes a star away, if it is there.
///
/// # Errors
/// The database failed.
pub(crate) async fn remove_star(db: &Database, owner: &str, entity_ref: &str) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    Entity::delete_by_id((owner.to_owned(), entity_ref.to_owned())).exec(&txn).await?;
    txn.commit().await
}
