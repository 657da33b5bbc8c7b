//! What a template would do, tried out without an effect outside of a folder that is thrown away.

mod body;
mod memory;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;

use platform::error::Error;
use serde_json::{Map, Value};

pub use self::memory::{LogLine, Memory};
use crate::action::{Base, Found, Initiator, Registry};
use crate::execution::{self, Environment, Options, Outcome, Run, execute};
use crate::form::{self, Forms, Mistakes, Visitor};
use crate::template::{Code, Problem, Template, check};
use crate::workspace::{Kind, Workspace};

/// What is tried out.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// The entity of the template.
    pub template: Value,
    /// Answers to its form.
    pub values: Map<String, Value>,
    /// Its secrets.
    pub secrets: execution::Secrets,
    /// What is in the folder of the template.
    pub contents: Vec<Content>,
    /// What every run of the portal may use.
    pub environment: Environment,
    /// Who tries it out.
    pub initiator: Initiator,
    /// How it is run.
    pub options: Options,
}

/// A file beside the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its path from the folder of the template.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What would have happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The log.
    pub log: Vec<LogLine>,
    /// The steps as they are written.
    pub steps: Vec<StepReport>,
    /// The output.
    pub output: Map<String, Value>,
    /// What is in the workspace in the end, sorted by path.
    pub files: Vec<Written>,
}

/// A step of the template.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The id of its action.
    pub action: String,
    /// The `if`, if there is one.
    pub condition: Option<Value>,
    /// The `each`, if there is one.
    pub each: Option<Value>,
    /// The input as it is written.
    pub input: Map<String, Value>,
}

/// A file of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its path.
    pub path: String,
    /// Whether it can be run as a program.
    pub executable: bool,
    /// Whether it is a symbolic link; its content is what it says then.
    pub link: bool,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why a dry run did not come to its end.
#[derive(Debug)]
pub enum DryRunError {
    /// Something is wrong with the template.
    Template(Vec<Problem>),
    /// Answers or secrets don't fit. Status 400, as in Backstage.
    Values(Mistakes),
    /// The template uses an action that this portal will not run, or does not know. Status 404, as in Backstage.
    NoAction(String),
    /// A step failed, or the output could not be computed.
    Failed {
        /// The step.
        step: Option<String>,
        /// What happened.
        error: String,
        /// The log up to there.
        log: Vec<LogLine>,
    },
    /// A fault of the portal.
    Fault(Error),
}

impl DryRunError {
    /// The status that a client of Backstage's API is told.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Template(_) | Self::Values(_) | Self::Failed { .. } => 400,
            Self::NoAction(_) => 404,
            Self::Fault(error) => error.kind().status(),
        }
    }
}

/// Tries a template out.
///
/// # Errors
/// See [`DryRunError`].
pub async fn dry_run(asked: DryRun, registry: &Registry) -> Result<Report, DryRunError> {
    let template = readable(&asked, registry)?;
    let fault = |error: anyhow::Error| DryRunError::Fault(Error::internal(error));
    let folder = tempfile::tempdir().map_err(|error| fault(error.into()))?;
    let beside = Workspace::open(folder.path().join("template")).map_err(|error| fault(error.into()))?;
    let workspace = Workspace::open(folder.path().join("workspace")).map_err(|error| fault(error.into()))?;
    let contents = asked.contents;
    beside
        .blocking(move |beside| {
            contents.iter().try_for_each(|content| beside.write(&content.path, &content.bytes, false))
        })
        .await
        .map_err(|error| failed(format!("The folder of the template can't be made: {error}"), Vec::new()))?;
    let journal = Memory::new("dry-run");
    let run = Run {
        template: &template,
        registry,
        parameters: asked.values,
        secrets: asked.secrets,
        environment: asked.environment,
        initiator: asked.initiator,
        base: Base::File(beside.path().join("template.yaml")),
        workspace: workspace.clone(),
        dry_run: true,
        options: asked.options,
    };
    let outcome = execute(&run, &journal).await.map_err(DryRunError::Fault)?;
    let log = journal.log_lines();
    let output = match outcome {
        Outcome::Completed(output) => output,
        Outcome::Failed { step, error } => return Err(DryRunError::Failed { step, error, log }),
        other => return Err(failed(format!("A dry run can't go on here: {}.", stuck(&other)), log)),
    };
    let written = workspace.blocking(|workspace| {
        let files = workspace.walk("")?.into_iter();
        let written = files.filter_map(|entry| match entry.kind {
            Kind::Folder => None,
            Kind::Link(says) => Some(Ok(Written {
                path: entry.path,
                executable: false,
                link: true,
                bytes: says.into_bytes(),
            })),
            Kind::File { executable, .. } => {
                let read = workspace.read(&entry.path);
                Some(read.map(|bytes| Written { path: entry.path, executable, link: false, bytes }))
            }
        });
        written.collect::<Result<Vec<_>, crate::workspace::WorkspaceError>>()
    });
    let files = written.await.map_err(|error| fault(error.into()))?;
    Ok(Report { log, steps: steps(&asked.template, &template), output, files })
}

