//! What is asked about notifications: filters, order and parts are the database's work.

use platform::database::Database;
use sea_orm::sea_query::{Expr, Func, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait as _, FromQueryResult, IntoSimpleExpr,
    Iterable as _, JoinType, Order, QueryFilter, QueryOrder,
};

use super::tables::{mark, notification};
use super::{EVERYBODY, is_storable};
use crate::service::OrderBy;

/// Most topics that are named.
const TOPICS: u64 = 1_000;
/// Ids of one question.
const IDS: usize = 1_000;

/// A notification, with what one person made of it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// Empty for everybody.
    pub(crate) user_ref: String,
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
    pub(crate) created: i64,
    pub(crate) updated: Option<i64>,
    pub(crate) read_at: Option<i64>,
    pub(crate) saved_at: Option<i64>,
}

impl From<notification::Model> for Row {
    fn from(model: notification::Model) -> Self {
        Self {
            id: model.id,
            user_ref: model.user_ref,
            origin: model.origin,
            scope: model.scope,
            title: model.title,
            description: model.description,
            link: model.link,
            severity: model.severity,
            topic: model.topic,
            icon: model.icon,
            metadata: model.metadata,
            created: model.created,
            updated: model.updated,
            read_at: None,
            saved_at: None,
        }
    }
}

/// Which of a person's notifications; nothing does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) topic: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) read: Option<bool>,
    pub(crate) saved: Option<bool>,
    /// Told after this moment.
    pub(crate) after: Option<i64>,
    pub(crate) minimum_severity: Option<i32>,
}

/// A part of a person's notifications, and how many the whole has. Without an order, what was told last comes first.
///
/// # Errors
/// The database failed.
pub(crate) async fn list(
    db: &Database,
    user: &str,
    filter: &Filter,
    order: &[(OrderBy, bool)],
    offset: u64,
    limit: u64,
) -> Result<(Vec<Row>, u64), DbErr> {
    let matching = matching(user, filter);
    let mut counted = matching.clone();
    counted.expr(Func::count(Expr::col((notification::Entity, notification::Column::Id))));
    let total = match db.reader().query_one(&counted).await? {
        Some(row) => row.try_get_by_index::<i64>(0)?,
        None => 0,
    };
    let mut rows = Vec::new();
    if limit > 0 {
        let mut asked = matching;
        columns(&mut asked);
        for (by, is_descending) in order {
            let direction = if *is_descending { Order::Desc } else { Order::Asc };
            asked.order_by_expr(ordered(*by), direction);
        }
        asked
            .order_by((notification::Entity, notification::Column::At), Order::Desc)
            .order_by((notification::Entity, notification::Column::Id), Order::Asc)
            .offset(offset)
            .limit(limit);
        for row in db.reader().query_all(&asked).await? {
            rows.push(Row::from_query_result(&row, "")?);
        }
    }
    Ok((rows, u64::try_from(total).unwrap_or_default()))
}

/// One of a person's notifications.
///
/// # Errors
/// The database failed.
pub(crate) async fn one(db: &Database, user: &str, id: &str) -> Result<Option<Row>, DbErr> {
    let filter = Filter { ids: Some(vec![id.to_owned()]), ..Filter::default() };
    Ok(list(db, user, &filter, &[], 0, 1).await?.0.pop())
}

/// Notifications with these ids, whoever they are for, without what anybody made of them.
///
/// # Errors
/// The database failed.
pub(crate) async fn with_ids(db: &Database, ids: &[String]) -> Result<Vec<Row>, DbErr> {
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS) {
        let found = notification::Entity::find().filter(notification::Column::Id.is_in(ids));
        let found = found.order_by_asc(notification::Column::UserRef).all(db.reader()).await?;
        rows.extend(found.into_iter().map(Row::from));
    }
    Ok(rows)
}

