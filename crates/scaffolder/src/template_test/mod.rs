//! Tests that authors keep beside a template: answers, what actions seem to give, and what has to come of it.
//!
//! A test is a dry run whose actions are listened to, so that it finds what a run would find and changes nothing elsewhere.

mod judge;
mod read;
mod stand;
mod suite;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use platform::error::Error;
use serde_json::{Map, Value};

pub use self::read::{Wrong, read};
use self::stand::Calls;
pub use self::suite::{FOLDER, Limits, TestFile, Tried, has_tests, run_all};
use crate::action::{Initiator, Registry};
use crate::dry_run::{Content, DryRun, DryRunError, dry_run};
use crate::execution::{Environment, Mask, Options, Secrets};

/// One test of a template.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// Answers to the form.
    pub values: Map<String, Value>,
    /// Secrets of the form.
    pub secrets: Secrets,
    /// Outputs that actions seem to give, by the id of a step or of an action.
    pub mocks: BTreeMap<String, Map<String, Value>>,
    /// Why actions seem to fail, by the id of a step or of an action.
    pub failures: BTreeMap<String, String>,
    /// What has to come of it.
    pub expected: Expected,
}

/// What has to come of a test; what is not named may be anything.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Files, by their paths in the workspace.
    pub files: BTreeMap<String, ExpectedFile>,
    /// Calls of actions, in this order; others may stand between.
    pub calls: Vec<ExpectedCall>,
    /// Steps and actions that are not called.
    pub not_called: Vec<String>,
    /// Named parts of the output.
    pub output: Map<String, Value>,
    /// What the form says against the answers; empty if it takes them.
    pub refused: Vec<String>,
    /// Texts in what is said of the step that fails; empty if none does.
    pub failed: Vec<String>,
}

/// What a file has to be.
#[derive(Clone, Debug, Default)]
pub struct ExpectedFile {
    /// Its whole content.
    pub equals: Option<String>,
    /// Texts in it.
    pub contains: Vec<String>,
    /// It is not there.
    pub absent: bool,
}

/// A call of an action.
#[derive(Clone, Debug)]
pub struct ExpectedCall {
    /// The id of the step or of the action.
    pub of: String,
    /// Named parts of its input, secrets masked.
    pub input: Map<String, Value>,
}

/// Runs a test; what comes back is what is wrong, without secrets, and nothing if it passes.
///
/// # Errors
/// A fault of the portal.
pub async fn run(
    case: &Case,
    template: &Value,
    contents: &[Content],
    registry: &Registry,
) -> Result<Vec<String>, Error> {
    let calls = Calls::default();
    let listening = match stand::registry(case, template, registry, &calls) {
        Ok(listening) => listening,
        Err(wrong) => return Ok(wrong),
    };
    let asked = DryRun {
        template: template.clone(),
        values: case.values.clone(),
        secrets: case.secrets.clone(),
        contents: contents.to_vec(),
        environment: Environment::default(),
        initiator: Initiator::default(),
        options: Options::default(),
    };
    let result = match dry_run(asked, &listening).await {
        Err(DryRunError::Fault(error)) => return Err(error),
        result => result,
    };
    let wrong = judge::judge(&case.expected, &result, &calls.lock());
    let mask = Mask::new(case.secrets.values().map(|secret| secret.expose().as_str()));
    Ok(wrong.iter().map(|wrong| mask.text(wrong)).collect())
}

/// A call that was made.
#[derive(Clone, Debug)]
struct Call {
    step: String,
    action: String,
    input: Value,
}

type Listener = Arc<Mutex<Vec<Call>>>;
