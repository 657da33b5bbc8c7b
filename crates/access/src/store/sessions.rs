//! The sessions of people who signed in.

use platform::database::Database;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::tables::session::{ActiveModel, Column, Entity, Model};

/// Sessions of one person that are listed.
const LISTED: u64 = 100;

/// The session of one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// SHA-256 of the token in the browser's cookie, in hexadecimal.
    pub(crate) token_hash: String,
    /// How it is named where it is shown; opens nothing.
    pub(crate) id: String,
    /// Canonical reference of the User.
    pub(crate) entity_ref: String,
    /// Whether it counts only as long as the catalog has that User.
    pub(crate) needs_entity: bool,
    /// What the provider calls the person.
    pub(crate) name: Option<String>,
    /// The e-mail address that the provider gave.
    pub(crate) email: Option<String>,
    /// The browser, in words.
    pub(crate) browser: String,
    /// Unix milliseconds.
    pub(crate) created_at: i64,
    /// When it was used last, give or take a minute.
    pub(crate) seen_at: i64,
    /// Unix milliseconds.
    pub(crate) expires_at: i64,
}

/// Adds a session.
pub(crate) async fn create_session(db: &Database, session: Session) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    let row = ActiveModel {
        token_hash: Set(session.token_hash),
        id: Set(session.id),
        entity_ref: Set(session.entity_ref),
        needs_entity: Set(session.needs_entity),
        name: Set(session.name),
        email: Set(session.email),
        browser: Set(session.browser),
        created_at: Set(session.created_at),
        seen_at: Set(session.seen_at),
        expires_at: Set(session.expires_at),
    };
    Entity::insert(row).exec_without_returning(&txn).await?;
    txn.commit().await
}

/// The session with this token, expired or not.
pub(crate) async fn find_session(db: &Database, token_hash: &str) -> Result<Option<Session>, DbErr> {
    Ok(Entity::find_by_id(token_hash).one(db.reader()).await?.map(Session::from))
}

/// The sessions of a person that have not expired, last used first.
pub(crate) async fn sessions_of(db: &Database, entity_ref: &str, now: i64) -> Result<Vec<Session>, DbErr> {
    let rows = Entity::find()
        .filter(Column::EntityRef.eq(entity_ref))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::SeenAt)
        .limit(LISTED)
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Remembers that a session is in use. One that has ended stays ended.
pub(crate) async fn mark_seen(db: &Database, token_hash: &str, now: i64) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(now))
        .filter(Column::TokenHash.eq(token_hash))
        .exec(&txn)
        .await?;
    txn.commit().await
}

/// Ends the session with this token.
pub(crate) async fn end_session(db: &Database, token_hash: &str) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    Entity::delete_by_id(token_hash).exec(&txn).await?;
    txn.commit().await
}

/// Ends one session of a person; whether there was one.
pub(crate) async fn end_session_of(db: &Database, entity_ref: &str, id: &str) -> Result<bool, DbErr> {
    let txn = db.begin_write().await?;
    let deleted = Entity::delete_many()
        .filter(Column::EntityRef.eq(entity_ref))
        .filter(Column::Id.eq(id))
        .exec(&txn)
        .await?;
    txn.commit().await?;
    Ok(deleted.rows_affected > 0)
}

/// Ends all sessions of a person but the one with this token.
pub(crate) async fn end_other_sessions(db: &Database, entity_ref: &str, but: &str) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    Entity::delete_many()
        .filter(Column::EntityRef.eq(entity_ref))
        .filter(Column::TokenHash.ne(but))
        .exec(&txn)
        .await?;
    txn.commit().await
}

pub(super) async fn remove_expired(
    connection: &impl ConnectionTrait,
    now: i64,
    unused_since: i64,
) -> Result<(), DbErr> {
    let over = Condition::any().add(Column::ExpiresAt.lte(now)).add(Column::SeenAt.lte(unused_since));
    Entity::delete_many().filter(over).exec(connection).await.map(|_| ())
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self {
            token_hash: row.token_hash,
            id: row.id,
            entity_ref: row.entity_ref,
            needs_entity: row.needs_entity,
            name: row.name,
            email: row.email,
            browser: row.browser,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
        }
    }
}
