//! Having a task go on that failed or was cancelled.

use std::collections::HashSet;

use platform::database::Database;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::hold::now;
use super::outside::{Locked, is_undone};
use super::read::keepers;
use super::tables::{kept, step, task, workspace};
use super::text;
use super::types::{Group, NewEvent, Plan, Retried, TaskState, step_state};
use super::worker::{LATEST, branch_kind, retry_kind};

/// What actions that wait for something outside are called. What they keep is of one wait: a retry waits anew.
const WAITS: &str = "wait:";

/// Opens a task again that failed or was cancelled: the step where that happened, and those behind it, are as if they had
/// not been run, and the workspace is as it was before that step. Where it happened in a branch, the others keep what they
/// did. What steps kept stays, so that they find what they did; but for those that wait for something outside. A task that
/// was undone, or begun to be, stays as it is: what its steps did is no longer there. Nothing where there is no such task.
///
/// # Errors
/// The database failed.
pub(crate) async fn retry(
    db: &Database,
    id: &str,
    plan: &Plan,
    secrets: Option<Vec<u8>>,
    event: impl FnOnce(Option<&str>) -> NewEvent,
) -> Result<Option<Retried>, DbErr> {
    if !text::is_storable(id) {
        return Ok(None);
    }
    let due = now(db).await?;
    let txn = db.begin_write().await?;
    let Some((locked, state)) = Locked::take(&txn, id).await? else { return Ok(None) };
    if !matches!(state, TaskState::Failed | TaskState::Cancelled) {
        txn.rollback().await?;
        return Ok(Some(Retried::Not(state)));
    }
    if is_undone(&txn, id, &plan.compensations).await? {
        txn.rollback().await?;
        return Ok(Some(Retried::Undone));
    }
    let steps = step::Entity::find().filter(step::Column::TaskId.eq(id));
    let steps = steps.order_by_asc(step::Column::Number).order_by_asc(step::Column::Id).all(&txn).await?;
    let from = steps.iter().find(|step| broke_off(step));
    let group = plan.groups.iter().find(|group| from.is_some_and(|from| from.id == group.id));
    let stays = group.map(|group| stays(group, &steps)).unwrap_or_default();
    let is_before = |step: &step::Model| from.is_none_or(|from| step.number < from.number);
    let is_needed = steps.iter().any(is_before);
    if !reset_workspaces(&txn, id, is_needed, group, &stays).await? {
        txn.rollback().await?;
        return Ok(Some(Retried::TooLate));
    }
    let is_kept = |step: &step::Model| is_before(step) || stays.contains(&step.id);
    for step in steps.iter().filter(|step| !is_kept(step)) {
        let of_step = step::Entity::delete_many().filter(step::Column::TaskId.eq(id));
        of_step.filter(step::Column::Id.eq(&step.id)).exec(&txn).await?;
        if step.action.starts_with(WAITS) {
            let waits = kept::Entity::delete_many().filter(kept::Column::TaskId.eq(id));
            waits.filter(keepers(&step.id)).exec(&txn).await?;
        }
    }
    let row = task::ActiveModel {
        state: Set(TaskState::Open.name().to_owned()),
        due_at: Set(Some(due)),
        ended_at: Set(None),
        error: Set(None),
        failed_step: Set(None),
        output: Set(None),
        losses: Set(0),
        secrets: Set(secrets),
        ..Default::default()
    };
    let from = from.map(|step| step.id.clone());
    locked.change(&txn, id, row, &[event(from.as_deref())]).await?;
    txn.commit().await?;
    Ok(Some(Retried::From(from)))
}

fn broke_off(step: &step::Model) -> bool {
    !matches!(step.state.as_str(), step_state::COMPLETED | step_state::SKIPPED)
}

/// The steps of a group's branches that stay: in each branch those before the first that broke off, or was not begun.
fn stays(group: &Group, steps: &[step::Model]) -> HashSet<String> {
    let is_done = |id: &&String| steps.iter().any(|step| step.id == **id && !broke_off(step));
    group.branches.iter().flat_map(|branch| branch.iter().take_while(is_done)).cloned().collect()
}

/// Makes the workspaces what they were before the steps that failed; `false` where they are not kept any more.
async fn reset_workspaces(
    txn: &DatabaseTransaction,
    id: &str,
    is_needed: bool,
    group: Option<&Group>,
    stays: &HashSet<String>,
) -> Result<bool, DbErr> {
    use workspace::{Column, Entity};
    let kinds = Entity::find().select_only().column(Column::Kind).filter(Column::TaskId.eq(id));
    let kinds: Vec<String> = kinds.into_tuple().all(txn).await?;
    let branches = group.into_iter().flat_map(|group| {
        let kind = |place| branch_kind(&group.id, place);
        group
            .branches
            .iter()
            .enumerate()
            .map(move |(place, branch)| (kind(place), branch.iter().any(|id| stays.contains(id))))
    });
    let all: Vec<(String, bool)> = [(LATEST.to_owned(), is_needed)].into_iter().chain(branches).collect();
    let used: HashSet<&str> =
        all.iter().filter(|(_, is_needed)| *is_needed).map(|(kind, _)| kind.as_str()).collect();
    for kind in &kinds {
        let of_kind = || Entity::delete_many().filter(Column::TaskId.eq(id)).filter(Column::Kind.eq(kind));
        let is_retry = all.iter().any(|(of, _)| retry_kind(of) == *kind && used.contains(of.as_str()));
        if !is_retry && (!used.contains(kind.as_str()) || kinds.contains(&retry_kind(kind))) {
            of_kind().exec(txn).await?;
        }
    }
    for (kind, _) in all.iter().filter(|(kind, is_needed)| *is_needed && kinds.contains(&retry_kind(kind))) {
        let renamed = Entity::update_many().col_expr(Column::Kind, Expr::value(kind.as_str()));
        renamed.filter(Column::TaskId.eq(id)).filter(Column::Kind.eq(retry_kind(kind))).exec(txn).await?;
    }
    Ok(used.is_empty() || !kinds.is_empty())
}
