//! The rows of runs: tasks, their steps and events, what steps keep, workspaces. Knows the database, and nothing of what a
//! step does or who may see it.
//!
//! Whoever writes about a task locks its row first: a worker by its lease (`hold`, `worker`), anybody else by the id
//! (`outside`). So events are numbered in the order in which they become visible, and two never decide at once.

mod drafts;
mod events;
mod hold;
mod made;
mod outside;
mod read;
mod retry;
mod schedules;
mod tables;
mod text;
mod types;
mod usage;
mod worker;

#[cfg(test)]
mod tests;

pub(crate) use self::drafts::{draft, forget_draft, forget_drafts, keep_draft};
pub(crate) use self::events::{events_after, events_of_step_after, events_until};
pub(crate) use self::hold::{claim, now, renew};
pub(crate) use self::made::makers;
pub(crate) use self::outside::{Arrival, answer, arrive, cancel, fail_stale, forget_ended};
pub(crate) use self::read::{
    Asked, asked, count, create, is_of, kept, kept_named, list, stale, standing, steps, task, workspace,
    workspace_of,
};
pub(crate) use self::retry::retry;
pub(crate) use self::schedules::{
    Due, add_schedule, due_schedules, forget_schedule, schedule, schedules, start_noted, update_schedule,
};
pub(crate) use self::tables::draft::Model as DraftRow;
pub(crate) use self::tables::event::Model as EventRow;
pub(crate) use self::tables::schedule::Model as ScheduleRow;
pub(crate) use self::tables::step::Model as StepRow;
pub(crate) use self::tables::task::Model as TaskRow;
pub(crate) use self::tables::usage::Model as UsageRow;
pub use self::types::TaskState;
pub(crate) use self::types::{
    Arrived, Cancelled, Claimed, EventKind, Group, Lease, Listing, NewEvent, NewTask, OrderBy, Plan, Rest,
    Retried, Snapshot, StepEnd, StepInfo, TaskEnd, Verdict, WriteError, step_state,
};
pub(crate) use self::usage::{usage, usage_of};
pub(crate) use self::worker::{
    LATEST, begin_step, branch_kind, end_step, finish, keep, pause_step, put_away, start_over, tell,
};
