//! What a step of a template does: an [`Action`] with an id, schemas of its input and output, and what it runs.
//!
//! An action is told all it may use by its [`Invocation`]: its input with everything computed, the workspace of the run,
//! the log, and what it kept in earlier attempts. It is called again for the same step after a crash, so what it changes
//! outside of the workspace it must find again instead of doing it twice; see [`Repeat`].

pub mod known;
mod registry;

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use platform::access::Caller;
use serde_json::{Map, Value};

pub(crate) use self::registry::nearest;
pub use self::registry::{Found, Registered, Registry, RegistryError};
use crate::execution::Journal;
use crate::workspace::Workspace;

/// Under this name a step keeps that, and how, a request of it was answered which must not be sent twice. A step that was
/// interrupted after that is not asked about: its action goes on from what it kept. `null` stands for nothing.
pub const ANSWERED: &str = "answered";

/// One kind of step, such as `fetch:template`.
pub trait Action: Send + Sync {
    /// What people and forms are told about it.
    fn about(&self) -> &About;

    /// What a second attempt means with this input. Most actions need not look at it.
    fn repeat(&self, _input: &Map<String, Value>) -> Repeat {
        self.about().repeat
    }

    /// What the configuration of this portal lacks for it, as a sentence that names the key to set.
    fn lacks(&self) -> Option<&str> {
        None
    }

    /// The names of its outputs that are secrets: later steps may use them, and people don't see them.
    fn secrets(&self) -> &[&str] {
        &[]
    }

    /// Whether a document of this portal declares it; others come with the product.
    fn is_own(&self) -> bool {
        false
    }

    /// What a dry run, which does not do it, says of a call; nothing for no more than that.
    fn would(&self, _input: &Map<String, Value>) -> Option<String> {
        None
    }

    /// Does it. What comes back has the shape of [`About::output`].
    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>>;
}

/// What an action is.
#[derive(Clone, Debug)]
pub struct About {
    /// The id that steps name, such as `fetch:plain`.
    pub id: String,
    /// What it is for, in Markdown.
    pub description: String,
    /// JSON Schema of its input.
    pub input: Value,
    /// JSON Schema of its output.
    pub output: Value,
    /// Steps that show how it is used.
    pub examples: Vec<Example>,
    /// Whether a dry run does it too; otherwise a dry run only says that the step would run.
    pub dry_run: bool,
    /// What a second attempt of an interrupted step means.
    pub repeat: Repeat,
}

/// A step as an author would write it.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub description: String,
    /// The `steps` in YAML.
    pub example: String,
}

/// What a second attempt of an interrupted step means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It has the effect of one: the action changes the workspace only, or finds what it did before.
    Safe,
    /// It might do something twice, so that the run stops and asks a person.
    Ask,
}

/// What one call of an action may use.
pub struct Invocation<'a> {
    /// The id of the step; with `each`, the item's key behind it, as in `create[0]`.
    pub step: &'a str,
    /// The input, with everything computed, as its schema says.
    pub input: Map<String, Value>,
    /// The folder of the run.
    pub workspace: &'a Workspace,
    /// The run, its log, and what this step kept.
    pub journal: &'a dyn Journal,
    /// Who started the run.
    pub initiator: &'a Initiator,
    /// The reference of the template, such as `template:default/service`.
    pub template: &'a str,
    /// Where the template's own file is: what relative addresses of its steps start from.
    pub base: &'a Base,
    /// Nothing outside of the workspace is to be changed.
    pub dry_run: bool,
}

/// Who started a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiator {
    /// The reference of their User entity, such as `user:default/jane`.
    pub user: Option<String>,
    /// That entity, as `user.entity` shows it to a template.
    pub entity: Option<Value>,
    /// In whose name the portal is asked.
    pub caller: Caller,
}

/// What a relative address in a template starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// A file of this machine: the template's.
    File(std::path::PathBuf),
    /// An address: the template's.
    Url(url::Url),
}

/// How a call of an action ended well.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// It is done.
    Output(Map<String, Value>),
    /// It waits for something: the run is put away, and the action called again for the same step.
    Wait(Wait),
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// What people are told, such as `approval by group:default/platform`.
    pub reason: String,
    /// When to call the action again unless something wakes the run before.
    pub again_in: Option<Duration>,
}

/// Why an action failed: what happened and what to do, for the person who started the run.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ActionError {
    /// What is shown.
    pub message: String,
    /// Whether the same call may work later, as when a host did not answer.
    pub later: bool,
}

impl ActionError {
    /// It will fail again until somebody changes something.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), later: false }
    }

    /// It may work the next time.
    pub fn later(message: impl Into<String>) -> Self {
        Self { message: message.into(), later: true }
    }
}

impl fmt::Debug for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
