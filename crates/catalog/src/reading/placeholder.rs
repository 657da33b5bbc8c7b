//! `$text`, `$json` and `$yaml`: an object with one of them as its only key stands for the content of another file.
//!
//! Paths are relative to the descriptor and must stay inside the folder tree of its source, links included. What was
//! read is not searched for placeholders again. Other keys that start with a dollar sign are left as they are.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::file::{ReadError, read_limited};
use super::problem::clip;
use super::{fingerprint, paths};

/// Largest file that a placeholder may read.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
/// Most that all placeholders of one descriptor file may read together.
const MAX_TOTAL_BYTES: u64 = 64 * 1024 * 1024;

/// The placeholders of one descriptor file.
pub(super) struct Placeholders<'a> {
    folder: &'a Path,
    root: &'a Path,
    bytes_left: u64,
    /// Each file looked at, with its fingerprint from just before.
    seen: Vec<(PathBuf, String)>,
}

/// A placeholder that could not be replaced.
#[derive(Debug, PartialEq)]
pub(super) struct Failure {
    /// JSON pointer to the placeholder.
    pub pointer: String,
    pub message: String,
    pub help: String,
}

/// The way from the root of a document to a value, built without allocating while all is well.
struct Trail<'a> {
    above: Option<&'a Trail<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Json,
    Yaml,
}

/// What to tell when a placeholder cannot be replaced: what happened, and what to do about it.
type Refusal = (String, String);

impl<'a> Placeholders<'a> {
    /// For a descriptor in `folder`, reading only below `root`.
    pub(super) fn new(folder: &'a Path, root: &'a Path) -> Self {
        Self { folder, root, bytes_left: MAX_TOTAL_BYTES, seen: Vec::new() }
    }

    /// Replaces all placeholders in a document. Those that fail stay as they are.
    pub(super) fn resolve(&mut self, document: &mut Value) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.walk(document, &Trail { above: None, step: Step::Root }, &mut failures);
        failures
    }

    /// The files that were looked at, existing or not, and their fingerprints at that moment.
    pub(super) fn into_seen(self) -> Vec<(PathBuf, String)> {
        self.seen
    }

    fn walk(&mut self, value: &mut Value, trail: &Trail<'_>, failures: &mut Vec<Failure>) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.walk(item, &Trail { above: Some(trail), step: Step::Index(index) }, failures);
                }
            }
            Value::Object(map) => {
                if let Some((form, target)) = placeholder(map) {
                    match self.read(form, target) {
                        Ok(content) => *value = content,
                        Err((message, help)) => {
                            failures.push(Failure { pointer: trail.pointer(), message, help });
                        }
                    }
                    return;
                }
                for (key, item) in map.iter_mut() {
                    self.walk(item, &Trail { above: Some(trail), step: Step::Key(key) }, failures);
                }
            }
            _ => {}
        }
    }

    fn read(&mut self, form: Form, target: &Value) -> Result<Value, Refusal> {
        let key = form.key();
        let Some(target) = target.as_str().filter(|target| !target.trim().is_empty()) else {
            return Err((
                format!("{key} needs the path of a file, and found {}", clip(&target.to_string())),
                format!("Write the path as text, for example {key}: ./file.txt"),
            ));
        };
        if target.contains("://") {
            return Err((
                format!("{key} names the address {}, but this catalog reads files only", clip(target)),
                format!(
                    "Save that document beside the descriptor and write its path, for example {key}: ./file.txt"
                ),
            ));
        }
        let path = paths::absolute(Path::new(target), self.folder);
        let text = self.read_file(key, target, &path)?;
        let shown = path.display();
        match form {
            Form::Text => Ok(Value::String(text)),
            Form::Json => serde_json::from_str(&text).map(as_javascript_prints).map_err(|cause| {
                (format!("{key} reads {shown}, which is not JSON: {cause}"), "Correct that file.".to_owned())
            }),
            Form::Yaml => one_document(&text)
                .map_err(|cause| (format!("{key} reads {shown}, {cause}"), "Correct that file.".to_owned())),
        }
    }

    /// The text of the file, if it may be read.
    fn read_file(&mut self, key: &str, target: &str, path: &Path) -> Result<String, Refusal> {
        let root = self.root.display();
        let outside = || {
            (
                format!("{key} names {}, which lies outside {root}, the folder tree of this source", clip(target)),
                "Placeholders read below that folder only. Move the file there, or register a folder that holds both."
                    .to_owned(),
            )
        };
        // Judged by its text first: nobody shall learn whether a file outside exists.
        if !path.starts_with(self.root) {
            return Err(outside());
        }
        if !self.seen.iter().any(|(seen, _)| seen == path) {
            self.seen.push((path.to_owned(), fingerprint::of_file(path)));
        }
        let failed = |cause: &ReadError| {
            (
                format!("{key} cannot read {}: {cause}", clip(&path.to_string_lossy())),
                format!("Check the path {}; it is relative to the folder of this descriptor.", clip(target)),
            )
        };
        let real = match paths::real_path_inside(path, self.root) {
            Ok(Some(real)) => real,
            Ok(None) => return Err(outside()),
            Err(cause) => return Err(failed(&ReadError::from(cause))),
        };
        let text = read_limited(&real, MAX_BYTES).map_err(|cause| failed(&cause))?;
        match self.bytes_left.checked_sub(text.len() as u64) {
            Some(left) => self.bytes_left = left,
            None => {
                return Err((
                    format!(
                        "The placeholders of this file read more than {} MB",
                        MAX_TOTAL_BYTES / 1024 / 1024
                    ),
                    "Distribute the entities over several descriptor files.".to_owned(),
                ));
            }
        }
        Ok(text)
    }
}

