//! `portico template test`: the tests that lie beside templates.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use scaffolder::action::Registry;
use scaffolder::actions::Reach;
use scaffolder::template_test::{self, TestFile, Tried};
use serde_json::{Value, json};

use super::dry_run::{contents, template};
use crate::capabilities;
use crate::cli::TemplateTest;
use crate::commands::{Outcome, block_on};
use crate::failure::{FOUND, Failure};
use crate::terminal::output;

/// How a test of a template went.
struct Line {
    template: PathBuf,
    file: PathBuf,
    tried: Tried,
}

/// Runs the command.
pub(crate) fn run(arguments: &TemplateTest) -> Outcome {
    block_on(test(arguments))
}

async fn test(arguments: &TemplateTest) -> Outcome {
    let failed = |error| Failure::could_not_run("The actions of templates can't be set up.").because(error);
    let reach = capabilities::reach(&integrations::Config::default()).map_err(failed)?;
    let own = capabilities::declared_actions(&arguments.own.documents)?;
    let registry = capabilities::actions(&reach, &own).map_err(failed)?;
    let mut templates = Vec::new();
    for path in &arguments.paths {
        if path.is_dir() {
            find(path, &mut templates)?;
        } else {
            // Tests beside a file that is not there would be none.
            fs::metadata(path).map_err(|error| unreadable(path, &error))?;
            templates.push(path.clone());
        }
    }
    let mut tried = Vec::new();
    for template in templates {
        tried.extend(test_template(&template, &reach, &registry).await?);
    }
    if tried.is_empty() {
        return Err(Failure::could_not_run("There are no tests of templates.")
            .next("Write them into tests/*.yaml beside a template, or name its file or a folder above it."));
    }
    output(&if arguments.json { machine(&tried) } else { human(&tried) });
    let passed = tried.iter().all(|line| line.tried.wrong.is_empty());
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

async fn test_template(file: &Path, reach: &Reach, registry: &Registry) -> Result<Vec<Line>, Failure> {
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    if !folder.join(template_test::FOLDER).is_dir() {
        return Ok(Vec::new());
    }
    let entity = template(file)?;
    let contents = contents(file, reach).await?;
    let files = template_test::run_all(&entity, &contents, registry, None).await;
    let files = files.map_err(|error| Failure::could_not_run("The tests broke off.").because(error))?;
    let mut lines = Vec::new();
    for TestFile { path, tests } in files {
        let path = folder.join(path);
        let tests = tests.map_err(|wrong| {
            let told: Vec<_> = wrong.iter().map(|wrong| format!("{}:{wrong}", path.display())).collect();
            Failure::stopped("A file of tests is wrong.").because(told.join("\n"))
        })?;
        let line = |tried| Line { template: file.to_owned(), file: path.clone(), tried };
        lines.extend(tests.into_iter().map(line));
    }
    Ok(lines)
}

/// Templates with tests below a folder. What is below a template is its own, such as a skeleton.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = sorted(folder)?;
    if folder.join(template_test::FOLDER).is_dir() {
        let is_template = |path: &&PathBuf| {
            is_yaml(path)
                && fs::read_to_string(path)
                    .is_ok_and(|text| text.lines().any(|line| line.trim_end() == "kind: Template"))
        };
        let before = found.len();
        found.extend(entries.iter().filter(is_template).cloned());
        if found.len() > before {
            return Ok(());
        }
    }
    for entry in entries {
        let is_hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // A link could lead around in a circle.
        if !is_hidden && entry.is_dir() && !entry.is_symlink() {
            find(&entry, found)?;
        }
    }
    Ok(())
}

fn is_yaml(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| unreadable(folder, &error))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::could_not_run(format!("{} could not be read.", path.display())).because(error)
}

fn human(tried: &[Line]) -> String {
    let mut text = String::new();
    for Line { file, tried: Tried { name, wrong }, .. } in tried {
        let state = if wrong.is_empty() { "ok    " } else { "failed" };
        let _text_takes_all = writeln!(text, "{state}  {}: {name}", file.display());
        for line in wrong.iter().flat_map(|wrong| wrong.lines()) {
            let _text_takes_all = writeln!(text, "        {line}");
        }
    }
    let failed = tried.iter().filter(|line| !line.tried.wrong.is_empty()).count();
    text + &format!("{} passed, {failed} failed\n", tried.len() - failed)
}

fn machine(tried: &[Line]) -> String {
    let tests = tried.iter().map(|Line { template, file, tried: Tried { name, wrong } }| {
        json!({ "template": template, "file": file, "name": name, "passed": wrong.is_empty(), "wrong": wrong })
    });
    format!("{:#}\n", Value::Array(tests.collect()))
}
