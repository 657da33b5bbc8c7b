//! Running the steps of a template, one after the other.
//!
//! A [`Run`] says what is run and with which values; a [`Journal`] remembers what happened, so that the same run can be
//! executed again after a crash and goes on behind the last step that ended. What a run looks like to people is nothing of
//! this module.

mod compensate;
mod compute;
mod context;
mod example;
mod fork;
mod journal;
mod mask;
mod output;
mod perform;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::Secret;
use platform::error::Error;
use serde_json::{Map, Value};

use self::compute::{Decision, Item};
use self::context::Context;
pub(crate) use self::example::example;
pub use self::journal::{Ended, Journal, Outcome, StepState};
pub use self::mask::Mask;
pub(crate) use self::mask::UNRESERVED;
use self::perform::Performed;
use crate::action::{ANSWERED, Base, Found, Initiator, Registered, Registry, Repeat};
use crate::expression::Failures;
use crate::template::{Step, Template};
use crate::workspace::Workspace;

/// Secrets by their names.
pub type Secrets = BTreeMap<String, Secret<String>>;

/// What is run.
#[derive(Debug)]
pub struct Run<'a> {
    /// The template, without errors.
    pub template: &'a Template,
    /// The actions that there are.
    pub registry: &'a Registry,
    /// The answers to its form.
    pub parameters: Map<String, Value>,
    /// Its secrets.
    pub secrets: Secrets,
    /// What every run of this portal may use.
    pub environment: Environment,
    /// Who started it.
    pub initiator: Initiator,
    /// Where the template's own file is.
    pub base: Base,
    /// Its folder.
    pub workspace: Workspace,
    /// Nothing outside of the workspace is to be changed.
    pub dry_run: bool,
    /// How it is run.
    pub options: Options,
}

/// `scaffolder.defaultEnvironment`: what every run may use as `environment`.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Values for all expressions.
    pub parameters: Map<String, Value>,
    /// Secrets for the input of steps.
    pub secrets: Secrets,
}

impl Environment {
    /// The same for what is only tried out: what a draft makes is shown to its author, so it gets something else in the place of
    /// each secret.
    #[must_use]
    pub fn with_stand_ins(mut self) -> Self {
        for secret in self.secrets.values_mut() {
            *secret = STAND_IN.to_owned().into();
        }
        self
    }
}

/// What stands for a secret of the portal in what is only tried out.
const STAND_IN: &str = "not-the-secret";

/// How a run is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What becomes of expressions that fail.
    pub failures: Failures,
    /// How long a step may take.
    pub step_time: Duration,
    /// Most bytes of the output of a step, and of the run, as JSON.
    pub output_bytes: usize,
    /// Most bytes of the outputs of all steps together.
    pub all_output_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            failures: Failures::default(),
            step_time: Duration::from_secs(60 * 60),
            output_bytes: 1024 * 1024,
            all_output_bytes: 16 * 1024 * 1024,
        }
    }
}

/// Runs what of a run has not ended yet, until all steps ended, or one waits, or it is stopped.
///
/// # Errors
/// The journal could not write. Nothing can be said about the run then; whoever has it goes on from what was written.
pub async fn execute(run: &Run<'_>, journal: &dyn Journal) -> Result<Outcome, Error> {
    let all = run.secrets.values().chain(run.environment.secrets.values());
    all.for_each(|secret| journal.mask().add(secret.expose()));
    let mut progress = Progress {
        run,
        journal,
        context: Arc::new(Context::new(run, journal.run())),
        workspace: run.workspace.clone(),
        failure: None,
        given: Arc::default(),
        completed: Vec::new(),
    };
    match progress.steps().await? {
        outcome @ (Outcome::Failed { .. } | Outcome::Cancelled) => progress.compensate(outcome).await,
        outcome @ Outcome::Completed(_) if run.dry_run => progress.rehearse(outcome).await,
        outcome => Ok(outcome),
    }
}

/// How far a run is.
struct Progress<'a> {
    run: &'a Run<'a>,
    journal: &'a dyn Journal,
    context: Arc<Context>,
    /// The files of its steps: those of the run, or of one branch.
    workspace: Workspace,
    /// The first step that failed, and why.
    failure: Option<(String, String)>,
    /// Bytes of the outputs so far, of all branches together.
    given: Arc<AtomicUsize>,
    /// Steps whose action was done, in order.
    completed: Vec<Arc<Step>>,
}

