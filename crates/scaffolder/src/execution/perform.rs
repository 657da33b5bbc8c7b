//! Calling the action of a step.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::FutureExt as _;
use platform::error::Error;
use serde_json::{Map, Value};

use super::compute::Item;
use super::{Ended, Progress, StepState, bytes, example, failed, skipped};
use crate::action::{ActionError, Done, Found, Invocation, Registered, Wait};
use crate::template::Step;

/// What came of a step.
pub(super) enum Performed {
    /// It ended.
    Ended(Ended),
    /// It waits, and is called again later.
    Waits(Wait),
    /// The run was stopped meanwhile.
    Stopped,
}

impl Progress<'_> {
    /// Calls the action of a step for each item.
    pub(super) async fn perform(
        &self,
        step: &Arc<Step>,
        found: &Found<'_>,
        items: Vec<Item>,
    ) -> Result<Performed, Error> {
        let ended = |ended| Ok(Performed::Ended(ended));
        let registered = match found {
            Found::Runs(registered) if self.run.dry_run && !registered.action.about().dry_run => {
                for line in items.iter().filter_map(|item| registered.action.would(&item.input)) {
                    self.journal.log(Some(&step.id), &line).await?;
                }
                return ended(self.pass_over(step, found).await?);
            }
            Found::Runs(registered) => registered,
            Found::Known(known) if self.run.dry_run && known.never.is_none() => {
                return ended(self.pass_over(step, found).await?);
            }
            Found::Known(known) => return ended(failed(known.refusal())),
            Found::Unknown { .. } => {
                return ended(failed(format!("There is no action {:?} in this portal.", step.action)));
            }
        };
        for item in &items {
            if let Some(error) = unfit(step, registered, item) {
                return ended(failed(error));
            }
        }
        let stopped = self.journal.stopped();
        let calls = AssertUnwindSafe(self.calls(step, registered, items)).catch_unwind();
        let called = tokio::select! {
            biased;
            () = stopped.cancelled() => None,
            called = tokio::time::timeout(self.run.options.step_time, calls) => Some(called),
        };
        let is_late = match called {
            Some(Ok(Ok(performed))) => return performed,
            Some(Ok(Err(panic))) => {
                let cause = panic.downcast_ref::<String>().map(String::as_str);
                let cause = cause.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
                tracing::error!(run.id = self.journal.run(), "action {} broke off: {cause}", step.action);
                return ended(failed(
                    "Something failed inside Portico; the log of the portal has the cause.",
                ));
            }
            Some(Err(_)) => true,
            None => false,
        };
        // Threads that it had work with files go on without it.
        self.workspace.halt().await;
        if !is_late {
            return Ok(Performed::Stopped);
        }
        ended(failed(format!(
            "The step took longer than {}, the most that a step may.",
            minutes(self.run.options.step_time)
        )))
    }

    /// The calls of an action, one after the other.
    async fn calls(
        &self,
        step: &Arc<Step>,
        registered: &Arc<Registered>,
        items: Vec<Item>,
    ) -> Result<Performed, Error> {
        let (mut output, mut length) = (Map::<String, Value>::new(), 0_usize);
        let options = &self.run.options;
        for item in items {
            let name = item.name(&step.id);
            if let Some(key) = &item.key {
                self.journal.log(Some(&step.id), &format!("Running for {key}.")).await?;
            }
            if self.run.dry_run {
                let input =
                    serde_json::to_string(&self.journal.mask().value(&Value::Object(item.input.clone())));
                self.journal.log(Some(&step.id), &format!("Input: {}", input.unwrap_or_default())).await?;
            }
            let invocation = Invocation {
                step: &name,
                input: item.input,
                workspace: &self.workspace,
                journal: self.journal,
                initiator: &self.run.initiator,
                template: &self.run.template.entity_ref,
                base: &self.run.base,
                dry_run: self.run.dry_run,
            };
            let given = match registered.action.run(invocation).await {
                Ok(Done::Output(given)) => given,
                Ok(Done::Wait(wait)) => return Ok(Performed::Waits(wait)),
                Err(ActionError { message, .. }) => return Ok(Performed::Ended(failed(message))),
            };
            length = length.saturating_add(bytes(&given));
            if length > options.output_bytes {
                return Ok(Performed::Ended(failed(format!(
                    "The output of the step has more than {} bytes, the most that a step may give on.",
                    options.output_bytes
                ))));
            }
            if item.key.is_none() {
                output = given;
                continue;
            }
            for (name, value) in given {
                if let Value::Array(values) = output.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                    values.push(value);
                }
            }
        }
        if self.given.load(Ordering::Relaxed).saturating_add(length) > options.all_output_bytes {
            return Ok(Performed::Ended(failed(format!(
                "With this step the outputs of the run have more than {} bytes together, the most that a run may have.",
                options.all_output_bytes
            ))));
        }
        Ok(Performed::Ended(Ended { state: StepState::Completed, output, error: None }))
    }

    /// A dry run tells what the step would give.
    async fn pass_over(&self, step: &Arc<Step>, found: &Found<'_>) -> Result<Ended, Error> {
        let line = format!("Skipped: a dry run does not do {}.", step.action);
        self.journal.log(Some(&step.id), &line).await?;
        let output = found.output().map(example).and_then(|output| match output {
            Value::Object(output) => Some(output),
            _ => None,
        });
        Ok(skipped(output.unwrap_or_default()))
    }
}

/// Why an input is not what an action takes.
fn unfit(step: &Step, registered: &Registered, item: &Item) -> Option<String> {
    let faults = registered.input.faults(&Value::Object(item.input.clone()));
    let told = |fault: &crate::schema::Fault| match fault.pointer.trim_start_matches('/') {
        "" => fault.message.clone(),
        place => format!("{place}: {}", fault.message),
    };
    let faults: Vec<_> = faults.iter().map(told).collect();
    let key = item.key.as_ref().map(|key| format!(" for {key}")).unwrap_or_default();
    (!faults.is_empty()).then(|| {
        format!("{} does not take the input{key} that was computed: {}.", step.action, faults.join("; "))
    })
}

fn minutes(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}
