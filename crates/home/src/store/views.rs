//! Saved views: pages as they were filtered, under a name.

use platform::database::Database;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, DbErr, EntityTrait, IntoActiveModel as _, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::tables::saved_view::{Column, Entity, Model};
use super::{Added, Full, GUEST_KEYS, Room};

/// The views of an owner, by title.
///
/// # Errors
/// The database failed.
pub(crate) async fn views_of(db: &Database, owner: &str) -> Result<Vec<Model>, DbErr> {
    let views = Entity::find().filter(Column::Owner.eq(owner));
    views.order_by_asc(Column::Title).order_by_asc(Column::Id).all(db.reader()).await
}

/// The views that everybody sees, those first that changed last, at most `limit`.
///
/// # Errors
/// The database failed.
pub(crate) async fn shared_views(db: &Database, limit: u64) -> Result<Vec<Model>, DbErr> {
    let shared = Entity::find().filter(Column::Shared.eq(true));
    shared.order_by_desc(Column::Updated).order_by_asc(Column::Id).limit(limit).all(db.reader()).await
}

/// The view with this id, whoever has it.
///
/// # Errors
/// The database failed.
pub(crate) async fn view(db: &Database, id: &str) -> Result<Option<Model>, DbErr> {
    // No id has a NUL character, and PostgreSQL would call the question an error.
    if id.contains('\0') {
        return Ok(None);
    }
    Entity::find_by_id(id).one(db.reader()).await
}

/// Adds a view.
///
/// # Errors
/// The database failed.
pub(crate) async fn add_view(db: &Database, row: Model, room: Room) -> Result<Added, DbErr> {
    let txn = db.begin_write().await?;
    if Entity::find().filter(Column::Owner.eq(&row.owner)).count(&txn).await? >= room.owner {
        return Ok(Err(Full::Owner));
    }
    if row.owner.starts_with(GUEST_KEYS.0)
        && Entity::find()
            .filter(Column::Owner.gte(GUEST_KEYS.0))
            .filter(Column::Owner.lt(GUEST_KEYS.1))
            .count(&txn)
            .await?
            >= room.guests
    {
        return Ok(Err(Full::Guests));
    }
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&txn).await?;
    txn.commit().await?;
    Ok(Ok(()))
}

/// Gives an owner's view this title and audience; `false` where there is none.
///
/// # Errors
/// The database failed.
pub(crate) async fn change_view(db: &Database, row: &Model) -> Result<bool, DbErr> {
    let txn = db.begin_write().await?;
    let change = super::tables::saved_view::ActiveModel {
        title: Set(row.title.clone()),
        shared: Set(row.shared),
        updated: Set(row.updated),
        ..Default::default()
    };
    let own = Entity::update_many().set(change).filter(Column::Id.eq(&row.id));
    let done = own.filter(Column::Owner.eq(&row.owner)).exec(&txn).await?;
    txn.commit().await?;
    Ok(done.rows_affected > 0)
}

/// Deletes an owner's view, if it is there.
///
/// # Errors
/// The database failed.
pub(crate) async fn remove_view(db: &Database, owner: &str, id: &str) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    let own = Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::Owner.eq(owner));
    own.exec(&txn).await?;
    txn.commit().await
}
