//! What outlives a crash of a run.

use futures::future::BoxFuture;
use platform::error::Error;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::Mask;
use crate::workspace::Workspace;

/// Where a run is written down while it happens: rows of the database, or the memory of a dry run.
///
/// What was written before a crash is there when the run is taken up again. A method fails when it could not write, and
/// when another process has the run by now; then the run stops at once, without a further word to this journal.
pub trait Journal: Send + Sync {
    /// The id of the run, as `context.task.id` shows it to a template.
    fn run(&self) -> &str;

    /// How a step ended in an earlier attempt, if it did.
    fn ended(&self, step: &str) -> Option<Ended>;

    /// Whether a step was begun in an earlier attempt, and neither ended nor waits ([`Outcome::Waiting`]). Once a person
    /// said that it is to be done again, it no longer counts as interrupted.
    fn interrupted(&self, step: &str) -> bool;

    /// Whether a step was begun in an earlier attempt and has not ended: it was interrupted, or waits.
    fn begun(&self, step: &str) -> bool;

    /// A step begins.
    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// A step ended. The workspace, which is that of its branch where it has one, is kept as it is now, together with how the step ended, or neither is.
    fn end<'a>(
        &'a self,
        step: &'a str,
        ended: Ended,
        workspace: &'a Workspace,
    ) -> BoxFuture<'a, Result<(), Error>>;

    /// A step of a branch waits, or its group does; other branches may go on.
    fn pause<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// The files of a branch, by its place in its group, as they were kept with its last step that ended; nothing where
    /// none did.
    fn branch<'a>(&'a self, group: &'a str, place: usize) -> BoxFuture<'a, Result<Option<Vec<u8>>, Error>>;

    /// What hides the secrets of the run, from the first line on. Steps add to it what they made of secrets.
    fn mask(&self) -> &Mask;

    /// A line of the log, of a step or of the run. The journal hides secrets in it by [`Self::mask`].
    fn log<'a>(&'a self, step: Option<&'a str>, message: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// What a step kept under a name: by [`Self::keep`], or by a person or another program that answered it.
    fn kept<'a>(&'a self, step: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Value>, Error>>;

    /// Keeps a value of a step, for its next attempt. Names are the action's own.
    fn keep<'a>(&'a self, step: &'a str, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), Error>>;

    /// Told when the run is to stop: it was cancelled, the process ends, or another process has it.
    fn stopped(&self) -> &CancellationToken;

    /// Told when what undoes steps is to stop as well: the process ends, or another process has the run. Then
    /// [`Self::stopped`] is told too.
    fn halted(&self) -> &CancellationToken;

    /// Whether it stops because a person cancelled it.
    fn cancelled(&self) -> bool;

    /// Why it stops, if that is because it took too long and what it did is to be undone.
    fn expired(&self) -> Option<String> {
        None
    }
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// In which state.
    pub state: StepState,
    /// What later steps see as `steps.<id>.output`.
    pub output: Map<String, Value>,
    /// Why it failed.
    pub error: Option<String>,
}

/// The state of a step that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Its action was done.
    Completed,
    /// Its action failed, or its input could not be computed.
    Failed,
    /// Its `if` said no, or a step before it failed.
    Skipped,
    /// The run was cancelled while it ran.
    Cancelled,
}

/// How an execution ended, or why it is put away.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All steps ended, none failed; what `spec.output` makes of them.
    Completed(Map<String, Value>),
    /// A step failed; the first error is the run's.
    Failed {
        /// The step, unless something outside of steps failed.
        step: Option<String>,
        /// What happened, for the person who started the run.
        error: String,
    },
    /// It was cancelled.
    Cancelled,
    /// A step waits; the run goes on later from that step.
    Waiting {
        /// The step.
        step: String,
        /// What for, and when to look again.
        wait: crate::action::Wait,
    },
    /// A step was interrupted, and can't be repeated safely: a person has to say whether it is to be done again.
    Asking {
        /// The step.
        step: String,
    },
    /// [`Journal::stopped`] while the run was not cancelled: nothing ended, another attempt takes it up.
    Stopped,
}
