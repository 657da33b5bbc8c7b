//! `$text`, `$json` and `$yaml`: an object with one of them as its only key stands for the content of another file.
//!
//! Paths are relative to the descriptor and must stay inside the folder tree of its source, links included. What was
//! read is not searched for placeholders again. Other keys that start with a dollar sign are left as they are.
//!
//! Many placeholders can name one file, so all that they bring in is taken out of one budget for the descriptor file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use platform::yaml::{self, Growth};
use serde_json::Value;

use super::file::{ReadError, read_limited};
use super::problem::clip;
use super::remote::{Home, Remote, RemoteText, Seen, sign_of};
use super::{fingerprint, paths};

/// Largest file that a placeholder may read, in bytes: what indents and comments add to the largest entity.
const MAX_BYTES: u64 = 5 * 1024 * 1024;

/// The placeholders of one descriptor file.
pub(super) struct Placeholders<'a> {
    folder: &'a Path,
    home: Home<'a>,
    growth: &'a Growth,
    /// The budget could not pay for a placeholder.
    is_full: bool,
    /// Each file looked at, with its fingerprint from just before.
    seen: Vec<Seen>,
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
pub(super) type Refusal = (String, String);

impl<'a> Placeholders<'a> {
    /// For a descriptor in `folder`, reading only what its home allows. What is read is taken out of `growth`.
    pub(super) fn new(folder: &'a Path, home: Home<'a>, growth: &'a Growth) -> Self {
        Self { folder, home, growth, is_full: false, seen: Vec::new() }
    }

    /// Whether nothing more is read because the budget is used up. The failure that says so is the only one.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Replaces all placeholders in a document. Those that fail stay as they are; the first one that is too much ends it.
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
        if self.is_full {
            return;
        }
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
                            if self.is_full {
                                // The others will be told when there is room for them.
                                failures.clear();
                            }
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
        if let Home::Address { address, remote } = self.home {
            let (text, shown) = self.fetched(key, target, address, remote)?;
            let filled = self.fill(form, text, Path::new(&shown));
            self.is_full = self.growth.is_used_up();
            return filled;
        }
        if target.contains("://") {
            return Err((
                format!("{key} names the address {}, but this catalog reads files only", clip(target)),
                format!(
                    "Save that document beside the descriptor and write its path, for example {key}: ./file.txt"
                ),
            ));
        }
        if target.contains(char::is_control) {
            return Err((
                format!("{key} names {}, and no path may hold a control character", clip(&format!("{target:?}"))),
                "Remove the character. In double quotes a backslash begins an escape; in single quotes it does not."
                    .to_owned(),
            ));
        }
        let path = paths::absolute(Path::new(target), self.folder);
        let text = self.read_file(key, target, &path)?;
        let filled = self.fill(form, text, &path);
        self.is_full = self.growth.is_used_up();
        filled
    }

    /// What the text of a file stands for, if there is room for it.
    fn fill(&self, form: Form, text: String, path: &Path) -> Result<Value, Refusal> {
        let (key, shown) = (form.key(), path.display());
        let wrong =
            |cause: String| (format!("{key} reads {shown}, {cause}"), "Correct that file.".to_owned());
        if !self.growth.take(text.len()) {
            return Err(too_much(self.growth));
        }
        let value = match form {
            Form::Text => return Ok(Value::String(text)),
            Form::Json => serde_json::from_str(&text)
                .map(as_javascript_prints)
                .map_err(|cause| wrong(format!("which is not JSON: {cause}")))?,
            Form::Yaml => one_document(&text, self.growth).map_err(|cause| {
                if self.growth.is_used_up() { too_much(self.growth) } else { wrong(cause) }
            })?,
        };
        // Small values take far more memory than text.
        if self.growth.take_value(&value) { Ok(value) } else { Err(too_much(self.growth)) }
    }

    /// The text at an address in the same repository, with its address.
    fn fetched(
        &mut self,
        key: &str,
        target: &str,
        base: &str,
        remote: &dyn Remote,
    ) -> Result<(String, String), Refusal> {
        let check = || "Name a file of the same repository, for example ./api.yaml.".to_owned();
        let address = remote
            .resolve(target, base)
            .map_err(|why| (format!("{key} names {}: {why}", clip(target)), check()))?;
        if !remote.same_repository(&address, base) {
            return Err((format!("{key} names {}, which lies in another repository", clip(target)), check()));
        }
        let found = remote.text(&address);
        let path = PathBuf::from(&address);
        if !self.seen.iter().any(|(seen, _)| *seen == path) {
            self.seen.push((path, sign_of(&found)));
        }
        let failed = |why: &str| (format!("{key} cannot read {}: {why}", clip(&address)), check());
        match found {
            RemoteText::Text { text, .. } if text.len() as u64 > MAX_BYTES => {
                Err(failed(&format!("it has {} bytes, and the limit is {MAX_BYTES}", text.len())))
            }
            RemoteText::Text { text, .. } => Ok((text, address)),
            RemoteText::Missing(why) | RemoteText::Failed(why) => Err(failed(&why)),
            RemoteText::Pending => Err(failed("it is not fetched yet")),
        }
    }

    /// The text of the file, if it may be read.
    fn read_file(&mut self, key: &str, target: &str, path: &Path) -> Result<String, Refusal> {
        let base = match self.home {
            Home::Folder(root) => root,
            // What is behind an address reads nothing on this machine.
            Home::Address { .. } => path,
        };
        let root = base.display();
        let outside = || {
            (
                format!("{key} names {}, which lies outside {root}, the folder tree of this source", clip(target)),
                "Placeholders read below that folder only. Move the file there, or register a folder that holds both."
                    .to_owned(),
            )
        };
        // Judged by its text first: nobody shall learn whether a file outside exists.
        if !path.starts_with(base) {
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
        let real = match paths::real_path_inside(path, base) {
            Ok(Some(real)) => real,
            Ok(None) => return Err(outside()),
            Err(cause) => return Err(failed(&ReadError::from(cause))),
        };
        read_limited(&real, MAX_BYTES).map_err(|cause| failed(&cause))
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

/// What to tell when a descriptor file would grow beyond its budget.
pub(super) fn too_much(growth: &Growth) -> Refusal {
    (
        format!(
            "Anchors, aliases and placeholders add more than {} MB to this file; this document and all after it are not read",
            growth.limit() / 1024 / 1024
        ),
        "Repeat less, or divide it into several files; a Location entity can lead to all of them.".to_owned(),
    )
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

fn one_document(text: &str, growth: &Growth) -> Result<Value, String> {
    let mut documents: Vec<_> = yaml::documents(text, growth).collect();
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
