//! New notifications, and those that are told anew.

use platform::database::Database;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use super::tables::mark;
use super::tables::notification::{ActiveModel, Column, Entity};

/// Rows of one statement; each binds fifteen values.
const ROWS: usize = 500;

/// What is told, whoever it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct New {
    pub(crate) origin: String,
    pub(crate) scope: Option<String>,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) severity: i32,
    /// Empty for none.
    pub(crate) topic: String,
    pub(crate) icon: Option<String>,
    pub(crate) metadata: Option<String>,
}

/// Tells it to each of these; whom, with the id. Where the origin told something under the same scope before, that becomes this and is
/// unread again.
///
/// # Errors
/// The database failed.
pub(crate) async fn send(
    db: &Database,
    new: &New,
    users: &[String],
    now: i64,
) -> Result<Vec<(String, String)>, DbErr> {
    // In one order, so that two who tell the same people something don't wait for each other.
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    let mut told = Vec::with_capacity(users.len());
    let txn = db.begin_write().await?;
    for users in users.chunks(ROWS) {
        let ids: Vec<String> = users.iter().map(|_| Uuid::new_v4().to_string()).collect();
        let rows = users.iter().zip(&ids).map(|(user, id)| row(new, user, id, now));
        if new.scope.is_none() {
            Entity::insert_many(rows).exec_without_returning(&txn).await?;
            told.extend(users.iter().cloned().zip(ids));
        } else {
            Entity::insert_many(rows).on_conflict(anew(now)).exec_without_returning(&txn).await?;
            let given = of_scope(&txn, new, users).await?;
            let ids: Vec<&str> = given.iter().map(|(_, id)| id.as_str()).collect();
            mark::Entity::update_many()
                .col_expr(mark::Column::ReadAt, Expr::value(Option::<i64>::None))
                .filter(mark::Column::NotificationId.is_in(ids))
                .exec(&txn)
                .await?;
            told.extend(given);
        }
    }
    txn.commit().await?;
    Ok(told)
}

fn row(new: &New, user: &str, id: &str, now: i64) -> ActiveModel {
    let New { origin, scope, title, description, link, severity, topic, icon, metadata } = new.clone();
    let words = format!("{title}\n{}", description.as_deref().unwrap_or_default()).to_lowercase();
    ActiveModel {
        id: Set(id.to_owned()),
        user_ref: Set(user.to_owned()),
        origin: Set(origin),
        scope: Set(scope),
        title: Set(title),
        description: Set(description),
        words: Set(words),
        link: Set(link),
        severity: Set(severity),
        topic: Set(topic),
        icon: Set(icon),
        metadata: Set(metadata),
        created: Set(now),
        updated: Set(None),
        at: Set(now),
    }
}

/// What was told before becomes what is told now, and keeps its id and when it was told first.
fn anew(now: i64) -> OnConflict {
    OnConflict::columns([Column::Origin, Column::Scope, Column::UserRef])
        .update_columns([
            Column::Title,
            Column::Description,
            Column::Words,
            Column::Link,
            Column::Severity,
            Column::Topic,
            Column::Icon,
            Column::Metadata,
            Column::At,
        ])
        .value(Column::Updated, now)
        .to_owned()
}

/// What the origin told these people under this scope: whom, with the id.
async fn of_scope(
    txn: &impl ConnectionTrait,
    new: &New,
    users: &[String],
) -> Result<Vec<(String, String)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::UserRef, Column::Id])
        .filter(Column::Origin.eq(&new.origin))
        .filter(Column::Scope.eq(new.scope.as_deref()))
        .filter(Column::UserRef.is_in(users))
        .into_tuple()
        .all(txn)
        .await
}
