//! Undoing what steps did, once the run comes to nothing.

use std::sync::Arc;

use futures::future::BoxFuture;
use platform::error::Error;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::compute::Decision;
use super::{Ended, Journal, Mask, Outcome, Progress};
use crate::template::Step;
use crate::workspace::Workspace;

impl Progress<'_> {
    /// Runs the compensations of the steps that completed, the last one first. One that fails does not stop the others, and
    /// the run ends as it would have ended without them.
    pub(super) async fn compensate(self, outcome: Outcome) -> Result<Outcome, Error> {
        let undo = self.undo();
        let Some(first) = undo.first() else { return Ok(outcome) };
        let undoing = Undoing(self.journal);
        if undoing.ended(&first.id).is_none() && !undoing.begun(&first.id) {
            let why = if outcome == Outcome::Cancelled { "was cancelled" } else { "failed" };
            let line = format!("The run {why}. What its steps did is undone, the last step first.");
            undoing.log(None, &line).await?;
        }
        let mut progress = Progress {
            run: self.run,
            journal: &undoing,
            context: self.context,
            workspace: self.workspace,
            failure: None,
            given: Arc::default(),
            completed: Vec::new(),
        };
        let mut failed = Vec::new();
        for step in &undo {
            if let Some(put_away) = progress.step(step).await? {
                return Ok(put_away);
            }
            // The next one is no step after a failure.
            if progress.failure.take().is_some() {
                failed.push(step.name.as_str());
            }
        }
        let (all, done) = (undo.len(), undo.len() - failed.len());
        let mut line = format!("{done} of {all} compensations are done.");
        if !failed.is_empty() {
            line.push_str(" Look what is left of the steps that these should have undone: ");
            line.push_str(&failed.join(", "));
            line.push('.');
        }
        undoing.log(None, &line).await?;
        Ok(outcome)
    }

    /// Computes what the compensations of a dry run would be given, where the run did not need them: a mistake in one would
    /// show at the worst moment otherwise.
    pub(super) async fn rehearse(self, outcome: Outcome) -> Result<Outcome, Error> {
        for step in self.undo() {
            let decision = self.decide(&step).await;
            self.hide(&decision);
            let items = match decision {
                Ok(Decision::Run(items)) => items,
                Ok(Decision::Skip(_)) => continue,
                Err(error) => {
                    let error = self.journal.mask().text(&error);
                    return Ok(Outcome::Failed { step: Some(step.id.clone()), error });
                }
            };
            for item in items {
                let input = self.journal.mask().value(&Value::Object(item.input));
                let line = format!("Not needed. Where the run fails, {} gets: {input}", step.action);
                self.journal.log(Some(&step.id), &line).await?;
            }
        }
        Ok(outcome)
    }

    /// The compensations of the steps that completed, the last one first.
    fn undo(&self) -> Vec<Arc<Step>> {
        self.completed.iter().rev().filter_map(|step| step.compensate.clone()).collect()
    }
}

/// The journal of a run that is undone, which nobody can cancel any more.
struct Undoing<'j>(&'j dyn Journal);

impl Journal for Undoing<'_> {
    fn run(&self) -> &str {
        self.0.run()
    }

    fn ended(&self, step: &str) -> Option<Ended> {
        self.0.ended(step)
    }

    fn interrupted(&self, step: &str) -> bool {
        self.0.interrupted(step)
    }

    fn begun(&self, step: &str) -> bool {
        self.0.begun(step)
    }

    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.0.begin(step)
    }

    fn end<'a>(
        &'a self,
        step: &'a str,
        ended: Ended,
        workspace: &'a Workspace,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.0.end(step, ended, workspace)
    }

    fn pause<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.0.pause(step)
    }

    fn branch<'a>(&'a self, group: &'a str, place: usize) -> BoxFuture<'a, Result<Option<Vec<u8>>, Error>> {
        self.0.branch(group, place)
    }

    fn mask(&self) -> &Mask {
        self.0.mask()
    }

    fn log<'a>(&'a self, step: Option<&'a str>, message: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.0.log(step, message)
    }

    fn kept<'a>(&'a self, step: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Value>, Error>> {
        self.0.kept(step, name)
    }

    fn keep<'a>(&'a self, step: &'a str, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), Error>> {
        self.0.keep(step, name, value)
    }

    fn stopped(&self) -> &CancellationToken {
        self.0.halted()
    }

    fn halted(&self) -> &CancellationToken {
        self.0.halted()
    }

    fn cancelled(&self) -> bool {
        false
    }
}
