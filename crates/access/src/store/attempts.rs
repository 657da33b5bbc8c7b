//! Sign-ins that have begun: kept until the provider sends the person back, once.

use platform::database::Database;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::tables::attempt::{ActiveModel, Column, Entity, Model};

/// Sign-ins that may be under way. Whoever begins more pushes out the oldest.
const MOST: u64 = 10_000;
/// How many of the oldest go then.
const AT_ONCE: u64 = 1_000;

/// A sign-in that has begun.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// SHA-256 of `state`, in hexadecimal.
    pub(crate) state_hash: String,
    /// SHA-256 of the cookie that binds it to one browser.
    pub(crate) browser_hash: String,
    /// What the token of the provider has to repeat.
    pub(crate) nonce: String,
    /// The secret half of PKCE.
    pub(crate) verifier: String,
    /// Where in the portal the person wants to go.
    pub(crate) target: String,
    /// When it is too late, in Unix milliseconds.
    pub(crate) expires_at: i64,
}

/// Remembers a sign-in.
pub(crate) async fn begin_attempt(db: &Database, attempt: Attempt) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    if Entity::find().count(&txn).await? >= MOST {
        let oldest: Vec<String> = Entity::find()
            .select_only()
            .column(Column::StateHash)
            .order_by_asc(Column::ExpiresAt)
            .limit(AT_ONCE)
            .into_tuple()
            .all(&txn)
            .await?;
        Entity::delete_many().filter(Column::StateHash.is_in(oldest)).exec(&txn).await?;
    }
    let Attempt { state_hash, browser_hash, nonce, verifier, target, expires_at } = attempt;
    let row = ActiveModel {
        state_hash: Set(state_hash),
        browser_hash: Set(browser_hash),
        nonce: Set(nonce),
        verifier: Set(verifier),
        target: Set(target),
        expires_at: Set(expires_at),
    };
    Entity::insert(row).exec_without_returning(&txn).await?;
    txn.commit().await
}

/// Gives out the sign-in with this state, if this browser began it and it is not too late. Nobody gets it twice.
pub(crate) async fn take_attempt(
    db: &Database,
    state_hash: &str,
    browser_hash: &str,
    now: i64,
) -> Result<Option<Attempt>, DbErr> {
    let txn = db.begin_write().await?;
    let found = Entity::find_by_id(state_hash)
        // Another browser must not use it up either.
        .filter(Column::BrowserHash.eq(browser_hash))
        .filter(Column::ExpiresAt.gt(now))
        .one(&txn)
        .await?;
    let taken = match found {
        // Of two requests at the same time one deletes the row.
        Some(row) => {
            let deleted = Entity::delete_by_id(row.state_hash.clone()).exec(&txn).await?;
            (deleted.rows_affected == 1).then_some(row)
        }
        None => None,
    };
    txn.commit().await?;
    Ok(taken.map(Attempt::from))
}

pub(super) async fn remove_expired(connection: &impl ConnectionTrait, now: i64) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(connection).await.map(|_| ())
}

impl From<Model> for Attempt {
    fn from(row: Model) -> Self {
        let Model { state_hash, browser_hash, nonce, verifier, target, expires_at } = row;
        Self { state_hash, browser_hash, nonce, verifier, target, expires_at }
    }
}
