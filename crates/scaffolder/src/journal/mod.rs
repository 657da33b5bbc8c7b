//! The [`Journal`] of a run on the database: each word of it is one transaction, which fails when the lease was lost.

mod events;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
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
use crate::store::{self, LATEST, Lease, Snapshot, StepEnd, StepInfo, StepRow, WriteError, step_state};
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
    /// The hashes of the workspace, and of those of branches, as they are kept.
    kept: Mutex<HashMap<String, String>>,
    /// Under what the workspaces of steps in branches are kept, by the id of the step.
    branches: HashMap<String, String>,
    /// The steps with branches, and how many each has.
    groups: HashMap<String, usize>,
    /// Steps that this process does at the moment; there are several where there are branches.
    under_way: Mutex<HashSet<String>>,
    /// How many events there are, give or take those of others.
    events: AtomicI64,
    /// The steps that undo others.
    compensations: HashSet<String>,
    stopped: CancellationToken,
    /// Told when what undoes steps is to stop as well.
    halted: CancellationToken,
    /// Why the run took too long.
    expired: OnceLock<String>,
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
        let groups = opening.template.steps.iter().filter(|step| !step.branches.is_empty());
        let journal = Self {
            database,
            feed,
            lease: opening.lease,
            steps: step_infos(opening.template),
            before: opening.before.into_iter().map(|row| (row.id.clone(), row)).collect(),
            mask: opening.mask,
            kept: Mutex::new(opening.workspace.map(|hash| (LATEST.to_owned(), hash)).into_iter().collect()),
            branches: branches(opening.template),
            groups: groups.map(|step| (step.id.clone(), step.branches.len())).collect(),
            under_way: Mutex::default(),
            events: AtomicI64::new(opening.events),
            compensations: opening.template.compensations().map(|step| step.id.clone()).collect(),
            stopped: opening.stopped,
            halted: CancellationToken::new(),
            expired: OnceLock::new(),
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
        self.halted.cancel();
    }

    /// The run took too long, and what it did is to be undone.
    pub(crate) fn expire(&self, why: String) {
        let _the_first_counts = self.expired.set(why);
        self.stopped.cancel();
    }

    /// Whether steps of the run can be undone.
    pub(crate) fn compensates(&self) -> bool {
        !self.compensations.is_empty()
    }

    /// Whether a step is one that undoes another.
    pub(crate) fn is_compensation(&self, step: &str) -> bool {
        self.compensations.contains(step)
    }

    /// Another process has the run.
    pub(crate) fn lose(&self) {
        self.is_lost.store(true, Ordering::SeqCst);
        self.stop();
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
    async fn snapshot(&self, kind: &str, workspace: &Workspace) -> Result<Option<Snapshot>> {
        let content = workspace.blocking(Workspace::pack).await.map_err(unkept)?;
        let hash: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        let is_kept = self.kept.lock().get(kind) == Some(&hash);
        Ok((!is_kept).then_some(Snapshot { hash, content }))
    }

    async fn end_step(&self, step: &str, ended: Ended, workspace: &Workspace) -> Result<()> {
        let kind = self.branches.get(step).map_or(LATEST, String::as_str);
        // A step that was cancelled did half of what it does: a retry begins with what was there before it.
        let snapshot = match ended.state {
            StepState::Cancelled => None,
            _ => self.snapshot(kind, workspace).await?,
        };
        let hash = snapshot.as_ref().map(|snapshot| snapshot.hash.clone());
        let error = ended.error.map(|error| cut(&self.mask.text(&error)).to_owned());
        let joined = match (self.groups.get(step), ended.state) {
            (Some(places), StepState::Completed) => {
                (0..*places).map(|place| store::branch_kind(step, place)).collect()
            }
            _ => Vec::new(),
        };
        let (id, step) = (step, self.info(step));
        let event = status_line(&step, state_name(ended.state), error.as_deref());
        let output = Value::Object(ended.output).to_string();
        let end =
            StepEnd { step, state: state_name(ended.state), error, output, kind: kind.to_owned(), joined };
        let outcome = store::end_step(&self.database, &self.lease, end, snapshot, event).await;
        let is_written = outcome.is_ok();
        self.written(outcome, 1)?;
        if let (true, Some(hash)) = (is_written, hash) {
            self.kept.lock().insert(kind.to_owned(), hash);
        }
        self.put_down(id);
        Ok(())
    }

    /// A step is not under way any more. Behind the last one the run stops, if it is to.
    fn put_down(&self, step: &str) {
        let mut under_way = self.under_way.lock();
        under_way.remove(step);
        if under_way.is_empty() && self.is_draining.load(Ordering::SeqCst) {
            self.stop();
        }
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

    fn begun(&self, step: &str) -> bool {
        let begun =
            |row: &StepRow| matches!(row.state.as_str(), step_state::PROCESSING | step_state::WAITING);
        self.before.get(step).is_some_and(begun)
    }

    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<()>> {
        async move {
            if self.is_draining.load(Ordering::SeqCst) {
                // The step is not done, and so not begun: one that can't be repeated would be asked about.
                if self.under_way.lock().is_empty() {
                    self.stop();
                }
                // Other branches end what they do first.
                self.stopped.cancelled().await;
                return Ok(());
            }
            if !self.groups.contains_key(step) {
                self.under_way.lock().insert(step.to_owned());
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

    fn pause<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<()>> {
        async move {
            self.written(store::pause_step(&self.database, &self.lease, step).await, 0)?;
            self.put_down(step);
            Ok(())
        }
        .boxed()
    }

    fn branch<'a>(&'a self, group: &'a str, place: usize) -> BoxFuture<'a, Result<Option<Vec<u8>>>> {
        async move {
            let kind = store::branch_kind(group, place);
            let kept = store::workspace_of(&self.database, &self.lease.task, &kind).await?;
            Ok(kept.map(|(hash, content)| {
                self.kept.lock().insert(kind, hash);
                content
            }))
        }
        .boxed()
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

    fn halted(&self) -> &CancellationToken {
        &self.halted
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }

    fn expired(&self) -> Option<String> {
        self.expired.get().cloned()
    }
}

/// Under what the workspaces of steps in branches are kept.
fn branches(template: &Template) -> HashMap<String, String> {
    let kind = |id: &String| {
        let (group, place) = template.branch_of(id)?;
        Some((id.clone(), store::branch_kind(&group.id, place)))
    };
    template.in_order().filter_map(|step| kind(&step.id)).collect()
}

/// The steps of a template by id.
fn step_infos(template: &Template) -> HashMap<String, StepInfo> {
    let info = |(number, step): (i64, &std::sync::Arc<crate::template::Step>)| {
        let (id, name, action) = (step.id.clone(), step.name.clone(), step.action.clone());
        (id.clone(), StepInfo { id, number, name, action })
    };
    (0..).zip(template.all_steps()).map(info).collect()
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
