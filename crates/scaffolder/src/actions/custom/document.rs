//! Reading documents of actions: their shape, their schemas, and what their expressions refer to.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use platform::config::ConfigDuration;
use platform::yaml::{self, Positions};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::action::{Example, nearest};
use crate::execution::Secrets;
use crate::expression::Prepared;
use crate::schema::Schema;

/// Names that every expression may use.
const NAMES: [&str; 8] = ["input", "secrets", "run", "step", "idempotencyKey", "range", "cycler", "joiner"];
/// The one that those may use which look at an answer.
const ANSWER: &str = "answer";
/// How often it is asked whether it is done, unless the document says otherwise.
const EVERY: Duration = Duration::from_secs(5);
/// How long it is asked, unless the document says otherwise.
const LIMIT: Duration = Duration::from_secs(60 * 60);
/// Shortest and longest of both.
const BOUNDS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30 * 24 * 60 * 60));

/// Why documents of actions can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DocumentError {
    /// The file, or what was named.
    pub file: PathBuf,
    /// Line and column, counted from 1, where there is such a place.
    pub place: Option<(u32, u32)>,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl DocumentError {
    pub(super) fn whole(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, message: message.into() }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match self.place {
            Some((line, column)) => write!(f, "{file}:{line}:{column}: {}", self.message),
            None => write!(f, "{file}: {}", self.message),
        }
    }
}

/// An action as its document declares it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) input: Value,
    pub(super) output: Value,
    pub(super) examples: Vec<Example>,
    pub(super) request: Request,
    pub(super) poll: Option<Poll>,
    /// The output, to be computed of the last answer.
    pub(super) result: Prepared,
}

/// What is sent.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: Prepared,
    pub(super) headers: Prepared,
    /// The names of the headers as they are written.
    pub(super) names: Vec<String>,
    pub(super) body: Option<Prepared>,
}

/// How it is found out that what was asked for is done.
#[derive(Debug)]
pub(super) struct Poll {
    pub(super) request: Request,
    pub(super) until: Prepared,
    pub(super) failed: Option<Prepared>,
    pub(super) every: Duration,
    pub(super) limit: Duration,
}

#[derive(Deserialize)]
struct Written {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    description: String,
}

#[derive(Deserialize)]
struct Spec {
    input: Value,
    output: Value,
    request: WrittenRequest,
    poll: Option<WrittenPoll>,
    result: Map<String, Value>,
    #[serde(default)]
    examples: Vec<WrittenExample>,
}

#[derive(Deserialize)]
struct WrittenRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

#[derive(Deserialize)]
struct WrittenPoll {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    until: String,
    failed: Option<String>,
    every: Option<Value>,
    limit: Option<Value>,
}

#[derive(Deserialize)]
struct WrittenExample {
    description: String,
    example: String,
}

/// A mistake at a JSON pointer.
type Mistake = (String, String);

/// The actions of a file.
pub(super) fn read(
    file: &Path,
    text: &str,
    secrets: Option<&Secrets>,
) -> Result<Vec<Document>, DocumentError> {
    let shape = serde_json::from_str(include_str!("schema.json")).map_err(|error| error.to_string());
    let shape = shape.and_then(|shape: Value| Schema::new(&shape));
    let shape = shape.map_err(|error| DocumentError::whole(file, error))?;
    let mut documents = Vec::new();
    for (number, document) in yaml::parse_documents(text).into_iter().enumerate() {
        let value = document
            .map_err(|error| DocumentError {
                file: file.to_owned(),
                place: Some((error.line, error.column)),
                message: format!("This is no YAML: {}.", error.message),
            })?
            .value;
        documents.push(self::document(&value, &shape, secrets).map_err(|(pointer, message)| {
            let place = Positions::new(text, number).of(&pointer);
            DocumentError { file: file.to_owned(), place: Some(place), message }
        })?);
    }
    Ok(documents)
}

fn document(value: &Value, shape: &Schema, secrets: Option<&Secrets>) -> Result<Document, Mistake> {
    if let Some(fault) = shape.faults(value).into_iter().next() {
        return Err((fault.pointer.clone(), shown(&fault.pointer, &fault.message)));
    }
    let Written { metadata, spec } =
        Written::deserialize(value).map_err(|error| (String::new(), format!("{error}.")))?;
    for (schema, pointer) in [(&spec.input, "/spec/input"), (&spec.output, "/spec/output")] {
        Schema::new(schema).map_err(|why| (pointer.to_owned(), why))?;
    }
    let document = Document {
        request: Request {
            method: spec.request.method,
            url: Prepared::new(&spec.request.url.into(), "/spec/request/url"),
            names: spec.request.headers.keys().cloned().collect(),
            headers: headers(spec.request.headers, "/spec/request/headers"),
            body: spec.request.body.map(|body| Prepared::new(&body, "/spec/request/body")),
        },
        poll: spec.poll.map(poll).transpose()?,
        result: Prepared::new(&Value::Object(spec.result), "/spec/result"),
        examples: spec
            .examples
            .into_iter()
            .map(|WrittenExample { description, example }| Example { description, example })
            .collect(),
        id: metadata.name,
        description: metadata.description,
        input: spec.input,
        output: spec.output,
    };
    document.check(secrets)?;
    Ok(document)
}

