//! `portico template dry-run`: what a template would do and write.

use std::fmt::{Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use catalog::reading;
use model::Severity;
use platform::yaml::{self, Growth};
use scaffolder::action::{Action, Base, Initiator, Registry};
use scaffolder::actions::{Reach, SourceContent};
use scaffolder::dry_run::{Content, DryRun, DryRunError, LogLine, Report};
use scaffolder::execution::{Environment, Options};
use scaffolder::form::Mistakes;
use serde_json::{Map, Value};

use super::object;
use crate::capabilities;
use crate::cli;
use crate::commands::{Outcome, block_on};
use crate::config;
use crate::failure::{FOUND, Failure};
use crate::terminal::{self, output, say};

/// Runs the command.
pub(crate) fn run(arguments: &cli::DryRun) -> Outcome {
    block_on(try_out(arguments))
}

async fn try_out(arguments: &cli::DryRun) -> Outcome {
    let network = integrations::Config::default();
    let failed = |error| Failure::could_not_run("The actions of templates can't be set up.").because(error);
    let reach = capabilities::reach(&network).map_err(failed)?;
    let own = capabilities::declared_actions(&arguments.own.documents)?;
    let registry = capabilities::actions(&reach, &own).map_err(failed)?;
    let template = template(&arguments.file)?;
    if let Some(found) = problems(&arguments.file, &network, &own)? {
        say(found);
        return Ok(ExitCode::from(FOUND));
    }
    let asked = DryRun {
        template,
        values: read(arguments.values.as_deref(), "values")?,
        secrets: secrets(arguments.secrets.as_deref())?,
        contents: contents(&arguments.file, &reach).await?,
        environment: Environment::default(),
        initiator: Initiator::default(),
        options: Options::default(),
    };
    if let Some(folder) = arguments.output.as_ref().filter(|folder| folder.exists()) {
        return Err(Failure::could_not_run(format!("{} is there already.", folder.display()))
            .next("Name a folder that is not there, or remove this one."));
    }
    let report = dry_run(asked, &registry).await?;
    match &arguments.output {
        Some(folder) => write(&report, folder)?,
        None if arguments.json => {}
        None => say("Name a folder with --output to get the files."),
    }
    output(&if arguments.json { format!("{:#}\n", report.to_json()) } else { human(&report) });
    Ok(ExitCode::SUCCESS)
}

async fn dry_run(asked: DryRun, registry: &Registry) -> Result<Report, Failure> {
    scaffolder::dry_run::dry_run(asked, registry).await.map_err(|error| match error {
        DryRunError::Template(problems) => {
            let told = problems.iter().map(|problem| at(&problem.pointer, &problem.message));
            Failure::stopped("The template can't be run.").because(told.collect::<Vec<_>>().join("\n"))
        }
        DryRunError::Values(Mistakes { answers, secrets }) => {
            let told = answers.iter().map(|mistake| at(&mistake.pointer, &mistake.message)).chain(secrets);
            Failure::stopped("The values don't fit the form of the template.")
                .because(told.collect::<Vec<_>>().join("\n"))
                .next("Write the answers into a file, and name it with --values; secrets with --secrets.")
        }
        DryRunError::NoAction(why) => Failure::stopped(why),
        DryRunError::Failed { step, error, log } => {
            log.iter().for_each(|line| say(shown(line).trim_end()));
            let what =
                step.map_or_else(|| "The run failed.".to_owned(), |step| format!("Step {step} failed."));
            Failure::stopped(what).because(error)
        }
        DryRunError::Fault(error) => Failure::could_not_run("The dry run broke off.").because(error),
    })
}

/// What is wrong at a JSON pointer; an empty one is the whole.
fn at(pointer: &str, message: &str) -> String {
    if pointer.is_empty() { message.to_owned() } else { format!("{pointer}: {message}") }
}

/// The first template of a file.
pub(super) fn template(file: &Path) -> Result<Value, Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::could_not_run(format!("The template {shown} could not be read."))
            .because(error)
            .next("Name the file of the template: portico template dry-run FILE")
    })?;
    let growth = Growth::default();
    let documents = yaml::documents(&text, &growth).map(|document| document.map(|document| document.value));
    let documents = documents.collect::<Result<Vec<_>, _>>().map_err(|error| {
        Failure::stopped(format!("{shown}:{}:{}: this is no YAML.", error.line, error.column)).because(error)
    })?;
    let template = documents.into_iter().find(|document| document["kind"] == "Template");
    template.ok_or_else(|| {
        Failure::could_not_run(format!("There is no template in {shown}."))
            .next("A template has kind: Template and apiVersion: scaffolder.backstage.io/v1beta3.")
    })
}

