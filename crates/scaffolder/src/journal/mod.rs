//! The [`Journal`] of a run on the database: each word of it is one transaction, which fails when the lease was lost.

mod events;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use platform::database::Database;
use platform::error::{Error, Result};
use platform::feed::Feed;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

pub(crate) use self::events::{completion, cut, line, name_of, status_line, told};
use crate::execution::{Ended, Journal, Mask, StepState};
use crate::store::{self, Lease, Snapshot, StepEnd, StepInfo, StepRow, WriteError, step_state};
use crate::template::Template;
use crate::workspace::{Workspace, WorkspaceError};

/// Events of one task behind which lines of the log are left out. What happens to its steps is told all the same.
const MOST_EVENTS: i64 = 20_000;
/// Longest value that a step may keep, in bytes of JSON.
const LONGEST_KEPT: usize = 1024 * 1024;

/// A run while this process has it.
pub(crate) struct TaskJournal {
    database: Database,
    feed: Feed,
    lease: Lease,
    steps: HashMap<String, StepInfo>,
    /// What was written of steps before this process took the run.
    before: HashMap<String, StepRow>,
    mask: Mask,
    /// The hash of the workspace as it is kept.
    kept: Mutex<Option<String>>,
    /// How many events there are, give or take those of others.
    events: AtomicI64,
    stopped: CancellationToken,
    is_cancelled: AtomicBool,
    is_lost: AtomicBool,
    is_draining: AtomicBool,
}

/// What a journal is opened with.
pub(crate) struct Opening<'a> {
    /// The run.
    pub(crate) lease: Lease,
    /// What it does.
    pub(crate) template: &'a Template,
    /// What was written of its steps.
    pub(crate) before: Vec<StepRow>,
    /// The hash of its workspace as it is kept.
    pub(crate) workspace: Option<String>,
    /// The number of its last event.
    pub(crate) events: i64,
    /// What hides its secrets.
    pub(crate) mask: Mask,
    /// Whether it is to be cancelled already.
    pub(crate) is_cancelling: bool,
    /// Told when it is to stop.
    pub(crate) stopped: CancellationToken,
}

impl TaskJournal {
    pub(crate) fn new(database: Database, feed: Feed, opening: Opening<'_>) -> Self {
        let journal = Self {
            database,
            feed,
            lease: opening.lease,
            steps: step_infos(opening.template),
            before: opening.before.into_iter().map(|row| (row.id.clone(), row)).collect(),
            mask: opening.mask,
            kept: Mutex::new(opening.workspace),
            events: AtomicI64::new(opening.events),
            stopped: opening.stopped,
            is_cancelled: AtomicBool::new(false),
            is_lost: AtomicBool::new(false),
            is_draining: AtomicBool::new(false),
        };
        if opening.is_cancelling {
            journal.cancel();
        }
        journal
    }

    /// A person wants the run to be cancelled.
    pub(crate) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        self.stopped.cancel();
    }

    /// The run is to stop behind the step that is under way, and may go on later.
    pub(crate) fn drain(&self) {
        self.is_draining.store(true, Ordering::SeqCst);
    }

    /// The run has to stop, and may go on later.
    pub(crate) fn stop(&self) {
        self.stopped.cancel();
    }

    /// Another process has the run.
    pub(crate) fn lose(&self) {
        self.is_lost.store(true, Ordering::SeqCst);
        self.stopped.cancel();
    }

    /// Whether another process has the run, so that nothing may be written of it any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::SeqCst)
    }

    /// What became of a write: who follows the run is told, and so is the run if it is to stop.
    fn written(&self, outcome: Result<bool, WriteError>, events: i64) -> Result<()> {
        match outcome {
            Ok(is_cancelling) => {
                if events > 0 {
                    self.events.fetch_add(events, Ordering::Relaxed);
                    self.feed.publish_name(&name_of(&self.lease.task));
                }
                if is_cancelling && !self.is_cancelled.load(Ordering::SeqCst) {
                    self.cancel();
                }
                Ok(())
            }
            Err(error) => {
                if matches!(error, WriteError::Lost) {
                    self.lose();
                }
                Err(error.into())
            }
        }
    }

    /// The step as the template describes it.
    fn info(&self, step: &str) -> StepInfo {
        self.steps.get(step).cloned().unwrap_or_else(|| StepInfo {
            id: step.to_owned(),
            number: i64::try_from(self.steps.len()).unwrap_or(i64::MAX),
            name: step.to_owned(),
            action: String::new(),
        })
    }

    /// The workspace as it is now, unless that is how it is kept.
    async fn snapshot(&self, workspace: &Workspace) -> Result<Option<Snapshot>> {
        let content = workspace.blocking(Workspace::pack).await.map_err(unkept)?;
        let hash: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        let is_kept = self.kept.lock().as_ref() == Some(&hash);
        Ok((!is_kept).then_some(Snapshot { hash, content }))
    }

    async fn end_step(&self, step: &str, ended: Ended, workspace: &Workspace) -> Result<()> {
        let snapshot = self.snapshot(workspace).await?;
        let hash = snapshot.as_ref().map(|snapshot| snapshot.hash.clone());
        let error = ended.error.map(|error| cut(&self.mask.text(&error)).to_owned());
        let step = self.info(step);
        let event = status_line(&step, state_name(ended.state), error.as_deref());
        let output = Value::Object(ended.output).to_string();
        let end = StepEnd { step, state: state_name(ended.state), error, output };
        let outcome = store::end_step(&self.database, &self.lease, end, snapshot, event).await;
        let is_written = outcome.is_ok();
        self.written(outcome, 1)?;
        if let (true, Some(hash)) = (is_written, hash) {
            *self.kept.lock() = Some(hash);
        }
        if self.is_draining.load(Ordering::SeqCst) {
            self.stop();
        }
        Ok(())
    }

    async fn tell(&self, step: Option<&str>, message: &str) -> Result<()> {
        let message = self.mask.text(message);
        let event = match MOST_EVENTS - self.events.load(Ordering::Relaxed) {
            more if more > 1 => line(step, &message),
            1 => line(None, "The log of this run is full: further lines of its steps are left out."),
            _ => return Ok(()),
        };
        self.written(store::tell(&self.database, &self.lease, &[event]).await, 1)
    }
}