impl Form {
    fn key(self) -> &'static str {
        match self {
            Self::Text => "$text",
            Self::Json => "$json",
            Self::Yaml => "$yaml",
        }
    }
}

impl Trail<'_> {
    fn pointer(&self) -> String {
        let mut pointer = self.above.map(Trail::pointer).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Key(key) => pointer.extend(["/", &key.replace('~', "~0").replace('/', "~1")]),
            // Writing to a string cannot fail.
            Step::Index(index) => drop(write!(pointer, "/{index}")),
        }
        pointer
    }
}

/// The form and the target, if the object is a placeholder.
fn placeholder(map: &serde_json::Map<String, Value>) -> Option<(Form, &Value)> {
    let (key, target) = map.iter().next().filter(|_| map.len() == 1)?;
    let form = match key.as_str() {
        "$text" => Form::Text,
        "$json" => Form::Json,
        "$yaml" => Form::Yaml,
        _ => return None,
    };
    Some((form, target))
}

fn one_document(text: &str) -> Result<Value, String> {
    let mut documents = platform::yaml::parse_documents(text);
    if let Some(Err(cause)) = documents.iter().find(|document| document.is_err()) {
        return Err(format!(
            "which is not YAML at line {}, column {}: {}",
            cause.line, cause.column, cause.message
        ));
    }
    match (documents.len(), documents.pop()) {
        (1, Some(Ok(document))) => Ok(document.value),
        (count, _) => Err(format!("which holds {count} YAML documents where exactly one is expected")),
    }
}

/// `1.0` becomes `1`, as it does in every tool that reads the file with JavaScript.
fn as_javascript_prints(mut value: Value) -> Value {
    match &mut value {
        Value::Number(number) => {
            const EXACT: f64 = 9_007_199_254_740_992.0;
            if let Some(float) = number.as_f64().filter(|_| number.is_f64())
                && float.fract() == 0.0
                && float.abs() <= EXACT
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
                let whole = float as i64;
                *number = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = as_javascript_prints(item.take())),
        Value::Object(map) => map.values_mut().for_each(|item| *item = as_javascript_prints(item.take())),
        _ => {}
    }
    value
}