/// What is wrong with the file, as `portico lint` tells it; nothing if only warnings are left.
fn problems(
    file: &Path,
    network: &integrations::Config,
    own: &[Arc<dyn Action>],
) -> Result<Option<String>, Failure> {
    let checks = capabilities::checks(network, own)
        .map_err(|error| Failure::could_not_run("Templates can't be checked.").because(error))?;
    let files = [PathBuf::from(file)];
    let mut report = reading::lint(&files, &[], &config::working_folder(), &checks);
    report.problems.retain(|problem| problem.severity == Severity::Error);
    Ok((!report.problems.is_empty()).then(|| reading::human(&report, terminal::is_colored())))
}

fn read(file: Option<&Path>, what: &str) -> Result<Map<String, Value>, Failure> {
    file.map_or_else(|| Ok(Map::new()), |file| object(file, what))
}

fn secrets(file: Option<&Path>) -> Result<scaffolder::execution::Secrets, Failure> {
    let secrets = read(file, "secrets")?.into_iter().map(|(name, value)| match value {
        Value::String(secret) => Ok((name, secret.into())),
        _ => Err(Failure::could_not_run(format!("The secret {name} is no text."))),
    });
    secrets.collect()
}

/// The files beside a template, links and what Git keeps left out.
pub(super) async fn contents(template: &Path, reach: &Reach) -> Result<Vec<Content>, Failure> {
    let unreadable = |error: &dyn Display| {
        Failure::could_not_run(format!("What lies beside {} could not be read.", template.display()))
            .because(error)
            .next("Keep a template in a folder of its own.")
    };
    let file = template.canonicalize().map_err(|error| unreadable(&error))?;
    let files = reach.folder(&Base::File(file), ".", None).await.map_err(|error| unreadable(&error))?;
    let contents = files.into_iter().filter_map(|file| match file.content {
        SourceContent::File { bytes, .. } => Some(Content { path: file.path, bytes: bytes.into() }),
        SourceContent::Folder | SourceContent::Link(_) => None,
    });
    Ok(contents.collect())
}

/// Writes what came out. The paths are those of a workspace, which nothing leads out of.
fn write(report: &Report, folder: &Path) -> Result<(), Failure> {
    for file in report.files.iter().filter(|file| !file.link) {
        let path = folder.join(&file.path);
        let written =
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.bytes));
        let written = written.and_then(|()| if file.executable { make_executable(&path) } else { Ok(()) });
        written.map_err(|error| {
            Failure::stopped(format!("{} could not be written.", path.display())).because(error)
        })?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn human(report: &Report) -> String {
    let mut text: String = report.log.iter().map(shown).collect();
    text += "\nfiles\n";
    for file in &report.files {
        let note = if file.link {
            " (link)"
        } else if file.executable {
            " (executable)"
        } else {
            ""
        };
        let _text_takes_all = writeln!(text, "  {}{note}  {} bytes", file.path, file.bytes.len());
    }
    if report.files.is_empty() {
        text += "  none\n";
    }
    if !report.output.is_empty() {
        let _text_takes_all = write!(text, "\noutput\n{:#}\n", Value::Object(report.output.clone()));
    }
    text
}

fn shown(line: &LogLine) -> String {
    let step = line.step.as_deref().unwrap_or("run");
    format!("{step:>16}  {}\n", line.message)
}
