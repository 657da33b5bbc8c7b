//! One run as a page shows it, and what its buttons do.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::form::{Row, SecretNames};
use model::{EntityLink, EntityRef};
use platform::access::Caller;
use platform::error::Error;
use platform::secret::Secret;
use serde_json::{Map, Value};

use super::log::{LogQuery, RunLog};
use crate::clock;
use crate::service::{Answer, OpenApproval, Refusal, Scaffolder, Task, TaskStep};
use crate::store::{self, TaskState};

/// A run as its page shows it. Moments are RFC 3339.
#[derive(Debug)]
pub struct TaskPage {
    /// A UUID.
    pub id: String,
    /// Its template; nothing once the catalog does not know it.
    pub template: Option<EntityLink>,
    /// What the template was called when the run was started.
    pub title: String,
    /// The person who started it; nothing for a guest.
    pub by: Option<EntityLink>,
    /// When it was started.
    pub created_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How it stands.
    pub state: TaskState,
    /// Whether it is to be cancelled, and has not ended yet.
    pub is_cancelling: bool,
    /// Why it failed.
    pub error: Option<String>,
    /// What it waits for, or asks, and in which step.
    pub waits: Option<(String, String)>,
    /// Its steps in order.
    pub steps: Vec<StepLine>,
    /// What happened.
    pub log: RunLog,
    /// The number of the event up to which the page shows all.
    pub last_event: i64,
    /// What it gave people: `links`, `text` and whatever the template names.
    pub output: Map<String, Value>,
    /// What it asks people to approve.
    pub approvals: Vec<OpenApproval>,
    /// The secrets that its template takes, which are given again when it is retried.
    pub secrets: Vec<String>,
    /// Whether the caller may cancel, retry and answer.
    pub may_change: bool,
    /// What was answered, as the review told it.
    pub answers: Vec<Row>,
    /// The same, as `formData` of the template's form; nothing where that can't be read any more.
    pub form_data: Option<String>,
}

/// A step of a run.
#[derive(Debug)]
pub struct StepLine {
    /// The step.
    pub step: TaskStep,
    /// How long it has taken, in milliseconds; for a step under way, until now.
    pub took: Option<i64>,
}

/// What a person does to a run on its page.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskAct {
    /// End it.
    Cancel,
    /// Let it go on where it failed, with these secrets.
    Retry(BTreeMap<String, Secret<String>>),
    /// Approve or reject what a step waits for.
    Decide {
        /// The step.
        step: String,
        /// Whether it may go on.
        approved: bool,
        /// Why.
        comment: String,
    },
    /// Start the like of it again and again.
    Schedule {
        /// When, as a cron expression.
        cron: String,
        /// In which time zone, if not in UTC.
        time_zone: Option<String>,
    },
    /// Say how it goes on at a step that was interrupted.
    Answer {
        /// The step.
        step: String,
        /// How.
        answer: Answer,
    },
}

impl Scaffolder {
    /// The page of a run, with those lines of its log that are asked for.
    ///
    /// # Errors
    /// There is no such run that the caller may see, or the database failed.
    pub async fn task_page(&self, caller: &Caller, id: &str, log: &LogQuery) -> Result<TaskPage, Error> {
        let row = self.visible(caller, id).await?;
        let may_change = self.may_change(caller, &row);
        let approvals = self.asked(caller, &row).await?;
        // Asked after the row: what is written meanwhile is shown, and told once more by the stream.
        let last_event = row.last_event;
        let log = log.read(self.database(), id).await?;
        let steps = store::steps(self.database(), id).await?;
        let task = Task::read(row)?;
        let steps = TaskStep::of(&task.template, &steps);
        let now = clock::now();
        let took = |step: &TaskStep| {
            let until = step.ended_at.or((step.state == "processing").then_some(now))?;
            Some((until - step.started_at?).max(0))
        };
        let title = task.title().to_owned();
        let secrets = SecretNames::of(&task.template["spec"]).into_inner();
        let values = task.parameters.clone();
        let answers = self.readable(Arc::new(task.template), values).await?;
        Ok(TaskPage {
            title,
            template: self.link(caller, &task.template_ref)?,
            by: task.created_by.as_deref().map(|by| self.link(caller, by)).transpose()?.flatten(),
            created_at: clock::rfc3339(task.created_at),
            ended_at: task.ended_at.map(clock::rfc3339),
            state: task.state,
            is_cancelling: task.is_cancelling,
            error: task.error,
            waits: task.waits.map(|waits| (waits.step, waits.reason)),
            steps: steps.into_iter().map(|step| StepLine { took: took(&step), step }).collect(),
            log,
            last_event,
            output: task.output.and_then(|output| output.as_object().cloned()).unwrap_or_default(),
            approvals,
            secrets,
            may_change,
            answers: answers.rows,
            form_data: answers.form_data,
            id: task.id,
        })
    }

    /// Does what a button of the page asks for.
    ///
    /// # Errors
    /// As for [`Self::cancel`], [`Self::retry`], [`Self::decide`], [`Self::answer`] and [`Self::schedule_again`].
    pub async fn act(&self, caller: &Caller, id: &str, act: TaskAct) -> Result<(), Refusal> {
        match act {
            TaskAct::Cancel => self.cancel(caller, id).await.map(drop)?,
            TaskAct::Retry(secrets) => self.retry(caller, id, secrets).await?,
            TaskAct::Decide { step, approved, comment } => {
                self.decide(caller, id, &step, approved, &comment).await?;
            }
            TaskAct::Schedule { cron, time_zone } => self.schedule_again(caller, id, cron, time_zone).await?,
            TaskAct::Answer { step, answer } => self.answer(caller, id, &step, answer).await?,
        }
        Ok(())
    }

    /// What is shown for a reference; nothing where it is none of an entity.
    pub(super) fn link(&self, caller: &Caller, reference: &str) -> Result<Option<EntityLink>, Error> {
        match EntityRef::parse(reference) {
            Ok(parsed) => Ok(self.inner.catalog.links(caller, &[parsed.to_string()])?.into_iter().next()),
            Err(_) => Ok(None),
        }
    }
}
