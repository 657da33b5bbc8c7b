//! What is asked about tasks.

use platform::database::Database;
use sea_orm::sea_query::{Expr, Func, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait as _, FromQueryResult, Iterable as _, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};

use super::hold::now;
use super::tables::{kept, step, task, workspace};
use super::types::{Listing, NewEvent, NewTask, OrderBy, TaskState, step_state};
use super::worker::LATEST;
use super::{events, text};

/// Longest answers that lists show, in characters of JSON.
const LISTED_PARAMETERS: i32 = 64 * 1024;

/// Adds a task that a worker may take at once.
///
/// # Errors
/// The database failed.
pub(crate) async fn create(db: &Database, new: NewTask, event: NewEvent) -> Result<(), DbErr> {
    text::check([new.id.as_str(), &new.template_ref, &new.created_by])?;
    let due = now(db).await?;
    let row = task::ActiveModel {
        id: Set(new.id.clone()),
        template_ref: Set(new.template_ref),
        created_by: Set(new.created_by),
        created_at: Set(due),
        state: Set(TaskState::Open.name().to_owned()),
        ended_at: Set(None),
        heartbeat_at: Set(None),
        due_at: Set(Some(due)),
        lease_owner: Set(None),
        attempt: Set(0),
        losses: Set(0),
        is_cancelling: Set(false),
        is_woken: Set(false),
        wait_step: Set(None),
        wait_reason: Set(None),
        last_event: Set(1),
        failed_step: Set(None),
        error: Set(None),
        secrets: Set(new.secrets),
        output: Set(None),
        initiator: Set(new.initiator),
        parameters: Set(new.parameters),
        template: Set(new.template),
    };
    let txn = db.begin_write().await?;
    task::Entity::insert(row).exec_without_returning(&txn).await?;
    events::insert(&txn, &new.id, 0, &[event]).await?;
    txn.commit().await
}

/// The task with this id.
///
/// # Errors
/// The database failed.
pub(crate) async fn task(db: &Database, id: &str) -> Result<Option<task::Model>, DbErr> {
    if !text::is_storable(id) {
        return Ok(None);
    }
    task::Entity::find_by_id(id).one(db.reader()).await
}

/// How a task stands: its state, the number of its last event, and whether it is to be cancelled.
///
/// # Errors
/// The database failed.
pub(crate) async fn standing(db: &Database, id: &str) -> Result<Option<(String, i64, bool)>, DbErr> {
    if !text::is_storable(id) {
        return Ok(None);
    }
    let columns = [task::Column::State, task::Column::LastEvent, task::Column::IsCancelling];
    task::Entity::find_by_id(id).select_only().columns(columns).into_tuple().one(db.reader()).await
}

/// The steps of a task that began or ended, in their order.
///
/// # Errors
/// The database failed.
pub(crate) async fn steps(db: &Database, id: &str) -> Result<Vec<step::Model>, DbErr> {
    let steps = step::Entity::find().filter(step::Column::TaskId.eq(id));
    steps.order_by_asc(step::Column::Number).order_by_asc(step::Column::Id).all(db.reader()).await
}

/// A value that is kept for a step, as JSON.
///
/// # Errors
/// The database failed.
pub(crate) async fn kept(db: &Database, id: &str, step: &str, name: &str) -> Result<Option<String>, DbErr> {
    if ![id, step, name].into_iter().all(text::is_storable) {
        return Ok(None);
    }
    let row = kept::Entity::find_by_id((id.to_owned(), step.to_owned(), name.to_owned()));
    row.select_only().column(kept::Column::Value).into_tuple().one(db.reader()).await
}

/// The values of one name that are kept for any step of a task, as JSON.
///
/// # Errors
/// The database failed.
pub(crate) async fn kept_named(db: &Database, id: &str, name: &str) -> Result<Vec<String>, DbErr> {
    let of_task = kept::Entity::find().select_only().column(kept::Column::Value);
    let of_task = of_task.filter(kept::Column::TaskId.eq(id)).filter(kept::Column::Name.eq(name));
    of_task.order_by_asc(kept::Column::Step).into_tuple().all(db.reader()).await
}

