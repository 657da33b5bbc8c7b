//! `portico template render`: one text, as the steps of a template render it.

use std::fs;
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use scaffolder::{Syntax, TemplateError};
use serde_json::Map;

use super::object;
use crate::cli::Render;
use crate::commands::Outcome;
use crate::failure::{FOUND, Failure};

/// Renders one template, or lines of JSON.
pub(crate) fn run(arguments: &Render) -> Outcome {
    if arguments.jsonl {
        return render_lines();
    }
    let (name, text) = read(arguments.file.as_deref())?;
    let context = match &arguments.values {
        Some(path) => object(path, "values")?,
        None => Map::new(),
    };
    let syntax = if arguments.cookiecutter { Syntax::cookiecutter() } else { Syntax::default() };
    let syntax =
        Syntax { trim_blocks: arguments.trim_blocks, lstrip_blocks: arguments.lstrip_blocks, ..syntax };
    let rendered = scaffolder::render(&text, syntax, &context).map_err(|error| told(&name, &text, &error))?;
    write(&rendered)?;
    Ok(ExitCode::SUCCESS)
}

/// Answers each line as soon as it is there, so that a program can wait for its answer.
fn render_lines() -> Outcome {
    let mut is_fine = true;
    for line in io::stdin().lock().lines() {
        let line =
            line.map_err(|error| Failure::could_not_run("The input could not be read.").because(error))?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = scaffolder::render_line(&line);
        is_fine &= answer.get("error").is_none();
        write(&format!("{answer}\n"))?;
    }
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// The name and the text of a template; without a file, or with `-`, of the input.
fn read(file: Option<&Path>) -> Result<(String, String), Failure> {
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|error| {
                Failure::could_not_run(format!("The template {} could not be read.", file.display()))
                    .because(error)
            })?;
            Ok((file.display().to_string(), text))
        }
        None => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            read.map_err(|error| Failure::could_not_run("The input could not be read.").because(error))?;
            Ok(("input".to_owned(), text))
        }
    }
}

/// What is wrong with a template: where, and the line itself.
fn told(name: &str, text: &str, error: &TemplateError) -> Failure {
    let place = error.place;
    let line = text.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or_default();
    let sign = " ".repeat(place.column.saturating_sub(1) as usize);
    Failure::stopped(format!("{name}:{}:{}: {}\n{line}\n{sign}^", place.line, place.column, error.message))
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::stopped("The output could not be written.").because(error))
}
