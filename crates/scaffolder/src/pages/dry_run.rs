//! Trying a template out: what it would make, in a folder that is thrown away.

use std::collections::BTreeSet;
use std::time::Duration;

use platform::Secret;
use platform::access::Caller;
use platform::error::Error;
use serde_json::{Map, Value};

use super::wizard::State;
use crate::dry_run::{LogLine, Memory};
use crate::execution::{self, Journal as _, Options, Outcome, Run, StepState};
use crate::form::{Forms, Visitor};
use crate::origin::base_of;
use crate::service::Scaffolder;
use crate::template::Template;
use crate::workspace::{Kind, Limits, Workspace};

/// How long all of it may take.
const TIME: Duration = Duration::from_secs(60);
/// How long one step may take.
const STEP_TIME: Duration = Duration::from_secs(30);
/// What the folder may hold.
const FOLDER: Limits = Limits { entries: 5_000, bytes: 32 * 1024 * 1024 };
/// Files that are shown.
const MOST_FILES: usize = 500;
/// Bytes of one file that are shown.
const LONGEST_FILE: u64 = 64 * 1024;
/// Bytes of all files that are shown.
const ALL_FILES: usize = 1024 * 1024;

/// What came of trying a template out.
#[derive(Debug)]
pub struct DryRun {
    /// What went wrong, if something did.
    pub error: Option<String>,
    /// Its steps in order.
    pub steps: Vec<DryStep>,
    /// What happened; no secrets.
    pub log: Vec<LogLine>,
    /// What is in the folder now.
    pub files: Vec<DryFile>,
    /// How many more files there are.
    pub left_off: usize,
    /// What the template gives people: `links`, `text` and whatever it names.
    pub output: Map<String, Value>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryStep {
    /// What people call it.
    pub name: String,
    /// Its action.
    pub action: String,
    /// How it ended; nothing for what was not reached.
    pub state: Option<StepState>,
    /// Why it was passed over or failed.
    pub why: Option<String>,
}

/// A file that the template makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryFile {
    /// Where it is.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// What it says; nothing for what is no text, or too much.
    pub text: Option<String>,
}

impl Scaffolder {
    pub(super) async fn try_out(
        &self,
        caller: &Caller,
        document: &Value,
        template: Template,
        forms: &Forms,
        state: &State,
    ) -> Result<DryRun, Error> {
        let _one_of_few = self.one_of_few_dry_runs()?;
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        let workspace =
            Workspace::open_within(folder.path().join("workspace"), FOLDER).map_err(Error::internal)?;
        let (flags, secrets) = (BTreeSet::new(), state.secrets());
        let visitor = Visitor { flags: &flags, secrets: &secrets };
        let journal = Memory::new("dry-run");
        let settings = &self.inner.tools.settings;
        let run = Run {
            template: &template,
            registry: &self.inner.tools.registry,
            parameters: forms.parameters(state.answers(), visitor),
            secrets: secrets
                .clone()
                .into_inner()
                .into_iter()
                .map(|(name, secret)| (name, Secret::new(secret)))
                .collect(),
            environment: settings.environment(),
            initiator: self.started(caller).await?.into(),
            base: base_of(document)?,
            workspace: workspace.clone(),
            dry_run: true,
            options: Options { step_time: STEP_TIME, ..settings.options },
        };
        let outcome = tokio::time::timeout(TIME, execution::execute(&run, &journal)).await;
        let (error, output) = match outcome {
            Err(_) => (Some("It took longer than a minute, and was ended there.".to_owned()), Map::new()),
            Ok(outcome) => told(outcome?),
        };
        let steps = run.template.steps.iter().map(|step| dry_step(step, &journal)).collect();
        let (files, left_off) = workspace.blocking(files).await.map_err(Error::internal)?;
        Ok(DryRun { error, steps, log: journal.log_lines(), files, left_off, output })
    }
}

fn told(outcome: Outcome) -> (Option<String>, Map<String, Value>) {
    let error = match outcome {
        Outcome::Completed(output) => return (None, output),
        Outcome::Failed { error, .. } => error,
        Outcome::Waiting { wait, .. } => {
            return (
                Some(format!("It would wait here: {}. What comes behind is not tried out.", wait.reason)),
                Map::new(),
            );
        }
        Outcome::Asking { .. } | Outcome::Cancelled | Outcome::Stopped => {
            "It was ended before it was done.".to_owned()
        }
    };
    (Some(error), Map::new())
}

fn dry_step(step: &crate::template::Step, journal: &Memory) -> DryStep {
    let ended = journal.ended(&step.id);
    let lines = journal.log_lines();
    // The line before the one that ends the step says why it was passed over.
    let mut of_step = lines
        .iter()
        .rev()
        .filter(|line| line.step.as_deref() == Some(step.id.as_str()) && line.status.is_none());
    let state = ended.as_ref().map(|ended| ended.state);
    let why = match state {
        Some(StepState::Skipped) => of_step.next().map(|line| line.message.clone()),
        _ => ended.and_then(|ended| ended.error),
    };
    DryStep { name: step.name.clone(), action: step.action.clone(), state, why }
}

/// The files of the folder as far as they are shown, and how many are not.
fn files(workspace: &Workspace) -> Result<(Vec<DryFile>, usize), crate::workspace::WorkspaceError> {
    let (mut files, mut left_off, mut bytes) = (Vec::new(), 0, 0);
    for entry in workspace.walk("")? {
        let (size, says) = match entry.kind {
            Kind::Folder => continue,
            Kind::File { length, .. } => (length, None),
            Kind::Link(says) => (0, Some(format!("A link to {says}"))),
        };
        if files.len() >= MOST_FILES {
            left_off += 1;
            continue;
        }
        let is_shown = size <= LONGEST_FILE && bytes < ALL_FILES;
        let content = if is_shown && says.is_none() { Some(workspace.read(&entry.path)?) } else { None };
        let text =
            content.and_then(|content| String::from_utf8(content).ok()).filter(|text| !text.contains('\0'));
        bytes += text.as_ref().map_or(0, String::len);
        files.push(DryFile { path: entry.path, size, text: says.or(text) });
    }
    Ok((files, left_off))
}
