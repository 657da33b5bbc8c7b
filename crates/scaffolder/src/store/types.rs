//! The plain values that go into the tables and come out of them.

use platform::error::Error;
use sea_orm::DbErr;

use super::tables::task;

/// The state of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// It waits for a worker.
    Open,
    /// A worker has it, or had it when its process ended.
    Processing,
    /// A step of it waits for something.
    Waiting,
    /// It stopped, and a person has to say how it goes on.
    Asking,
    /// All steps ended well.
    Completed,
    /// A step failed.
    Failed,
    /// A person ended it.
    Cancelled,
}

impl TaskState {
    /// Every state there is.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Processing,
        Self::Waiting,
        Self::Asking,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The name in the table and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Waiting => "waiting",
            Self::Asking => "asking",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl task::Model {
    /// The state; a row of a newer version may have one that is not known here.
    pub(crate) fn state(&self) -> Result<TaskState, DbErr> {
        parse_state(&self.state)
    }
}

pub(super) fn parse_state(name: &str) -> Result<TaskState, DbErr> {
    TaskState::parse(name).ok_or_else(|| DbErr::Custom(format!("There is no task state {name:?}.")))
}

/// The states of a step, as its row has them.
pub(crate) mod step_state {
    /// It was begun.
    pub(crate) const PROCESSING: &str = "processing";
    /// It was begun, and waits.
    pub(crate) const WAITING: &str = "waiting";
    /// It ended well.
    pub(crate) const COMPLETED: &str = "completed";
    /// It failed.
    pub(crate) const FAILED: &str = "failed";
    /// It was not for this run.
    pub(crate) const SKIPPED: &str = "skipped";
    /// It was under way when the run was cancelled.
    pub(crate) const CANCELLED: &str = "cancelled";
}

/// A task that is to be run.
#[derive(Clone, Debug)]
pub(crate) struct NewTask {
    pub(crate) id: String,
    /// Canonical reference.
    pub(crate) template_ref: String,
    /// The template's entity as JSON.
    pub(crate) template: String,
    /// The values as JSON.
    pub(crate) parameters: String,
    /// Who starts it, as JSON.
    pub(crate) initiator: String,
    /// Who starts it; empty for a guest.
    pub(crate) created_by: String,
    /// Sealed.
    pub(crate) secrets: Option<Vec<u8>>,
}

/// What a worker has while it has a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The task.
    pub(crate) task: String,
    /// The number of the taking. A higher one means that this lease was lost.
    pub(crate) attempt: i64,
}

/// A task that a worker took.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) lease: Lease,
    /// The row as it is now.
    pub(crate) task: task::Model,
    /// Its state before.
    pub(crate) was: TaskState,
}

/// What kind of event it is, as Backstage's clients know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A line of the log.
    Log,
    /// The task ended.
    Completion,
    /// Somebody cancelled it.
    Cancelled,
    /// It goes on after it had stopped or ended.
    Recovered,
}

impl EventKind {
    /// The name in the table and in streams.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Completion => "completion",
            Self::Cancelled => "cancelled",
            Self::Recovered => "recovered",
        }
    }
}

/// An event that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    /// The step that it is about.
    pub(crate) step: Option<String>,
    /// JSON.
    pub(crate) body: String,
}

/// A step as its template describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepInfo {
    pub(crate) id: String,
    /// Its place among the steps, from 0.
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) action: String,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub(crate) struct StepEnd {
    pub(crate) step: StepInfo,
    /// One of [`step_state`].
    pub(crate) state: &'static str,
    pub(crate) error: Option<String>,
    /// JSON.
    pub(crate) output: String,
    /// Under what its workspace is kept: [`LATEST`](super::LATEST), or that of its branch.
    pub(crate) kind: String,
    /// Under what workspaces are kept that are part of its own by now.
    pub(crate) joined: Vec<String>,
}

/// What a task has beside one step after the other, as its template says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The ids of the steps that undo others.
    pub(crate) compensations: Vec<String>,
    /// The steps with branches.
    pub(crate) groups: Vec<Group>,
}

/// A step with branches.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Its id.
    pub(crate) id: String,
    /// The ids of the steps of each branch, in order.
    pub(crate) branches: Vec<Vec<String>>,
}

/// A workspace as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// Equal hashes mean equal content.
    pub(crate) hash: String,
    /// The archive.
    pub(crate) content: Vec<u8>,
}

/// Where a task stays while no worker has it.
#[derive(Clone, Debug)]
pub(crate) enum Rest {
    /// It goes on as soon as a worker is free, from `due_at`.
    Open { due_at: i64 },
    /// A step waits, to be looked at again at `due_at` or when something arrives.
    Waiting {
        step: String,
        reason: String,
        due_at: Option<i64>,
        /// It undoes another: that somebody wants the task to be cancelled is no news for it.
        is_compensating: bool,
    },
    /// A person has to say how a step goes on.
    Asking {
        step: String,
        reason: String,
        /// As for one that waits.
        is_compensating: bool,
    },
}

/// How a task ended.
#[derive(Clone, Debug)]
pub(crate) struct TaskEnd {
    /// One that has ended.
    pub(crate) state: TaskState,
    /// JSON.
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) failed_step: Option<String>,
    /// What it saved whoever started it, if it completed.
    pub(crate) saved_ms: i64,
}

impl TaskEnd {
    /// An end of which nothing else is to be said.
    pub(crate) const fn new(state: TaskState) -> Self {
        Self { state, output: None, error: None, failed_step: None, saved_ms: 0 }
    }
}

/// Why a worker's write was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The lease was lost.
    #[error("the task was taken by another process, or has ended")]
    Lost,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Lost => Self::conflict("This run was taken up by another process, or has ended."),
            WriteError::Database(error) => error.into(),
        }
    }
}

/// What became of a request to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// The task is cancelled.
    Done,
    /// A worker has it and was told.
    Asked,
    /// It had ended before.
    Ended(TaskState),
}

/// What became of a request to run a task again from the step that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Retried {
    /// It goes on from this step; nothing where no step failed.
    From(Option<String>),
    /// It is in a state that can't be retried.
    Not(TaskState),
    /// What its steps did was undone, or began to be.
    Undone,
    /// Its workspace is not kept any more.
    TooLate,
}

/// What became of a value that arrived for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// It is kept, and the task woken.
    Kept,
    /// There was one before; the first stays.
    Second,
    /// The step, or the task, does not wait for it, or not any more.
    Unasked,
}

/// What a person says about a step that can't be repeated safely.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// It is to be done again.
    Again,
    /// It was done; what later steps see of it, as JSON.
    Done(String),
    /// It was not done, and the run is to deal with that.
    Failed(String),
}

/// What a list of tasks is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// Only of these people; of everybody when empty.
    pub(crate) created_by: Vec<String>,
    /// Only in these states; in all when empty.
    pub(crate) states: Vec<TaskState>,
    /// Only of this template.
    pub(crate) template_ref: Option<String>,
    /// Only these.
    pub(crate) ids: Option<Vec<String>>,
    /// By what, and whether descending; the newest first when empty.
    pub(crate) order: Vec<(OrderBy, bool)>,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
}

/// What tasks can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderBy {
    CreatedAt,
    CreatedBy,
    State,
}
