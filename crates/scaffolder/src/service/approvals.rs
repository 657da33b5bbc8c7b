//! What runs ask people to approve.

use std::collections::BTreeSet;

use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::json;

use super::change::limited;
use super::{Scaffolder, no_task};
use crate::clock;
use crate::journal::line;
use crate::store::{self, Arrival, Arrived, Asked, TaskRow};
use crate::template::Template;
use crate::wait::{APPROVAL, Approval, DECISION, Decision};
use crate::worker::DUE;

/// Approvals and decisions that are looked at for what is asked of one person.
const MOST: u64 = 5_000;

/// What a run asks people to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenApproval {
    /// The run.
    pub task: String,
    /// Its template.
    pub template_ref: String,
    /// Who started it; nothing for a guest.
    pub created_by: Option<String>,
    /// The step, with the item where the step is repeated: what [`Scaffolder::decide`] takes.
    pub step: String,
    /// References of people and groups who may decide.
    pub approvers: Vec<String>,
    /// What is to be approved.
    pub title: Option<String>,
    /// More of it, in Markdown.
    pub description: Option<String>,
    /// Until when, in Unix milliseconds.
    pub deadline: Option<i64>,
    /// Whether a decision needs a comment.
    pub comment_required: bool,
    /// Whether the caller may decide.
    pub may_decide: bool,
}

