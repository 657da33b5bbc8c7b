//! What was fetched from addresses, and when each is asked for again.

use platform::database::Database;
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::tables::remote_file::{ActiveModel, Column, Entity};
use super::types::{DueRemote, RemoteFile, RemoteMark};
use super::{batch, text};

/// What is known of all addresses, without what they hold.
///
/// # Errors
/// The database failed.
pub async fn remote_marks(db: &Database) -> Result<FxHashMap<String, RemoteMark>, DbErr> {
    let marks: Vec<RemoteMark> = Entity::find()
        .select_only()
        .columns([Column::Url, Column::NextAt, Column::CheckedAt, Column::Fingerprint, Column::Failure])
        .into_model()
        .all(db.reader())
        .await?;
    Ok(marks.into_iter().map(|mark| (mark.url.clone(), mark)).collect())
}

/// What an address held when it was read last, with its sign of change.
///
/// # Errors
/// The database failed.
pub async fn remote_content(
    db: &Database,
    url: &str,
) -> Result<Option<(Option<String>, Option<String>)>, DbErr> {
    if !text::is_storable(url) {
        return Ok(None);
    }
    let query = Entity::find_by_id(url).select_only().columns([Column::Fingerprint, Column::Content]);
    query.into_tuple().one(db.reader()).await
}

/// Has addresses fetched that are not known yet.
///
/// # Errors
/// The database failed.
pub async fn want_remote(db: &Database, urls: &[String]) -> Result<(), DbErr> {
    let rows = urls.iter().filter(|url| text::is_storable(url)).map(|url| ActiveModel {
        url: Set(url.clone()),
        next_at: Set(0),
        checked_at: Set(None),
        attempts: Set(0),
        fingerprint: Set(None),
        validator: Set(None),
        failure: Set(None),
        content: Set(None),
    });
    let rows: Vec<ActiveModel> = rows.collect();
    let txn = db.begin_write().await?;
    for part in rows.chunks(batch::ROWS) {
        Entity::insert_many(part.to_vec())
            .on_conflict(OnConflict::column(Column::Url).do_nothing().to_owned())
            .exec_without_returning(&txn)
            .await?;
    }
    txn.commit().await
}

/// Addresses whose time has come, those that wait longest first.
///
/// # Errors
/// The database failed.
pub async fn due_remote(db: &Database, now: i64, most: u64) -> Result<Vec<DueRemote>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::Url, Column::Attempts, Column::Fingerprint, Column::Validator, Column::Failure])
        .filter(Column::NextAt.lte(now))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Url)
        .limit(most)
        .into_model()
        .all(db.reader())
        .await
}

/// When the next address is due, Unix milliseconds.
///
/// # Errors
/// The database failed.
pub async fn next_remote(db: &Database) -> Result<Option<i64>, DbErr> {
    let query = Entity::find().select_only().column(Column::NextAt).order_by_asc(Column::NextAt);
    query.into_tuple().one(db.reader()).await
}

/// Makes addresses due now.
///
/// # Errors
/// The database failed.
pub async fn hasten_remote(db: &Database, urls: &[String]) -> Result<(), DbErr> {
    let urls: Vec<&str> = urls.iter().map(String::as_str).filter(|url| text::is_storable(url)).collect();
    let txn = db.begin_write().await?;
    for part in urls.chunks(batch::ROWS) {
        Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(0_i64))
            .filter(Column::Url.is_in(part.iter().copied()))
            .exec(&txn)
            .await?;
    }
    txn.commit().await
}

/// Keeps what a reading gave. An address that nobody wants any more is not brought back, unless `wanted`.
///
/// # Errors
/// The database failed.
pub async fn save_remote(db: &Database, files: Vec<RemoteFile>, wanted: bool) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    for file in files {
        let content = file.content.filter(|content| text::is_storable(content));
        let url = file.url.clone();
        let row = ActiveModel {
            url: Set(file.url),
            next_at: Set(file.next_at),
            checked_at: Set(Some(file.checked_at)),
            attempts: Set(file.attempts),
            failure: Set(file.failure.map(|why| why.replace('\0', "\u{fffd}"))),
            ..ActiveModel::default()
        };
        let row = match file.change {
            false => row,
            true => ActiveModel {
                fingerprint: Set(file.fingerprint),
                validator: Set(file.validator),
                content: Set(content),
                ..row
            },
        };
        if wanted {
            let columns = [
                Column::NextAt,
                Column::CheckedAt,
                Column::Attempts,
                Column::Failure,
                Column::Fingerprint,
                Column::Validator,
                Column::Content,
            ];
            let insert = Entity::insert(row);
            let conflict = OnConflict::column(Column::Url).update_columns(columns).to_owned();
            insert.on_conflict(conflict).exec_without_returning(&txn).await?;
        } else {
            Entity::update_many().set(row).filter(Column::Url.eq(url)).exec(&txn).await?;
        }
    }
    txn.commit().await
}

/// Forgets addresses.
///
/// # Errors
/// The database failed.
pub async fn forget_remote(db: &Database, urls: &[String]) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    for part in urls.chunks(batch::ROWS) {
        let part = part.iter().map(String::as_str);
        Entity::delete_many().filter(Column::Url.is_in(part)).exec(&txn).await?;
    }
    txn.commit().await
}