fn headers(headers: BTreeMap<String, String>, pointer: &str) -> Prepared {
    let headers = headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    Prepared::new(&Value::Object(headers), pointer)
}

fn poll(poll: WrittenPoll) -> Result<Poll, Mistake> {
    Ok(Poll {
        request: Request {
            method: "GET".to_owned(),
            url: Prepared::new(&poll.url.into(), "/spec/poll/url"),
            names: poll.headers.keys().cloned().collect(),
            headers: headers(poll.headers, "/spec/poll/headers"),
            body: None,
        },
        until: Prepared::new(&poll.until.into(), "/spec/poll/until"),
        failed: poll.failed.map(|failed| Prepared::new(&failed.into(), "/spec/poll/failed")),
        every: length(poll.every, EVERY, "every")?,
        limit: length(poll.limit, LIMIT, "limit")?,
    })
}

fn length(written: Option<Value>, default: Duration, key: &str) -> Result<Duration, Mistake> {
    let Some(written) = written else { return Ok(default) };
    let length = ConfigDuration::deserialize(written).ok().map(|ConfigDuration(length)| length);
    length.filter(|length| (BOUNDS.0..=BOUNDS.1).contains(length)).ok_or_else(|| {
        let message =
            format!("{key} has to be a time from a second to 30 days, such as {{ seconds: 10 }} or 10s.");
        (format!("/spec/poll/{key}"), message)
    })
}

impl Document {
    /// What expressions can't be read, or refer to what there is not.
    fn check(&self, secrets: Option<&Secrets>) -> Result<(), Mistake> {
        let Request { url, headers, body, .. } = &self.request;
        for value in [url, headers].into_iter().chain(body) {
            self.refers(value, false, true, secrets)?;
        }
        if let Some(Poll { request, until, failed, .. }) = &self.poll {
            self.refers(&request.url, true, true, secrets)?;
            self.refers(&request.headers, true, true, secrets)?;
            for (value, key) in [(Some(until), "until"), (failed.as_ref(), "failed")] {
                let Some(value) = value else { continue };
                self.refers(value, true, false, secrets)?;
                // A text alone is always true.
                if !value
                    .references()
                    .iter()
                    .any(|(_, reference)| reference.path.first().is_some_and(|name| name == ANSWER))
                {
                    let message = format!(
                        "{key} has to ask something of the answer, such as ${{{{ answer.body.state == 'ready' }}}}."
                    );
                    return Err((format!("/spec/poll/{key}"), message));
                }
            }
        }
        self.refers(&self.result, true, false, secrets)
    }

    fn refers(
        &self,
        value: &Prepared,
        has_answer: bool,
        has_secrets: bool,
        secrets: Option<&Secrets>,
    ) -> Result<(), Mistake> {
        if let Some(error) = value.errors().into_iter().next() {
            return Err((error.pointer, format!("{} ({} of the text).", error.message, error.place)));
        }
        for (pointer, reference) in value.references() {
            let mut path = reference.path.iter().map(String::as_str);
            let (Some(name), member) = (path.next(), path.next()) else { continue };
            let why = match (name, member) {
                ("secrets", _) if !has_secrets => {
                    Some("Secrets are known to requests only, so that no output shows them".to_owned())
                }
                ("secrets", Some(secret)) if secrets.is_some_and(|secrets| !secrets.contains_key(secret)) => {
                    Some(format!("portico.scaffolder.actions.secrets has no {secret:?}"))
                }
                ("input", Some(input)) if self.input["properties"].get(input).is_none() => {
                    Some(format!("spec.input names no {input:?}"))
                }
                (ANSWER, _) if has_answer => None,
                (ANSWER, _) => Some("There is no answer yet when the first request is made".to_owned()),
                (name, _) if NAMES.contains(&name) => None,
                (name, _) => {
                    let nearest = nearest(name, NAMES.into_iter().chain([ANSWER]));
                    let help = nearest.map(|nearest| format!("; is {nearest} meant?")).unwrap_or_default();
                    Some(format!("Nothing is called {name:?} here{help}"))
                }
            };
            if let Some(why) = why {
                return Err((pointer, format!("{why} ({} of the text).", reference.place)));
            }
        }
        Ok(())
    }
}

/// A fault of the shape, with what is expected where a pattern alone would not say it.
fn shown(pointer: &str, message: &str) -> String {
    match pointer {
        "" => format!("This is no document of an action: {message}."),
        "/metadata/name" => {
            "metadata.name has to be the id of the action: words divided by colons, such as internal:create-account."
                .to_owned()
        }
        _ if pointer.ends_with("/url") => {
            "url has to begin with https:// or http:// and a host without expressions, so that the document alone says \
             where secrets go."
                .to_owned()
        }
        _ => format!("{}: {message}.", pointer.trim_start_matches('/').replace('/', ".")),
    }
}