impl Progress<'_> {
    /// Runs all steps.
    async fn steps(&mut self) -> Result<Outcome, Error> {
        for step in &self.run.template.steps {
            let put_away =
                if step.branches.is_empty() { self.step(step).await? } else { self.fork(step).await? };
            if let Some(outcome) = put_away {
                return Ok(outcome);
            }
        }
        match self.failure.clone() {
            Some((step, error)) => Ok(Outcome::Failed { step: Some(step), error }),
            None => self.output().await,
        }
    }

    /// Runs a step; the outcome of the run if it ends here or is put away.
    async fn step(&mut self, step: &Arc<Step>) -> Result<Option<Outcome>, Error> {
        if let Some(ended) = self.journal.ended(&step.id) {
            return Ok(self.replay(step, ended).await);
        }
        if self.journal.stopped().is_cancelled() {
            return self.stopped(step).await;
        }
        let found = self.run.registry.find(&step.action);
        let decision = self.decide(step).await;
        self.hide(&decision);
        if let (Ok(Decision::Run(items)), Found::Runs(registered)) = (&decision, &found)
            && self.journal.interrupted(&step.id)
            && self.may_repeat_itself(step, registered, items).await?
        {
            return Ok(Some(Outcome::Asking { step: step.id.clone() }));
        }
        self.journal.begin(&step.id).await?;
        let is_wanted = matches!(decision, Ok(Decision::Run(_)));
        let performed = match decision {
            Err(error) => Performed::Ended(failed(error)),
            Ok(Decision::Skip(why)) => {
                self.journal.log(Some(&step.id), &why).await?;
                Performed::Ended(skipped(Map::new()))
            }
            Ok(Decision::Run(items)) => self.perform(step, &found, items).await?,
        };
        let ended = match performed {
            Performed::Ended(ended) => ended,
            Performed::Waits(wait) => return Ok(Some(Outcome::Waiting { step: step.id.clone(), wait })),
            Performed::Stopped if self.journal.cancelled() => cancelled(),
            Performed::Stopped => match self.journal.expired() {
                Some(why) => failed(why),
                None => return Ok(Some(Outcome::Stopped)),
            },
        };
        self.hide_given(step, &ended);
        let ended = Ended { error: ended.error.map(|error| self.journal.mask().text(&error)), ..ended };
        self.journal.end(&step.id, ended.clone(), &self.workspace).await?;
        if is_wanted && ended.state == StepState::Skipped {
            // A dry run passed it over, and undoes it in the same way.
            self.completed.push(Arc::clone(step));
        }
        Ok(self.absorb(step, ended))
    }

    /// Goes on from a step that ended in an earlier attempt.
    async fn replay(&mut self, step: &Arc<Step>, ended: Ended) -> Option<Outcome> {
        // What it made of secrets is hidden in this attempt too: later steps read it in its output.
        if ended.state == StepState::Completed && self.context.has_secrets() {
            self.hide(&self.decide(step).await);
        }
        self.hide_given(step, &ended);
        self.absorb(step, ended)
    }

    /// Whether a call that was interrupted could have an effect a second time: it can't be repeated, and kept no answer.
    async fn may_repeat_itself(
        &self,
        step: &Step,
        registered: &Registered,
        items: &[Item],
    ) -> Result<bool, Error> {
        for item in items {
            if registered.action.repeat(&item.input) == Repeat::Ask {
                let answered = self.journal.kept(&item.name(&step.id), ANSWERED).await?;
                if answered.is_none_or(|answered| answered.is_null()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Goes on from how a step ended.
    fn absorb(&mut self, step: &Arc<Step>, ended: Ended) -> Option<Outcome> {
        self.given.fetch_add(bytes(&ended.output), Ordering::Relaxed);
        match ended.state {
            StepState::Completed => {
                Arc::make_mut(&mut self.context).ended(&step.id, ended.output);
                self.completed.push(Arc::clone(step));
            }
            // What a dry run passed over has an output all the same.
            StepState::Skipped if self.run.dry_run || !ended.output.is_empty() => {
                Arc::make_mut(&mut self.context).ended(&step.id, ended.output);
            }
            StepState::Skipped => {}
            StepState::Failed => {
                let error = ended.error.unwrap_or_default();
                self.failure.get_or_insert_with(|| (step.id.clone(), error));
            }
            StepState::Cancelled => return Some(Outcome::Cancelled),
        }
        None
    }

    fn hide(&self, decision: &Result<Decision, String>) {
        if let Ok(Decision::Run(items)) = decision {
            items.iter().flat_map(|item| &item.hidden).for_each(|text| self.journal.mask().add(text));
        }
    }

    /// Hides the secrets that a step gave; with `each`, it gave lists of them.
    fn hide_given(&self, step: &Step, ended: &Ended) {
        let Found::Runs(registered) = self.run.registry.find(&step.action) else { return };
        // What a dry run makes up is no secret.
        if ended.state != StepState::Completed {
            return;
        }
        let given = registered.action.secrets().iter().filter_map(|name| ended.output.get(*name));
        let texts =
            given.flat_map(|given| given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice));
        texts.filter_map(Value::as_str).for_each(|text| self.journal.mask().add(text));
    }

    /// What becomes of a run that is to stop before a step.
    async fn stopped(&mut self, step: &Arc<Step>) -> Result<Option<Outcome>, Error> {
        if self.journal.cancelled() {
            if self.journal.begun(&step.id) {
                self.journal.end(&step.id, cancelled(), &self.workspace).await?;
            }
            return Ok(Some(Outcome::Cancelled));
        }
        let Some(why) = self.journal.expired() else { return Ok(Some(Outcome::Stopped)) };
        if let Some((step, error)) = self.failure.clone() {
            return Ok(Some(Outcome::Failed { step: Some(step), error }));
        }
        // Written down, so that a run which is taken up again does not go on with it.
        let ended = failed(why);
        self.journal.end(&step.id, ended.clone(), &self.workspace).await?;
        Ok(self.absorb(step, ended))
    }
}

/// How long an output is as JSON.
fn bytes(output: &Map<String, Value>) -> usize {
    serde_json::to_vec(output).map_or(usize::MAX, |bytes| bytes.len())
}

fn failed(error: impl Into<String>) -> Ended {
    Ended { state: StepState::Failed, output: Map::new(), error: Some(error.into()) }
}

fn skipped(output: Map<String, Value>) -> Ended {
    Ended { state: StepState::Skipped, output, error: None }
}

fn cancelled() -> Ended {
    Ended { state: StepState::Cancelled, output: Map::new(), error: None }
}
