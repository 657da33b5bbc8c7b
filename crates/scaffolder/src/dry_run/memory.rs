//! A run that nobody has to remember.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use platform::error::Error;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::execution::{Ended, Journal, Mask, StepState};
use crate::workspace::Workspace;

/// Most bytes of a line of the log.
const LONGEST_LINE: usize = 64 * 1024;
/// Most lines.
const MOST_LINES: usize = 10_000;

/// A line of the log of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The step that it is about.
    pub step: Option<String>,
    /// The state that the step came into, as Backstage calls it; nothing for a line in between.
    pub status: Option<&'static str>,
    /// What happened, without secrets.
    pub message: String,
}

/// A journal in memory.
#[derive(Debug, Default)]
pub struct Memory {
    run: String,
    mask: Mask,
    state: Mutex<State>,
    stopped: CancellationToken,
    /// Never told: who gives a dry run up only drops it.
    halted: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    log: Vec<LogLine>,
    ended: HashMap<String, Ended>,
    begun: Vec<String>,
    kept: HashMap<(String, String), Value>,
}

impl Memory {
    /// A journal of a run with this id.
    #[must_use]
    pub fn new(run: impl Into<String>) -> Self {
        Self { run: run.into(), ..Self::default() }
    }

    /// The log so far.
    #[must_use]
    pub fn log_lines(&self) -> Vec<LogLine> {
        self.state().log.clone()
    }

    /// Cancels the run.
    pub fn cancel(&self) {
        self.stopped.cancel();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, step: Option<&str>, status: Option<&'static str>, message: &str) {
        let mut message = self.mask.text(message);
        if message.len() > LONGEST_LINE {
            message.truncate(message.floor_char_boundary(LONGEST_LINE));
            message.push('…');
        }
        let mut state = self.state();
        if state.log.len() < MOST_LINES {
            state.log.push(LogLine { step: step.map(str::to_owned), status, message });
        }
    }
}

fn done<T: Send + 'static>(value: T) -> BoxFuture<'static, Result<T, Error>> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Journal for Memory {
    fn run(&self) -> &str {
        &self.run
    }

    fn ended(&self, step: &str) -> Option<Ended> {
        self.state().ended.get(step).cloned()
    }

    fn interrupted(&self, step: &str) -> bool {
        let state = self.state();
        state.begun.iter().any(|begun| begun == step) && !state.ended.contains_key(step)
    }

    fn begun(&self, step: &str) -> bool {
        self.interrupted(step)
    }

    fn begin<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.line(Some(step), Some("processing"), &format!("Beginning step {step}"));
        self.state().begun.push(step.to_owned());
        done(())
    }

    fn end<'a>(&'a self, step: &'a str, ended: Ended, _: &'a Workspace) -> BoxFuture<'a, Result<(), Error>> {
        let (status, message) = match ended.state {
            StepState::Completed => ("completed", format!("Finished step {step}")),
            StepState::Failed => ("failed", ended.error.clone().unwrap_or_default()),
            StepState::Skipped => ("skipped", format!("Skipped step {step}")),
            StepState::Cancelled => ("cancelled", format!("Step {step} was cancelled")),
        };
        self.line(Some(step), Some(status), &message);
        self.state().ended.insert(step.to_owned(), ended);
        done(())
    }

    fn pause<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        done(())
    }

    fn branch<'a>(&'a self, _: &'a str, _: usize) -> BoxFuture<'a, Result<Option<Vec<u8>>, Error>> {
        done(None)
    }

    fn mask(&self) -> &Mask {
        &self.mask
    }

    fn log<'a>(&'a self, step: Option<&'a str>, message: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.line(step, None, message);
        done(())
    }

    fn kept<'a>(&'a self, step: &'a str, name: &'a str) -> BoxFuture<'a, Result<Option<Value>, Error>> {
        done(self.state().kept.get(&(step.to_owned(), name.to_owned())).cloned())
    }

    fn keep<'a>(&'a self, step: &'a str, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), Error>> {
        self.state().kept.insert((step.to_owned(), name.to_owned()), value);
        done(())
    }

    fn stopped(&self) -> &CancellationToken {
        &self.stopped
    }

    fn halted(&self) -> &CancellationToken {
        &self.halted
    }

    fn cancelled(&self) -> bool {
        self.stopped.is_cancelled()
    }
}