/// The template, if what is wrong with it leaves something to try out.
fn readable(asked: &DryRun, registry: &Registry) -> Result<Template, DryRunError> {
    let (template, problems) = Template::read(&asked.template);
    let errors = |problems: Vec<Problem>| -> Vec<Problem> {
        problems.into_iter().filter(|problem| problem.severity == model::Severity::Error).collect()
    };
    let problems = errors(problems);
    let template = template.filter(|_| problems.is_empty()).ok_or(DryRunError::Template(problems))?;
    fitting(asked)?;
    for step in template.actions() {
        match registry.find(&step.action) {
            Found::Known(known) if known.never.is_some() => {
                return Err(DryRunError::NoAction(known.refusal()));
            }
            Found::Unknown { .. } => {
                let message = format!("There is no action {:?} in this portal.", step.action);
                return Err(DryRunError::NoAction(message));
            }
            Found::Known(_) | Found::Runs(_) => {}
        }
    }
    // What is not built yet is passed over; the input of a step and links are judged when they are computed.
    let mut problems = errors(check(&template, registry));
    problems.retain(|problem| !matches!(problem.code, Code::NotRunnable | Code::Input | Code::Link));
    problems.retain(|problem| problem.counts(asked.options.failures));
    if problems.is_empty() { Ok(template) } else { Err(DryRunError::Template(problems)) }
}

/// Whether answers and secrets fit the form.
fn fitting(asked: &DryRun) -> Result<(), DryRunError> {
    let spec = &asked.template["spec"];
    let forms = Forms::compile(spec.get("parameters"), spec.pointer("/secrets/schema"))
        .map_err(|wrong| DryRunError::Template(wrong.into_iter().map(Problem::from).collect()))?;
    let visitor = Visitor { flags: &BTreeSet::new(), secrets: &form::given(&asked.secrets) };
    let mistakes = forms.judge(&asked.values, visitor);
    if mistakes.is_empty() { Ok(()) } else { Err(DryRunError::Values(mistakes)) }
}

fn failed(error: String, log: Vec<LogLine>) -> DryRunError {
    DryRunError::Failed { step: None, error, log }
}

fn stuck(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Waiting { step, wait } => format!("step {step} waits for {}", wait.reason),
        Outcome::Asking { step } => format!("step {step} was interrupted"),
        _ => "it was stopped".to_owned(),
    }
}

fn steps(entity: &Value, template: &Template) -> Vec<StepReport> {
    let written = |step: &crate::template::Step, key: &str| {
        entity.pointer(&step.pointer).and_then(|written| written.get(key)).cloned()
    };
    let steps = template.in_order();
    let report = |step: &std::sync::Arc<crate::template::Step>| StepReport {
        id: step.id.clone(),
        name: step.name.clone(),
        action: step.action.clone(),
        condition: written(step, "if"),
        each: written(step, "each"),
        input: step.source.clone(),
    };
    steps.map(report).collect()
}
