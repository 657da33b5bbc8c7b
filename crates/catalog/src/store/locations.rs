//! The registered locations: where the catalog starts to read.

use model::LocationRef;
use platform::database::Database;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::tables::location::{ActiveModel, Column, Entity, Model};
use super::text;
use super::types::Location;

/// All registered locations, by type and target.
///
/// # Errors
/// The database failed.
pub async fn list_locations(db: &Database) -> Result<Vec<Location>, DbErr> {
    let rows =
        Entity::find().order_by_asc(Column::Kind).order_by_asc(Column::Target).all(db.reader()).await?;
    Ok(rows.into_iter().map(Location::from).collect())
}

/// The location with this id.
///
/// # Errors
/// The database failed.
pub async fn find_location(db: &Database, id: &str) -> Result<Option<Location>, DbErr> {
    // No id has a NUL character, and PostgreSQL would call the question an error.
    if !text::is_storable(id) {
        return Ok(None);
    }
    Ok(Entity::find_by_id(id).one(db.reader()).await?.map(Location::from))
}

/// Registers a location, or finds it where it is registered already: its id stays. The second value says whether it is
/// new.
///
/// # Errors
/// The database failed, or the location contains a NUL character.
pub async fn create_location(db: &Database, location: LocationRef) -> Result<(Location, bool), DbErr> {
    let LocationRef { kind, target } = location;
    if !text::is_storable(&kind) || !text::is_storable(&target) {
        return Err(text::refused(&target));
    }
    let txn = db.begin_write().await?;
    let id = Uuid::new_v4().to_string();
    let row = ActiveModel { id: Set(id.clone()), kind: Set(kind.clone()), target: Set(target.clone()) };
    Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::Kind, Column::Target]).do_nothing().to_owned())
        .exec_without_returning(&txn)
        .await?;
    let found = Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::Target.eq(target))
        .one(&txn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the location that was just registered".to_owned()))?;
    txn.commit().await?;
    let is_new = found.id == id;
    Ok((found.into(), is_new))
}

/// Forgets a location; whether there was one with this id.
///
/// # Errors
/// The database failed.
pub async fn delete_location(db: &Database, id: &str) -> Result<bool, DbErr> {
    if !text::is_storable(id) {
        return Ok(false);
    }
    let txn = db.begin_write().await?;
    let deleted = Entity::delete_by_id(id).exec(&txn).await?;
    txn.commit().await?;
    Ok(deleted.rows_affected > 0)
}

impl From<Model> for Location {
    fn from(row: Model) -> Self {
        Self { id: row.id, kind: row.kind, target: row.target }
    }
}
