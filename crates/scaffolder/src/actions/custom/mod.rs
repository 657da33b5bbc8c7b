//! Actions that documents declare, so that an organisation adds its own without a new build.
//!
//! The configuration names the documents: who writes a template can't bring an action. Where a request goes is for the
//! document to say; inputs fill parts of it, and can't lead it elsewhere.

mod document;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use platform::http::outgoing::Answer;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

pub use self::document::DocumentError;
use self::document::{Document, Poll, Request};
use super::{Reach, Running, request};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Wait};
use crate::clock;
use crate::execution::{Journal, Mask, Secrets, UNRESERVED};
use crate::expression::{Budget, Failures, Functions, LIMITS, Prepared, is_truthy};
use crate::schema::Schema;

/// How often the service said that it can't do it: each time it is asked for anew with another key.
const ATTEMPT: &str = "attempt";
/// The last attempt of which the service said that it failed.
const FAILED: &str = "failed";
/// Until when it is asked whether it is done.
const ASKED_UNTIL: &str = "askedUntil";

/// The actions that the documents in these files and folders declare. Below a folder every `.yaml` and `.yml` is one.
///
/// # Errors
/// The first that can't be read or used.
pub fn custom(
    paths: &[PathBuf],
    secrets: &Secrets,
    reach: &Arc<Reach>,
) -> Result<Vec<Arc<dyn Action>>, DocumentError> {
    load(paths, Some(secrets), reach)
}

/// As [`custom()`], for commands that check what uses them and run none: which secrets there are does not matter.
///
/// # Errors
/// As for [`custom()`].
pub fn declared(paths: &[PathBuf], reach: &Arc<Reach>) -> Result<Vec<Arc<dyn Action>>, DocumentError> {
    load(paths, None, reach)
}

fn load(
    paths: &[PathBuf],
    known: Option<&Secrets>,
    reach: &Arc<Reach>,
) -> Result<Vec<Arc<dyn Action>>, DocumentError> {
    let mut actions: Vec<Arc<dyn Action>> = Vec::new();
    let secrets = Arc::new(known.cloned().unwrap_or_default());
    for path in paths {
        for file in files(path)? {
            let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
            let documents = document::read(&file, &text, known)?;
            if documents.is_empty() {
                return Err(DocumentError::whole(&file, "There is no document of an action in it."));
            }
            for document in documents {
                if actions.iter().any(|action| action.about().id == document.id) {
                    let message = format!("Another document declares the action {} already.", document.id);
                    return Err(DocumentError::whole(&file, message));
                }
                actions.push(Arc::new(Custom::new(document, &file, &secrets, reach)?));
            }
        }
    }
    Ok(actions)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, DocumentError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| unreadable(path, &error))?.path();
        if file.is_file() && file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> DocumentError {
    DocumentError::whole(path, format!("It can't be read: {error}. Name a document, or a folder of them."))
}

/// An action of a document.
struct Custom {
    about: About,
    document: Document,
    output: Schema,
    secrets: Arc<Secrets>,
    reach: Arc<Reach>,
}

impl Custom {
    fn new(
        document: Document,
        file: &Path,
        secrets: &Arc<Secrets>,
        reach: &Arc<Reach>,
    ) -> Result<Self, DocumentError> {
        let output = Schema::new(&document.output).map_err(|why| DocumentError::whole(file, why))?;
        let Document { id, description, input, output: given, examples, request, .. } = &document;
        let about = About {
            id: id.clone(),
            description: description.clone(),
            input: input.clone(),
            output: given.clone(),
            examples: examples.clone(),
            dry_run: false,
            repeat: request::repeat(&request.method, request.names.iter()),
        };
        Ok(Self { about, document, output, secrets: Arc::clone(secrets), reach: Arc::clone(reach) })
    }
}

impl Custom {
    /// What inputs are if a step leaves them out.
    fn defaults(&self) -> impl Iterator<Item = (&String, &Value)> {
        let properties = self.about.input.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().filter_map(|(name, schema)| Some((name, schema.get("default")?)))
    }
}

impl Action for Custom {
    fn about(&self) -> &About {
        &self.about
    }

    fn is_own(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> Running<'a> {
        Box::pin(async move {
            let Invocation { step, mut input, journal, .. } = invocation;
            for (name, default) in self.defaults() {
                input.entry(name).or_insert_with(|| default.clone());
            }
            self.secrets.values().for_each(|secret| journal.mask().add(secret.expose()));
            let attempt = journal.kept(step, ATTEMPT).await?.and_then(|kept| kept.as_u64()).unwrap_or(0);
            let mut call = Call { action: self, step, journal, input, attempt };
            call.begin_anew_after_failure().await?;
            call.run().await
        })
    }
}