/// What a step, and the items that it is repeated for, keep their values under.
pub(super) fn keepers(step: &str) -> SimpleExpr {
    // An item's begins with `step[`; the character behind the bracket is the backslash.
    let items = kept::Column::Step.gte(format!("{step}[")).and(kept::Column::Step.lt(format!("{step}\\")));
    kept::Column::Step.eq(step).or(items)
}

/// A value that is kept for a task of which a step waits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Asked {
    pub(crate) task_id: String,
    pub(crate) template_ref: String,
    pub(crate) created_by: String,
    /// The step that waits.
    pub(crate) waits: String,
    /// What the value is kept under: the step, or `step[item]`.
    pub(crate) step: String,
    pub(crate) name: String,
    /// JSON.
    pub(crate) value: String,
}

/// The values of these names that are kept for steps that wait at the moment and for the items that those are repeated for, those
/// of the oldest task first, at most `limit`: of one task, or of all.
///
/// # Errors
/// The database failed.
pub(crate) async fn asked(
    db: &Database,
    id: Option<&str>,
    names: &[&str],
    limit: u64,
) -> Result<Vec<Asked>, DbErr> {
    let waits = Expr::col((step::Entity, step::Column::TaskId))
        .equals((task::Entity, task::Column::Id))
        .and(Expr::col((step::Entity, step::Column::State)).eq(step_state::WAITING));
    let of_task = Expr::col((kept::Entity, kept::Column::TaskId))
        .equals((task::Entity, task::Column::Id))
        .and(Expr::col((kept::Entity, kept::Column::Name)).is_in(names.iter().copied()));
    let going = [TaskState::Open, TaskState::Processing, TaskState::Waiting, TaskState::Asking];
    let mut asked = Query::select()
        .columns([(task::Entity, task::Column::TemplateRef), (task::Entity, task::Column::CreatedBy)])
        .expr_as(Expr::col((step::Entity, step::Column::Id)), "waits")
        .columns([
            (kept::Entity, kept::Column::TaskId),
            (kept::Entity, kept::Column::Step),
            (kept::Entity, kept::Column::Name),
            (kept::Entity, kept::Column::Value),
        ])
        .from(task::Entity)
        .inner_join(step::Entity, waits)
        .inner_join(kept::Entity, of_task)
        .and_where(Expr::col((task::Entity, task::Column::State)).is_in(going.map(TaskState::name)))
        .order_by((task::Entity, task::Column::CreatedAt), Order::Asc)
        .order_by((task::Entity, task::Column::Id), Order::Asc)
        .order_by((kept::Entity, kept::Column::Step), Order::Asc)
        .limit(limit)
        .to_owned();
    if let Some(id) = id {
        asked.and_where(Expr::col((task::Entity, task::Column::Id)).eq(id));
    }
    let rows = db.reader().query_all(&asked).await?;
    let rows = rows.iter().map(|row| Asked::from_query_result(row, ""));
    rows.filter(|row| row.as_ref().map_or(true, |row| is_of(&row.step, &row.waits))).collect()
}

/// Whether a keeper of values is a step, or one of its items.
pub(crate) fn is_of(keeper: &str, step: &str) -> bool {
    let is_item = |rest: &str| rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']'));
    keeper.strip_prefix(step).is_some_and(is_item)
}

/// The workspace of a task after the last step that ended: its hash, and the archive; nothing where it is empty.
///
/// # Errors
/// The database failed.
pub(crate) async fn workspace(db: &Database, id: &str) -> Result<Option<(String, Vec<u8>)>, DbErr> {
    workspace_of(db, id, LATEST).await
}

/// As [`workspace()`], of what is kept under this kind.
///
/// # Errors
/// The database failed.
pub(crate) async fn workspace_of(
    db: &Database,
    id: &str,
    kind: &str,
) -> Result<Option<(String, Vec<u8>)>, DbErr> {
    let row = workspace::Entity::find_by_id((id.to_owned(), kind.to_owned())).one(db.reader()).await?;
    Ok(row.filter(|row| !row.content.is_empty()).map(|row| (row.hash, row.content)))
}

