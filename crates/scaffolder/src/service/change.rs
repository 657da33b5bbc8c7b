//! Changing what becomes of a run.

use std::sync::Arc;

use platform::access::Caller;
use platform::error::Error;
use serde_json::{Map, Value, json};

use super::answers::Refusal;
use super::{Scaffolder, create, no_task};
use crate::execution::Secrets;
use crate::journal::{completion, line, name_of, told};
use crate::store::{self, Cancelled, EventKind, Group, Plan, Retried, TaskState, Verdict};
use crate::template::{Step, Template};
use crate::worker::{DUE, cancel_name};

/// Longest text that a person says about a step, in characters.
const LONGEST: usize = 4_000;
/// Most bytes of an output that a person gives, as JSON.
const OUTPUT_BYTES: usize = 1024 * 1024;

/// What became of a request to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The run is cancelled.
    Done,
    /// A worker was told, and does so in a moment.
    Asked,
    /// The run had ended before, in this state.
    Ended(TaskState),
}

/// What a person says about a step that was interrupted and can't be repeated safely.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is to be done again.
    Again,
    /// It had its effect; what later steps see as its output.
    Done(Map<String, Value>),
    /// It had none, or only a part: the run is to deal with that as with any failure. Why, in words.
    Failed(String),
}

impl Scaffolder {
    /// Cancels a run.
    ///
    /// # Errors
    /// There is no such run that the caller may see, it is somebody else's, or the database failed.
    pub async fn cancel(&self, caller: &Caller, id: &str) -> Result<CancelOutcome, Error> {
        let row = self.changeable(caller, id).await?;
        let entity: Value = serde_json::from_str(&row.template).map_err(Error::internal)?;
        let compensations = plan(&entity).compensations;
        let message = format!("Cancelled by {}.", caller.subject());
        let asked = told(EventKind::Cancelled, None, &message, json!({}));
        let ended = completion(TaskState::Cancelled, None, None);
        let cancelled =
            store::cancel(self.database(), id, &compensations, asked, ended).await?.ok_or_else(no_task)?;
        self.tell(id);
        Ok(match cancelled {
            Cancelled::Done => CancelOutcome::Done,
            Cancelled::Asked => {
                self.inner.tools.feed.publish_name(&cancel_name(id));
                self.inner.tools.feed.publish_name(DUE);
                CancelOutcome::Asked
            }
            Cancelled::Ended(state) => CancelOutcome::Ended(state),
        })
    }

    /// Has a run that failed or was cancelled go on at the step where that happened, with the template as it was. Its secrets
    /// are gone, so they are given again.
    ///
    /// # Errors
    /// There is no such run that the caller may see, it is somebody else's, it is in another state, what it did was undone,
    /// its files are not kept any more, secrets do not fit, or the database failed.
    pub async fn retry(&self, caller: &Caller, id: &str, secrets: Secrets) -> Result<(), Refusal> {
        self.may_start(caller)?;
        let row = self.changeable(caller, id).await?;
        let entity: Value = serde_json::from_str(&row.template).map_err(Error::internal)?;
        let plan = plan(&entity);
        let values = serde_json::from_str(&row.parameters).map_err(Error::internal)?;
        create::limited(&secrets)?;
        self.fitting(&entity, values, &secrets).await?;
        let sealed = self.sealed(id, secrets)?;
        let by = caller.subject();
        let event = |from: Option<&str>| {
            let from_step = from.map(|step| format!(" from the step {step}")).unwrap_or_default();
            let message = format!("Run again{from_step} by {by}.");
            told(EventKind::Recovered, from, &message, json!({ "recoverStrategy": "retry" }))
        };
        let conflict = |message: String| Refusal::Error(Error::conflict(message));
        match store::retry(self.database(), id, &plan, sealed, event).await?.ok_or_else(no_task)? {
            Retried::From(_) => {
                self.tell(id);
                self.inner.tools.feed.publish_name(DUE);
                Ok(())
            }
            Retried::Not(TaskState::Completed) => {
                Err(conflict("This run is completed. Start it anew to have it done once more.".to_owned()))
            }
            Retried::Not(state) => Err(conflict(format!(
                "This run is {}; only one that failed or was cancelled can be retried.",
                state.name()
            ))),
            Retried::Undone => Err(conflict(
                "What this run did was undone, so it can't go on where it ended. Start another run with the same answers."
                    .to_owned(),
            )),
            Retried::TooLate => {
                Err(conflict("The files of this run are not kept any more. Start it anew.".to_owned()))
            }
        }
    }

    /// Says how a run goes on that asks about a step.
    ///
    /// # Errors
    /// There is no such run that the caller may see, it is somebody else's, it does not ask about this step, the answer is
    /// too long, or the database failed.
    pub async fn answer(&self, caller: &Caller, id: &str, step: &str, answer: Answer) -> Result<(), Error> {
        self.changeable(caller, id).await?;
        let by = caller.subject();
        let (verdict, message) = match answer {
            Answer::Again => (Verdict::Again, format!("{by} had the step done again.")),
            Answer::Done(output) => {
                let output = Value::Object(output).to_string();
                if output.len() > OUTPUT_BYTES {
                    return Err(Error::payload_too_large(format!(
                        "An output has at most {OUTPUT_BYTES} bytes."
                    )));
                }
                (Verdict::Done(output), format!("{by} said that the step is done."))
            }
            Answer::Failed(why) => {
                let why = limited(&why)?;
                let why =
                    if why.is_empty() { "It was interrupted, and had no effect.".to_owned() } else { why };
                let message = format!("{by} said that the step failed: {why}");
                (Verdict::Failed(why), message)
            }
        };
        match store::answer(self.database(), id, step, verdict, line(Some(step), &message))
            .await?
            .ok_or_else(no_task)?
        {
            Ok(()) => {
                self.tell(id);
                self.inner.tools.feed.publish_name(DUE);
                Ok(())
            }
            Err(state) => Err(Error::conflict(format!(
                "This run is {} and does not ask about the step {step:?}. Somebody may have answered already.",
                state.name()
            ))),
        }
    }

    /// Wakes whoever follows a run.
    pub(super) fn tell(&self, id: &str) {
        self.inner.tools.feed.publish_name(&name_of(id));
    }
}

/// What a template's entity has beside one step after the other.
fn plan(entity: &Value) -> Plan {
    let Some(template) = Template::read(entity).0 else { return Plan::default() };
    let ids = |steps: &[Arc<Step>]| steps.iter().map(|step| step.id.clone()).collect();
    let groups = template.steps.iter().filter(|step| !step.branches.is_empty());
    let groups = groups.map(|step| Group {
        id: step.id.clone(),
        branches: step.branches.iter().map(|branch| ids(&branch.steps)).collect(),
    });
    Plan {
        compensations: template.compensations().map(|step| step.id.clone()).collect(),
        groups: groups.collect(),
    }
}

/// What a person wrote, without spaces around it.
pub(super) fn limited(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Error::input(format!("A comment has at most {LONGEST} characters.")));
    }
    Ok(text.to_owned())
}