/// One call of the action.
struct Call<'a> {
    action: &'a Custom,
    step: &'a str,
    journal: &'a dyn Journal,
    input: Map<String, Value>,
    attempt: u64,
}

impl Call<'_> {
    /// Where the service said that it failed, a retry of the run asks for it anew; a process that ended before the step did
    /// has only that to say.
    async fn begin_anew_after_failure(&mut self) -> Result<(), ActionError> {
        let failed = self.journal.kept(self.step, FAILED).await?.and_then(|kept| kept.as_u64());
        if failed != Some(self.attempt) {
            return Ok(());
        }
        let step = self.step.split_once('[').map_or(self.step, |(step, _)| step);
        if self.journal.interrupted(step) {
            return Err(self.refused());
        }
        self.keep(ANSWERED, Value::Null).await?;
        self.keep(ASKED_UNTIL, Value::Null).await?;
        self.attempt += 1;
        self.keep(ATTEMPT, json!(self.attempt)).await
    }

    fn refused(&self) -> ActionError {
        ActionError::new(format!(
            "{} was refused: the service says that it failed. See there why, and retry the run.",
            self.action.about.id
        ))
    }

    async fn run(&self) -> Result<Done, ActionError> {
        let kept = self.journal.kept(self.step, ANSWERED).await?;
        let answer = match kept.filter(|kept| !kept.is_null()) {
            Some(answer) => answer,
            None => {
                let answer = self.send(&self.action.document.request, None).await?;
                self.keep(ANSWERED, answer.clone()).await?;
                answer
            }
        };
        match &self.action.document.poll {
            Some(poll) => self.ask(poll, answer).await,
            None => self.output(answer).await,
        }
    }

    /// Asks once whether it is done.
    async fn ask(&self, poll: &Poll, first: Value) -> Result<Done, ActionError> {
        let kept = self.journal.kept(self.step, ASKED_UNTIL).await?;
        let until = match kept.and_then(|kept| kept.as_i64()) {
            Some(until) => until,
            None => {
                let until = clock::now().saturating_add(clock::millis(poll.limit));
                self.keep(ASKED_UNTIL, json!(until)).await?;
                until
            }
        };
        match self.send(&poll.request, Some(first)).await {
            Ok(answer) => {
                if let Some(failed) = &poll.failed
                    && self.is(failed, &answer).await?
                {
                    self.keep(FAILED, json!(self.attempt)).await?;
                    return Err(self.refused());
                }
                if self.is(&poll.until, &answer).await? {
                    return self.output(answer).await;
                }
            }
            // It was asked for, and may be done: a host that is away does not end that.
            Err(error) if error.later => self.journal.log(Some(self.step), &error.message).await?,
            Err(error) => {
                // A retry has the whole time again.
                self.keep(ASKED_UNTIL, Value::Null).await?;
                return Err(error);
            }
        }
        let left = until.saturating_sub(clock::now());
        if left <= 0 {
            self.keep(ASKED_UNTIL, Value::Null).await?;
            return Err(ActionError::new(format!(
                "{} was not done within {} s. See at the service why, and retry the run: it goes on asking.",
                self.action.about.id,
                poll.limit.as_secs()
            )));
        }
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        let reason = format!("{} to be done", self.action.about.id);
        Ok(Done::Wait(Wait { reason, again_in: Some(poll.every.min(left)) }))
    }

    /// Sends a request, and gives the answer as expressions see it.
    async fn send(&self, request: &Request, answer: Option<Value>) -> Result<Value, ActionError> {
        let values = self.values(answer, true);
        let url = self.compute(&request.url, encoded(&values)).await?;
        let text = url.as_str().unwrap_or_default();
        without_climbing(text)?;
        let headers = self.headers(request, values.clone()).await?;
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = match &request.body {
            Some(body) => Some(self.compute(body, values).await?),
            None => None,
        };
        let asked = request::asked(&request.method, headers, body.as_ref(), request::TIME)?;
        let requests = self.action.reach.integrations().requests();
        let url: Url = requests.judge(text)?;
        let host = url.host_str().unwrap_or_default();
        let line = format!("{} {}://{host}{}", request.method, url.scheme(), url.path());
        self.journal.log(Some(self.step), &line).await?;
        let answer: Answer = requests.send(url.clone(), asked).await?;
        let line = format!("It answered {} with {} bytes.", answer.status, answer.body.len());
        self.journal.log(Some(self.step), &line).await?;
        if !answer.status.is_success() {
            return Err(request::bad(&request.method, &url, &answer, self.journal.mask()));
        }
        let mut seen = request::output(&answer);
        let status = seen.remove("code").unwrap_or_default();
        seen.insert("status".to_owned(), status);
        // What the service sends back of its own secrets is kept nowhere.
        let mask = Mask::new(self.action.secrets.values().map(|secret| secret.expose().as_str()));
        Ok(mask.value(&Value::Object(seen)))
    }

    /// Every header that the document names: one that fell away could be the key by which the service knows a request.
    async fn headers<'a>(
        &self,
        request: &'a Request,
        values: Map<String, Value>,
    ) -> Result<Vec<(&'a str, String)>, ActionError> {
        let computed = self.compute(&request.headers, values).await?;
        let text = |name: &'a String| match &computed[name.as_str()] {
            Value::String(text) => Ok((name.as_str(), text.clone())),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok((name.as_str(), value.to_string())),
            _ => Err(ActionError::new(format!(
                "The header {name} that {} sends is no text with this input. Give the step what it is made of.",
                self.action.about.id
            ))),
        };
        request.names.iter().map(text).collect()
    }

    async fn output(&self, answer: Value) -> Result<Done, ActionError> {
        let output = self.compute(&self.action.document.result, self.values(Some(answer), false)).await?;
        let faults = self.action.output.faults(&output);
        if !faults.is_empty() {
            let told = faults.iter().map(|fault| match fault.pointer.trim_start_matches('/') {
                "" => fault.message.clone(),
                place => format!("{place}: {}", fault.message),
            });
            return Err(ActionError::new(format!(
                "The answer of the service does not give what {} promises: {}. What was asked for may be done all the same.",
                self.action.about.id,
                told.collect::<Vec<_>>().join("; ")
            )));
        }
        match output {
            Value::Object(output) => Ok(Done::Output(output)),
            _ => Ok(Done::Output(Map::new())),
        }
    }

    async fn is(&self, condition: &Prepared, answer: &Value) -> Result<bool, ActionError> {
        let value = self.compute(condition, self.values(Some(answer.clone()), false)).await?;
        Ok(is_truthy(Some(&value)))
    }

    /// Computes away from the threads that serve requests: inputs and answers are other people's.
    async fn compute(&self, what: &Prepared, values: Map<String, Value>) -> Result<Value, ActionError> {
        let what = what.clone();
        let computed = crate::turn::blocking(move || {
            what.render(&values, Functions::Plain, Failures::Errors, &Budget::new(LIMITS))
        });
        let computed = computed.await.map_err(|error| ActionError::new(format!("It broke off: {error}.")))?;
        computed.map(Option::unwrap_or_default).map_err(|error| {
            let message = self.journal.mask().text(&error.to_string());
            ActionError::new(format!(
                "The document of {} can't be followed: {message}.",
                self.action.about.id
            ))
        })
    }

    fn values(&self, answer: Option<Value>, has_secrets: bool) -> Map<String, Value> {
        let mut values = Map::from_iter([
            ("input".to_owned(), Value::Object(self.input.clone())),
            ("run".to_owned(), json!({ "id": self.journal.run() })),
            ("step".to_owned(), json!({ "id": self.step })),
            ("idempotencyKey".to_owned(), self.key().into()),
        ]);
        values.extend(answer.map(|answer| ("answer".to_owned(), answer)));
        if has_secrets {
            let secrets = self.action.secrets.iter();
            let secrets = secrets.map(|(name, secret)| (name.clone(), secret.expose().clone().into()));
            values.insert("secrets".to_owned(), Value::Object(secrets.collect()));
        }
        values
    }

    /// The same for each sending of one attempt, and another one for everything else.
    fn key(&self) -> String {
        let of = json!([self.journal.run(), self.step, self.attempt]).to_string();
        Sha256::digest(of).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    async fn keep(&self, name: &str, value: Value) -> Result<(), ActionError> {
        Ok(self.journal.keep(self.step, name, value).await?)
    }
}

/// Values whose texts are each one part of an address, whatever is in them.
fn encoded(values: &Map<String, Value>) -> Map<String, Value> {
    fn encode(value: &Value) -> Value {
        match value {
            Value::String(text) => percent_encoding::utf8_percent_encode(text, UNRESERVED).to_string().into(),
            Value::Array(items) => items.iter().map(encode).collect(),
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), encode(value))).collect(),
            value => value.clone(),
        }
    }
    values.iter().map(|(key, value)| (key.clone(), encode(value))).collect()
}

/// Refuses an address that a value turned into one of another place.
fn without_climbing(address: &str) -> Result<(), ActionError> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    if path.split(['/', '\\']).any(|part| part == "." || part == "..") {
        return Err(ActionError::new(
            "The address of the request would leave its place by a part that is . or .. . Give the input another value.",
        ));
    }
    Ok(())
}