/// How many of a person's notifications are unread, and how many are read.
///
/// # Errors
/// The database failed.
pub(crate) async fn counts(db: &Database, user: &str) -> Result<(u64, u64), DbErr> {
    let mut asked = matching(user, &Filter::default());
    asked
        .expr(Func::count(Expr::col((notification::Entity, notification::Column::Id))))
        .expr(Func::count(Expr::col((mark::Entity, mark::Column::ReadAt))));
    let Some(row) = db.reader().query_one(&asked).await? else { return Ok((0, 0)) };
    let (all, read): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok((count(all - read), count(read)))
}

/// The topics of a person's notifications, in their order.
///
/// # Errors
/// The database failed.
pub(crate) async fn topics(db: &Database, user: &str, filter: &Filter) -> Result<Vec<String>, DbErr> {
    let topic = (notification::Entity, notification::Column::Topic);
    let mut asked = matching(user, filter);
    asked
        .distinct()
        .column(topic)
        .and_where(Expr::col(topic).ne(""))
        .order_by(topic, Order::Asc)
        .limit(TOPICS);
    let rows = db.reader().query_all(&asked).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// What a person sees and a filter lets through, without columns.
fn matching(user: &str, filter: &Filter) -> SelectStatement {
    let mine = Expr::col((mark::Entity, mark::Column::NotificationId))
        .equals((notification::Entity, notification::Column::Id))
        .and(Expr::col((mark::Entity, mark::Column::UserRef)).eq(user));
    let told = |column: notification::Column| Expr::col((notification::Entity, column));
    let marked = |column: mark::Column| Expr::col((mark::Entity, column));
    let mut asked = Query::select()
        .from(notification::Entity)
        .join(JoinType::LeftJoin, mark::Entity, mine)
        .and_where(told(notification::Column::UserRef).is_in([EVERYBODY, user]))
        .to_owned();
    if let Some(ids) = &filter.ids {
        // What has a NUL is the id of nothing, and PostgreSQL would call the question an error.
        asked.and_where(told(notification::Column::Id).is_in(ids.iter().filter(|id| is_storable(id))));
    }
    if let Some(topic) = &filter.topic {
        asked.and_where(told(notification::Column::Topic).eq(topic));
    }
    if let Some(text) = &filter.search {
        let pattern = LikeExpr::new(format!("%{}%", literal(&text.to_lowercase()))).escape('\\');
        asked.and_where(told(notification::Column::Words).like(pattern));
    }
    let is = |column: mark::Column, is_set: bool| {
        if is_set { marked(column).is_not_null() } else { marked(column).is_null() }
    };
    if let Some(read) = filter.read {
        asked.and_where(is(mark::Column::ReadAt, read));
    }
    if let Some(saved) = filter.saved {
        asked.and_where(is(mark::Column::SavedAt, saved));
    }
    if let Some(after) = filter.after {
        asked.and_where(told(notification::Column::At).gt(after));
    }
    if let Some(severity) = filter.minimum_severity {
        asked.and_where(told(notification::Column::Severity).gte(severity));
    }
    asked
}

/// A text that a pattern takes as it is.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The columns of a [`Row`].
fn columns(asked: &mut SelectStatement) {
    let own = notification::Column::iter()
        .filter(|column| !matches!(column, notification::Column::Words | notification::Column::At));
    for column in own {
        asked.column((notification::Entity, column));
    }
    asked.column((mark::Entity, mark::Column::ReadAt)).column((mark::Entity, mark::Column::SavedAt));
}

fn ordered(by: OrderBy) -> Expr {
    use notification::Column;
    let column = match by {
        OrderBy::Unread => return Expr::col((mark::Entity, mark::Column::ReadAt)).is_null(),
        OrderBy::Title => Column::Title,
        OrderBy::Origin => Column::Origin,
        OrderBy::Topic => Column::Topic,
        OrderBy::Severity => Column::Severity,
        OrderBy::Created => Column::Created,
        OrderBy::Updated => Column::At,
    };
    column.into_simple_expr()
}
