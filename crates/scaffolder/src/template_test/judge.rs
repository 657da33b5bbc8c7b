//! What differs between what a test expects and what came of it.

use serde_json::{Map, Value};
use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::{Call, Expected, ExpectedFile};
use crate::dry_run::{DryRunError, Report};

/// Lines that stay the same and are shown around a difference.
const CONTEXT: usize = 3;

/// All that is wrong.
pub(super) fn judge(
    expected: &Expected,
    result: &Result<Report, DryRunError>,
    calls: &[Call],
) -> Vec<String> {
    match result {
        Err(DryRunError::Values(mistakes)) => {
            let answers = mistakes.answers.iter().map(|mistake| at(&mistake.pointer, &mistake.message));
            let said: Vec<String> = answers.chain(mistakes.secrets.iter().cloned()).collect();
            if expected.refused.is_empty() {
                return said
                    .iter()
                    .map(|said| format!("The form does not take the answers: {said}"))
                    .collect();
            }
            let missing =
                expected.refused.iter().filter(|text| !said.iter().any(|said| said.contains(*text)));
            missing
                .map(|text| format!("refused: the form does not say {text:?}; it says: {}", said.join("; ")))
                .collect()
        }
        Err(error @ DryRunError::Failed { .. }) if !expected.failed.is_empty() => {
            let said = told(error);
            let missing = expected.failed.iter().filter(|text| !said.contains(*text));
            let mut wrong: Vec<String> =
                missing.map(|text| format!("failed: {text:?} is not said of it: {said}")).collect();
            wrong.extend(calls_wrong(expected, calls));
            wrong
        }
        Err(error) => vec![told(error)],
        Ok(_) if !expected.failed.is_empty() => vec!["failed: no step fails, and one should.".to_owned()],
        Ok(_) if !expected.refused.is_empty() => {
            vec!["refused: the form takes the answers, and should not.".to_owned()]
        }
        Ok(report) => {
            let mut wrong: Vec<String> =
                expected.files.iter().filter_map(|(path, file)| file_wrong(path, file, report)).collect();
            wrong.extend(calls_wrong(expected, calls));
            wrong.extend(parts_wrong("output", &expected.output, &report.output));
            wrong
        }
    }
}

/// What is wrong at a JSON pointer; an empty one is the whole.
fn at(pointer: &str, message: &str) -> String {
    if pointer.is_empty() { message.to_owned() } else { format!("{pointer}: {message}") }
}

fn told(error: &DryRunError) -> String {
    match error {
        DryRunError::Template(problems) => {
            let told: Vec<_> =
                problems.iter().map(|problem| at(&problem.pointer, &problem.message)).collect();
            format!("The template can't be run: {}", told.join("; "))
        }
        DryRunError::NoAction(why) => why.clone(),
        DryRunError::Failed { step: Some(step), error, .. } => format!("Step {step} failed: {error}"),
        DryRunError::Failed { step: None, error, .. } => format!("The run failed: {error}"),
        DryRunError::Values(_) | DryRunError::Fault(_) => "The dry run broke off.".to_owned(),
    }
}

fn file_wrong(path: &str, expected: &ExpectedFile, report: &Report) -> Option<String> {
    let found = report.files.iter().find(|file| file.path == path);
    let Some(found) = found else {
        let there: Vec<_> = report.files.iter().map(|file| file.path.as_str()).collect();
        return (!expected.absent)
            .then(|| format!("files: {path} is not there. There are: {}.", there.join(", ")));
    };
    if expected.absent {
        return Some(format!("files: {path} is there, and should not."));
    }
    let content = String::from_utf8_lossy(&found.bytes);
    if let Some(equals) = expected.equals.as_ref().filter(|equals| equals.as_bytes() != found.bytes) {
        return Some(format!("files: {path} is not as expected.\n{}", difference(equals, &content)));
    }
    let missing: Vec<_> = expected.contains.iter().filter(|text| !content.contains(text.as_str())).collect();
    (!missing.is_empty()).then(|| format!("files: {path} does not contain {missing:?}. It is:\n{content}"))
}

/// Lines that are missing with `-`, lines that are too many with `+`.
fn difference(expected: &str, found: &str) -> String {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (expected, found) = (lines(expected), lines(found));
    let mut text = String::from("--- expected\n+++ found\n");
    let mut line = |sign: char, line: &str| {
        text.push(sign);
        text.push_str(line.strip_suffix('\n').unwrap_or(line));
        text.push_str(if line.ends_with('\n') { "\n" } else { "\n\\ no line break at the end\n" });
    };
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &expected, &found), CONTEXT) {
        for op in group {
            if op.tag() == DiffTag::Equal {
                expected[op.old_range()].iter().for_each(|same| line(' ', same));
            } else {
                expected[op.old_range()].iter().for_each(|missing| line('-', missing));
                found[op.new_range()].iter().for_each(|more| line('+', more));
            }
        }
    }
    text
}

fn calls_wrong(expected: &Expected, calls: &[Call]) -> Vec<String> {
    let is = |call: &Call, name: &str| call.step == name || call.action == name;
    let mut wrong = Vec::new();
    let mut from = 0;
    for call in &expected.calls {
        let rest = &calls[from..];
        let fits = |made: &&Call| {
            let input = made.input.as_object();
            is(made, &call.of)
                && call
                    .input
                    .iter()
                    .all(|(name, value)| input.and_then(|input| input.get(name)) == Some(value))
        };
        if let Some(found) = rest.iter().position(|made| fits(&made)) {
            from += found + 1;
            continue;
        }
        match rest.iter().find(|made| is(made, &call.of)) {
            Some(made) => {
                let none = Map::new();
                let input = made.input.as_object().unwrap_or(&none);
                wrong.extend(parts_wrong(&format!("calls: {}: input", call.of), &call.input, input));
            }
            None => wrong.push(format!("calls: {} is not called, or not in this order.", call.of)),
        }
    }
    let called = expected.not_called.iter().filter(|name| calls.iter().any(|call| is(call, name)));
    wrong.extend(called.map(|name| format!("notCalled: {name} is called, and should not.")));
    wrong
}

fn parts_wrong(what: &str, expected: &Map<String, Value>, found: &Map<String, Value>) -> Vec<String> {
    let differing = expected.iter().filter(|(name, value)| found.get(*name) != Some(*value));
    let told = |(name, value): (&String, &Value)| match found.get(name) {
        None => format!("{what}: {name} is not there."),
        Some(found) => {
            format!(
                "{what}: {name} differs.\n{}",
                difference(&format!("{value:#}\n"), &format!("{found:#}\n"))
            )
        }
    };
    differing.map(told).collect()
}
