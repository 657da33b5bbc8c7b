//! What the readers of files remember: one row per file.

use std::collections::BTreeMap;

use model::Problem;
use platform::database::Database;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};
use serde::{Serialize, de::DeserializeOwned};

use super::tables::refresh_state::{ActiveModel, Column, Entity, Model};
use super::types::{RefreshMark, RefreshState};
use super::{batch, text};

/// The refresh states of all files, by location reference.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub async fn refresh_states(db: &Database) -> Result<Vec<RefreshState>, DbErr> {
    let rows = Entity::find().order_by_asc(Column::LocationRef).all(db.reader()).await?;
    rows.into_iter().map(from_row).collect()
}

/// What tells whether files changed, of all files, by location reference; `visit` gets one after the other.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub async fn refresh_marks(db: &Database, mut visit: impl FnMut(RefreshMark)) -> Result<(), DbErr> {
    const PAGE: u64 = 1_000;
    let mut after = String::new();
    loop {
        let page: Vec<(String, String, String, String)> = Entity::find()
            .select_only()
            .columns([Column::LocationRef, Column::Fingerprint, Column::Dependencies, Column::Targets])
            .filter(Column::LocationRef.gt(after.as_str()))
            .order_by_asc(Column::LocationRef)
            .limit(PAGE)
            .into_tuple()
            .all(db.reader())
            .await?;
        let Some((last, ..)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (location_ref, fingerprint, dependencies, targets) in page {
            let (dependencies, targets) = (from_json(&dependencies)?, from_json(&targets)?);
            visit(RefreshMark { location_ref, fingerprint, dependencies, targets });
        }
    }
}

/// The Location entity that led to a file, as an entity reference; a registered location and an unknown file have none.
///
/// # Errors
/// The database failed.
pub async fn led_by(db: &Database, location_ref: &str) -> Result<Option<String>, DbErr> {
    if !text::is_storable(location_ref) {
        return Ok(None);
    }
    let parent = Entity::find_by_id(location_ref).select_only().column(Column::Parent);
    let parent: Option<Option<String>> = parent.into_tuple().one(db.reader()).await?;
    Ok(parent.flatten())
}

/// The refresh states of these files, by location reference; what is not known is left out.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub async fn refresh_states_of(db: &Database, location_refs: &[String]) -> Result<Vec<RefreshState>, DbErr> {
    let location_refs: Vec<&String> = location_refs.iter().filter(|text| text::is_storable(text)).collect();
    let mut found = Vec::with_capacity(location_refs.len());
    for part in location_refs.chunks(batch::ROWS) {
        let part = part.iter().map(|location_ref| location_ref.as_str());
        let query = Entity::find().filter(Column::LocationRef.is_in(part)).order_by_asc(Column::LocationRef);
        for row in query.all(db.reader()).await? {
            found.push(from_row(row)?);
        }
    }
    Ok(found)
}

/// The addresses that a registered location led to, as location references (`url:…`), patterns among them.
///
/// # Errors
/// The database failed.
pub async fn addresses_of(db: &Database, origin: &str) -> Result<Vec<String>, DbErr> {
    if !text::is_storable(origin) {
        return Ok(Vec::new());
    }
    let query = Entity::find().select_only().column(Column::LocationRef).filter(Column::Origin.eq(origin));
    let found: Vec<String> = query.into_tuple().all(db.reader()).await?;
    let address = |location: String| {
        let pattern = location.strip_prefix("pattern:").map(|address| format!("url:{address}"));
        pattern.or_else(|| location.starts_with("url:").then_some(location))
    };
    // The location itself, although it may never have been read.
    let own = origin.starts_with("url:").then(|| origin.to_owned());
    Ok(found.into_iter().filter_map(address).chain(own).collect())
}

/// What is wrong below each registered location: its reference, and the problems of one of its files.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub async fn problems_by_origin(db: &Database) -> Result<Vec<(String, Vec<Problem>)>, DbErr> {
    let rows: Vec<(String, String)> =
        with_problems().column(Column::Origin).into_tuple().all(db.reader()).await?;
    rows.into_iter().map(|(problems, origin)| Ok((origin, from_json(&problems)?))).collect()
}

/// What is wrong in any file, in no order.
///
/// # Errors
/// The database failed, or a row is not what this version of the program writes.
pub async fn file_problems(db: &Database) -> Result<Vec<Problem>, DbErr> {
    let rows: Vec<String> = with_problems().into_tuple().all(db.reader()).await?;
    let lists = rows.iter().map(|row| from_json::<Vec<Problem>>(row)).collect::<Result<Vec<_>, _>>()?;
    Ok(lists.into_iter().flatten().collect())
}

/// The problems of the files that have some.
pub(super) fn with_problems() -> Select<Entity> {
    // The condition of the partial index, word for word: with a bound value neither engine would know it
    // again.
    Entity::find().select_only().column(Column::Problems).filter(Expr::cust("problems <> '[]'"))
}

/// Inserts or replaces states; of two with the same location reference the last one counts.
pub(super) async fn save(txn: &impl ConnectionTrait, states: Vec<RefreshState>) -> Result<(), DbErr> {
    let states: BTreeMap<String, RefreshState> =
        states.into_iter().map(|state| (state.location_ref.clone(), state)).collect();
    let rows = states.into_values().map(to_row).collect::<Result<Vec<_>, _>>()?;
    for part in batch::split(rows, weight) {
        Entity::insert_many(part)
            .on_conflict(
                OnConflict::column(Column::LocationRef)
                    .update_columns([
                        Column::Origin,
                        Column::Parent,
                        Column::Fingerprint,
                        Column::Entities,
                        Column::Stale,
                        Column::Targets,
                        Column::Dependencies,
                        Column::Problems,
                        Column::RefreshedAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(txn)
            .await?;
    }
    Ok(())
}

/// Forgets files.
pub(super) async fn remove(txn: &impl ConnectionTrait, location_refs: Vec<String>) -> Result<(), DbErr> {
    for part in location_refs.chunks(batch::ROWS) {
        Entity::delete_many()
            .filter(Column::LocationRef.is_in(part.iter().map(String::as_str)))
            .exec(txn)
            .await?;
    }
    Ok(())
}

fn to_row(state: RefreshState) -> Result<ActiveModel, DbErr> {
    Ok(ActiveModel {
        location_ref: Set(state.location_ref),
        origin: Set(state.origin),
        parent: Set(state.parent),
        fingerprint: Set(state.fingerprint),
        entities: Set(to_json(&state.entities)?),
        stale: Set(to_json(&state.stale)?),
        targets: Set(to_json(&state.targets)?),
        dependencies: Set(to_json(&state.dependencies)?),
        problems: Set(to_json(&state.problems)?),
        refreshed_at: Set(state.refreshed_at),
    })
}

fn from_row(row: Model) -> Result<RefreshState, DbErr> {
    Ok(RefreshState {
        entities: from_json(&row.entities)?,
        stale: from_json(&row.stale)?,
        targets: from_json(&row.targets)?,
        dependencies: from_json(&row.dependencies)?,
        problems: from_json(&row.problems)?,
        location_ref: row.location_ref,
        origin: row.origin,
        parent: row.parent,
        fingerprint: row.fingerprint,
        refreshed_at: row.refreshed_at,
    })
}

fn weight(row: &ActiveModel) -> usize {
    [&row.entities, &row.stale, &row.targets, &row.dependencies, &row.problems]
        .iter()
        .filter_map(|json| json.try_as_ref())
        .map(String::len)
        .sum()
}

fn to_json<T: Serialize>(value: &T) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|error| DbErr::Json(error.to_string()))
}
