//! Trying a template out: what it would make, in a folder that is thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use model::DiffPart;
use platform::Secret;
use platform::access::Caller;
use platform::error::Error;
use serde_json::{Map, Value};

use super::wizard::Answered;
use crate::action::Base;
use crate::dry_run::{Content, LogLine, Memory};
use crate::execution::{self, Journal as _, Options, Outcome, Run, StepState};
use crate::form::Visitor;
use crate::service::Scaffolder;
use crate::template::Template;
use crate::turn;
use crate::workspace::{Kind, Limits, Workspace};

/// How long all of it may take: an answer has to begin before the server gives it up.
const TIME: Duration = Duration::from_secs(25);
/// How long one step may take.
const STEP_TIME: Duration = Duration::from_secs(20);
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
    /// What the template made as it was before, if it is compared with that.
    pub before: Option<Before>,
}

/// What a template made before it was changed, with the same answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// What went wrong, if something did.
    pub error: Option<String>,
    /// Paths of files that are made no more.
    pub gone: Vec<String>,
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
    /// What became of it, where that is compared.
    pub change: Option<FileChange>,
}

/// What became of a file by a change of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// It says what it said before.
    Same,
    /// It was not made before.
    Added,
    /// It says something else.
    Changed(Vec<DiffPart>),
}

/// What lies beside a template that is tried out.
pub(super) enum Beside {
    /// What lies where it was read from.
    Base(Result<Base, Error>),
    /// These files.
    Files(Vec<Content>),
}

impl Scaffolder {
    /// Tries a template out, and says what it makes otherwise than it did `before`.
    pub(super) async fn try_out(
        &self,
        caller: &Caller,
        template: &Template,
        beside: Beside,
        before: Option<(Template, Beside)>,
        answered: Answered<'_>,
    ) -> Result<DryRun, Error> {
        let trying = async {
            let end = Instant::now() + TIME;
            let mut run = self.attempt(caller, template, beside, answered, end).await?;
            if let Some((template, beside)) = before {
                let before = self.attempt(caller, &template, beside, answered, end).await?;
                run.compare(before);
            }
            Ok(run)
        };
        turn::within(self.one_of_few_dry_runs()?, trying).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        template: &Template,
        beside: Beside,
        Answered { forms, state }: Answered<'_>,
        end: Instant,
    ) -> Result<DryRun, Error> {
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        let open =
            |name: &str| Workspace::open_within(folder.path().join(name), FOLDER).map_err(Error::internal);
        let workspace = open("workspace")?;
        let base = match beside {
            Beside::Base(Ok(base)) => base,
            Beside::Base(Err(error)) => return Ok(DryRun::failed(error.message().to_owned())),
            Beside::Files(files) => {
                let template = open("template")?;
                let path = template.path().join("template.yaml");
                let write = move |template: &Workspace| {
                    files.iter().try_for_each(|file| template.write(&file.path, &file.bytes, false))
                };
                if let Err(error) = template.blocking(write).await {
                    return Ok(DryRun::failed(format!(
                        "The files beside the template can't be used: {error}"
                    )));
                }
                Base::File(path)
            }
        };
        let (flags, secrets) = (BTreeSet::new(), state.secrets());
        let visitor = Visitor { flags: &flags, secrets: &secrets };
        let journal = Memory::new("dry-run");
        let settings = &self.inner.tools.settings;
        let run = Run {
            template,
            registry: &self.inner.tools.registry,
            parameters: forms.parameters(state.answers(), visitor),
            secrets: secrets
                .clone()
                .into_inner()
                .into_iter()
                .map(|(name, secret)| (name, Secret::new(secret)))
                .collect(),
            environment: settings.environment().with_stand_ins(),
            initiator: self.started(caller).await?.into(),
            base,
            workspace: workspace.clone(),
            dry_run: true,
            options: Options { step_time: STEP_TIME, ..settings.options },
        };
        let outcome = tokio::time::timeout_at(end.into(), execution::execute(&run, &journal)).await;
        let (error, output) = match outcome {
            Err(_) => (
                Some(format!("It took longer than {} seconds, and was ended there.", TIME.as_secs())),
                Map::new(),
            ),
            Ok(outcome) => told(outcome?),
        };
        let undo = run.template.compensations().filter(|step| journal.ended(&step.id).is_some());
        let steps = run.template.in_order().chain(undo).map(|step| dry_step(step, &journal)).collect();
        let (files, left_off) = workspace.blocking(files).await.map_err(Error::internal)?;
        Ok(DryRun { error, steps, log: journal.log_lines(), files, left_off, output, before: None })
    }
}

impl DryRun {
    fn failed(error: String) -> Self {
        Self {
            error: Some(error),
            steps: Vec::new(),
            log: Vec::new(),
            files: Vec::new(),
            left_off: 0,
            output: Map::new(),
            before: None,
        }
    }

    /// Says of each file what became of it.
    fn compare(&mut self, before: Self) {
        let Self { error, files, left_off, .. } = before;
        // Of what is not all there nobody can say what is new or gone.
        let is_whole = error.is_none() && self.error.is_none() && left_off == 0 && self.left_off == 0;
        let mut old: BTreeMap<String, DryFile> =
            files.into_iter().map(|file| (file.path.clone(), file)).collect();
        for file in &mut self.files {
            file.change = match old.remove(&file.path) {
                None => is_whole.then_some(FileChange::Added),
                Some(old) => match (&old.text, &file.text) {
                    (Some(old), Some(new)) if old == new => Some(FileChange::Same),
                    (Some(old), Some(new)) => Some(FileChange::Changed(catalog::diff(old, new).parts)),
                    _ if old.size != file.size => Some(FileChange::Changed(Vec::new())),
                    // What is not shown is not compared.
                    _ => None,
                },
            };
        }
        let gone = if is_whole { old.into_keys().collect() } else { Vec::new() };
        self.before = Some(Before { error, gone });
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
        files.push(DryFile { path: entry.path, size, text: says.or(text), change: None });
    }
    Ok((files, left_off))
}