impl Scaffolder {
    /// What runs ask the caller to approve, what was asked first coming first.
    ///
    /// # Errors
    /// The caller may not approve anything, or the database failed.
    pub async fn approvals(&self, caller: &Caller) -> Result<Vec<OpenApproval>, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTaskDecide)?;
        let open = self.undecided(caller, None).await?;
        Ok(open.into_iter().filter(|approval| approval.may_decide).collect())
    }

    /// What one run asks people to approve at the moment.
    ///
    /// # Errors
    /// There is no such run that the caller may see, or the database failed.
    pub async fn approvals_of(&self, caller: &Caller, id: &str) -> Result<Vec<OpenApproval>, Error> {
        let row = self.visible(caller, id).await?;
        self.asked(caller, &row).await
    }

    /// Approves or rejects what a step waits for.
    ///
    /// # Errors
    /// There is no such run that the caller may see, it does not ask for this, not any more or not the caller, a comment is
    /// missing or too long, or the database failed.
    pub async fn decide(
        &self,
        caller: &Caller,
        id: &str,
        step: &str,
        approved: bool,
        comment: &str,
    ) -> Result<(), Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTaskDecide)?;
        let row = self.visible(caller, id).await?;
        let Some(kept) = store::kept(self.database(), id, step, APPROVAL).await? else {
            return Err(unasked());
        };
        let approval: Approval = serde_json::from_str(&kept).map_err(Error::internal)?;
        let by = decider(caller, &row.created_by, &approval)?;
        let comment = limited(comment)?;
        if approval.comment_required && comment.is_empty() {
            return Err(Error::input("A comment is asked for: say why."));
        }
        let at = clock::now();
        if approval.deadline.is_some_and(|deadline| deadline <= at) {
            return Err(Error::conflict("It is too late to decide: the time for it is over."));
        }
        let word = if approved { "Approved" } else { "Rejected" };
        let why = if comment.is_empty() { ".".to_owned() } else { format!(": {comment}") };
        let event =
            line(Some(base_of(&row, step).as_deref().unwrap_or(step)), &format!("{word} by {by}{why}"));
        let decision = Decision { approved, by: by.to_owned(), comment, at };
        self.arrived(&row, step, DECISION, json!(decision).to_string(), true, event).await.and_then(
            |arrived| match arrived {
                Arrived::Kept => Ok(()),
                Arrived::Second => Err(Error::conflict("Somebody has decided already.")),
                Arrived::Unasked => Err(unasked()),
            },
        )
    }

    /// Keeps what arrived for a step, and wakes the run.
    pub(super) async fn arrived(
        &self,
        row: &TaskRow,
        keeper: &str,
        name: &str,
        value: String,
        is_awaited: bool,
        event: store::NewEvent,
    ) -> Result<Arrived, Error> {
        let Some(step) = base_of(row, keeper) else { return Ok(Arrived::Unasked) };
        let arrival = Arrival { step: &step, keeper, name, value, is_awaited };
        let arrived = store::arrive(self.database(), &row.id, arrival, event).await?.ok_or_else(no_task)?;
        if arrived == Arrived::Kept {
            self.tell(&row.id);
            self.inner.tools.feed.publish_name(DUE);
        }
        Ok(arrived)
    }

    /// Whether a run asks the caller for approval, or did.
    pub(super) async fn is_asked(&self, caller: &Caller, row: &TaskRow) -> Result<bool, Error> {
        if self.inner.policy.check(caller, Permission::ScaffolderTaskDecide).is_err() {
            return Ok(false);
        }
        for kept in store::kept_named(self.database(), &row.id, APPROVAL).await? {
            let approval: Approval = serde_json::from_str(&kept).map_err(Error::internal)?;
            if is_among(caller, &approval.approvers) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a run asks for at the moment.
    pub(crate) async fn asked(&self, caller: &Caller, row: &TaskRow) -> Result<Vec<OpenApproval>, Error> {
        if row.state()?.has_ended() {
            return Ok(Vec::new());
        }
        self.undecided(caller, Some(&row.id)).await
    }

    /// What one run asks for, or what all do, and nobody decided yet.
    async fn undecided(&self, caller: &Caller, id: Option<&str>) -> Result<Vec<OpenApproval>, Error> {
        let rows = store::asked(self.database(), id, &[APPROVAL, DECISION], MOST).await?;
        let of = |row: &Asked| (row.task_id.clone(), row.step.clone());
        let decided: BTreeSet<_> = rows.iter().filter(|row| row.name == DECISION).map(of).collect();
        let is_open = |row: &Asked| row.name == APPROVAL && !decided.contains(&of(row));
        let open = rows.into_iter().filter(is_open).map(|row| shown(caller, row));
        open.collect()
    }
}

/// An approval as the caller sees it.
fn shown(caller: &Caller, asked: Asked) -> Result<OpenApproval, Error> {
    let approval: Approval = serde_json::from_str(&asked.value).map_err(Error::internal)?;
    Ok(OpenApproval {
        may_decide: decider(caller, &asked.created_by, &approval).is_ok(),
        task: asked.task_id,
        template_ref: asked.template_ref,
        created_by: Some(asked.created_by).filter(|who| !who.is_empty()),
        step: asked.step,
        approvers: approval.approvers,
        title: approval.title,
        description: approval.description,
        deadline: approval.deadline,
        comment_required: approval.comment_required,
    })
}

/// The person who decides, if the caller may.
fn decider<'c>(caller: &'c Caller, created_by: &str, approval: &Approval) -> Result<&'c str, Error> {
    let Caller::User { entity_ref, .. } = caller else {
        return Err(Error::not_allowed("Only a person who signed in can approve or reject."));
    };
    if !is_among(caller, &approval.approvers) {
        return Err(Error::not_allowed(format!("Only {} may decide this.", approval.approvers.join(", "))));
    }
    if !approval.self_approval && created_by == entity_ref {
        return Err(Error::not_allowed(
            "Who started a run can't approve it; ask somebody else of those who may.",
        ));
    }
    Ok(entity_ref)
}

/// Whether a person is one of these people, or a member of one of these groups.
fn is_among(caller: &Caller, approvers: &[String]) -> bool {
    let Caller::User { entity_ref, groups } = caller else { return false };
    approvers.iter().any(|approver| approver == entity_ref || groups.contains(approver))
}

/// The id of the step that keeps its values under `step` or `step[item]`.
pub(super) fn base_of(row: &TaskRow, keeper: &str) -> Option<String> {
    let entity = serde_json::from_str(&row.template).ok()?;
    let template = Template::read(&entity).0?;
    if template.step(keeper).is_some() {
        return Some(keeper.to_owned());
    }
    template.all_steps().find(|step| store::is_of(keeper, &step.id)).map(|step| step.id.clone())
}

fn unasked() -> Error {
    Error::conflict("This run does not wait for that approval, or not any more.")
}