impl Journal for TaskJournal {
    fn run(&self) -> &str {
        &self.lease.task
    }

    fn ended(&self, step: &str) -> Option<Ended> {
        let row = self.before.get(step)?;
        let state = match row.state.as_str() {
            step_state::COMPLETED => StepState::Completed,
            step_state::FAILED => StepState::Failed,
            step_state::SKIPPED => StepState::Skipped,
            step_state::CANCELLED => StepState::Cancelled,
            _ => return None,
        };
        let output =
            row.output.as_deref().and_then(|output| serde_json::from_str::<Map<String, Value>>(output).ok());
        Some(Ended { state, output: output.unwrap_or_default(), error: row.error.clone() })
    }

    fn interrupted(&self, step: &str) -> bool {
        // One that waited was put away in order.
        self.before.get(step).is_some_and(|row| row.state == step_state::PROCESSING)
    }

    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<()>> {
        async move {
            if self.is_draining.load(Ordering::SeqCst) {
                // The step is not done, and so not begun: one that can't be repeated would be asked about.
                self.stop();
                return Ok(());
            }
            // A step that waited is only looked at again, which nobody wants to read each time.
            let waited = self.before.get(step).is_some_and(|row| row.state == step_state::WAITING);
            let step = self.info(step);
            let event = (!waited).then(|| status_line(&step, step_state::PROCESSING, None));
            let count = i64::from(event.is_some());
            let event = event.as_slice();
            self.written(store::begin_step(&self.database, &self.lease, &step, event).await, count)
        }
        .boxed()
    }

    fn end<'a>(&'a self, step: &'a str, ended: Ended, workspace: &'a Workspace) -> BoxFuture<'a, Result<()>> {
        self.end_step(step, ended, workspace).boxed()
    }

    fn mask(&self) -> &Mask {
        &self.mask
    }

    fn log<'a>(&'a self, step: Option<&'a str>, message: &'a str) -> BoxFuture<'a, Result<()>> {
        self.tell(step, message).boxed()
    }

    fn kept<'a>(&'a self, step: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Value>>> {
        async move {
            let kept = store::kept(&self.database, &self.lease.task, step, name).await?;
            kept.map(|kept| serde_json::from_str(&kept)).transpose().map_err(Error::internal)
        }
        .boxed()
    }

    fn keep<'a>(&'a self, step: &'a str, name: &'a str, value: Value) -> BoxFuture<'a, Result<()>> {
        async move {
            let value = value.to_string();
            if value.len() > LONGEST_KEPT {
                return Err(Error::payload_too_large(format!(
                    "The step {step} wants to keep {} bytes under {name:?}; at most {LONGEST_KEPT} are kept.",
                    value.len()
                )));
            }
            self.written(store::keep(&self.database, &self.lease, step, name, value).await, 0)
        }
        .boxed()
    }

    fn stopped(&self) -> &CancellationToken {
        &self.stopped
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }
}

/// The steps of a template by id.
fn step_infos(template: &Template) -> HashMap<String, StepInfo> {
    let info = |(number, step): (i64, &std::sync::Arc<crate::template::Step>)| {
        let (id, name, action) = (step.id.clone(), step.name.clone(), step.action.clone());
        (id.clone(), StepInfo { id, number, name, action })
    };
    (0..).zip(&template.steps).map(info).collect()
}

const fn state_name(state: StepState) -> &'static str {
    match state {
        StepState::Completed => step_state::COMPLETED,
        StepState::Failed => step_state::FAILED,
        StepState::Skipped => step_state::SKIPPED,
        StepState::Cancelled => step_state::CANCELLED,
    }
}

/// What a workspace can't be kept for is the run's fault, unless the disk is to blame.
fn unkept(error: WorkspaceError) -> Error {
    match error {
        WorkspaceError::Io { .. } => Error::internal(error),
        error => Error::input(format!("The files of this run can't be kept: {error}")),
    }
}