/// A part of the list of tasks. They come without secrets and output, and with long answers left out: lists have many
/// tasks, and answers may hold files.
///
/// # Errors
/// The database failed.
pub(crate) async fn list(db: &Database, listing: &Listing) -> Result<Vec<task::Model>, DbErr> {
    let short = Expr::case(
        Func::char_length(Expr::col(task::Column::Parameters)).lte(LISTED_PARAMETERS),
        Expr::col(task::Column::Parameters),
    )
    .finally(Expr::value("{}"));
    let columns = task::Column::iter().filter(|column| {
        !matches!(column, task::Column::Secrets | task::Column::Output | task::Column::Parameters)
    });
    let rows: Vec<Listed> = ordered(listing)
        .select_only()
        .columns(columns)
        .expr_as(short, "parameters")
        .limit(listing.limit)
        .offset(listing.offset)
        .into_model()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(task::Model::from).collect())
}

/// A task without what is too wide for a list.
#[derive(FromQueryResult)]
struct Listed {
    id: String,
    template_ref: String,
    created_by: String,
    created_at: i64,
    state: String,
    ended_at: Option<i64>,
    heartbeat_at: Option<i64>,
    due_at: Option<i64>,
    lease_owner: Option<String>,
    attempt: i64,
    losses: i64,
    is_cancelling: bool,
    is_woken: bool,
    wait_step: Option<String>,
    wait_reason: Option<String>,
    last_event: i64,
    failed_step: Option<String>,
    error: Option<String>,
    initiator: String,
    parameters: String,
    template: String,
}

impl From<Listed> for task::Model {
    fn from(row: Listed) -> Self {
        Self {
            secrets: None,
            output: None,
            id: row.id,
            template_ref: row.template_ref,
            created_by: row.created_by,
            created_at: row.created_at,
            state: row.state,
            ended_at: row.ended_at,
            heartbeat_at: row.heartbeat_at,
            due_at: row.due_at,
            lease_owner: row.lease_owner,
            attempt: row.attempt,
            losses: row.losses,
            is_cancelling: row.is_cancelling,
            is_woken: row.is_woken,
            wait_step: row.wait_step,
            wait_reason: row.wait_reason,
            last_event: row.last_event,
            failed_step: row.failed_step,
            error: row.error,
            initiator: row.initiator,
            parameters: row.parameters,
            template: row.template,
        }
    }
}

/// How many tasks the whole list has.
///
/// # Errors
/// The database failed.
pub(crate) async fn count(db: &Database, listing: &Listing) -> Result<u64, DbErr> {
    filtered(listing).count(db.reader()).await
}

/// Ids of tasks that workers should have and whose heartbeat is older than `before`.
///
/// # Errors
/// The database failed.
pub(crate) async fn stale(db: &Database, before: i64, limit: u64) -> Result<Vec<String>, DbErr> {
    let stale = filtered(&Listing { states: vec![TaskState::Processing], ..Listing::default() });
    let stale = stale.select_only().column(task::Column::Id).filter(task::Column::HeartbeatAt.lt(before));
    stale.limit(limit).into_tuple().all(db.reader()).await
}

pub(super) fn ordered(listing: &Listing) -> Select<task::Entity> {
    let newest_first = [(OrderBy::CreatedAt, true)];
    let order = if listing.order.is_empty() { newest_first.as_slice() } else { &listing.order };
    let mut select = filtered(listing);
    for (by, descending) in order {
        let column = match by {
            OrderBy::CreatedAt => task::Column::CreatedAt,
            OrderBy::CreatedBy => task::Column::CreatedBy,
            OrderBy::State => task::Column::State,
        };
        select = select.order_by(column, direction(*descending));
    }
    // Pages must not overlap, so equal tasks have an order as well: the one in which indexes have them.
    select.order_by(task::Column::Id, direction(order.first().is_some_and(|(_, descending)| *descending)))
}

const fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

fn filtered(listing: &Listing) -> Select<task::Entity> {
    let mut select = task::Entity::find();
    let creators: Vec<&str> =
        listing.created_by.iter().map(String::as_str).filter(|text| text::is_storable(text)).collect();
    if !listing.created_by.is_empty() {
        select = select.filter(task::Column::CreatedBy.is_in(creators));
    }
    if !listing.states.is_empty() {
        let names = listing.states.iter().map(|state| state.name());
        select = select.filter(task::Column::State.is_in(names));
    }
    if let Some(template_ref) = &listing.template_ref {
        select = select.filter(task::Column::TemplateRef.eq(template_ref.as_str()));
    }
    if let Some(ids) = &listing.ids {
        select = select.filter(task::Column::Id.is_in(ids));
    }
    select
}
