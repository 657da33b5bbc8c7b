//! `http:request`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use http::{Method, StatusCode};
use integrations::Asked;
use platform::http::outgoing::Answer;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Reach, Running, about, input, object};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Repeat};
use crate::execution::Mask;

/// How long an answer may take unless a step says otherwise.
pub(super) const TIME: Duration = Duration::from_secs(60);
/// The longest that a step may say.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Most bytes that are sent.
const MOST_SENT: usize = 4 * 1024 * 1024;
/// Most headers.
const MOST_HEADERS: usize = 100;
/// Most characters of an answer that an error shows.
const SHOWN: usize = 300;
/// Headers that are no template's: they say where a request goes, and where it ends.
const OURS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "proxy-authorization",
];
/// Tells a host that two requests are one.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

struct Request {
    about: About,
    reach: Arc<Reach>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let texts = |description: &str| json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": description });
    let schema = object(
        &["url"],
        json!({
            "method": { "type": "string", "enum": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"], "default": "GET", "description": "What is asked." },
            "url": { "type": "string", "description": "The address. Its host has to be in `portico.scaffolder.httpRequest.allow` of the configuration." },
            "params": texts("What is added to the query of the address."),
            "headers": texts("Headers. With an `Idempotency-Key`, by which the host knows a request that it had before, an interrupted step is done again; such a key is made of `context.task.id` and the step."),
            "body": { "type": ["object", "array", "string"], "description": "What is sent: a text as it is, anything else as JSON." },
            "timeout": { "type": "number", "exclusiveMinimum": 0, "description": "How long the answer may take, in milliseconds; a minute if left out, ten at most." },
            "continueOnBadResponse": { "type": "boolean", "default": false, "description": "Whether the step goes on when the status is 400 or more; it fails otherwise." },
            "logRequestPath": { "type": "boolean", "default": true, "description": "Whether the log shows the path of the address." },
        }),
    );
    let output = object(
        &["code", "headers"],
        json!({
            "code": { "type": "number", "description": "The status." },
            "headers": { "type": "object", "additionalProperties": { "type": "string" }, "description": "The headers by their names in small letters; cookies are left out." },
            "body": { "description": "The body: the value if it is JSON, the text otherwise." },
        }),
    );
    let about = about(
        "http:request",
        "Asks a host that the configuration allows for something. A step that was interrupted before the answer came is done again \
         if its method changes nothing or its headers have an Idempotency-Key; otherwise the run stops and asks a person.",
        schema,
        &[(
            "Ask a service of the company for an account.",
            "steps:\n  - id: account\n    action: http:request\n    input:\n      method: POST\n      url: https://accounts.acme.test/api/accounts\n      headers:\n        authorization: Bearer ${{ secrets.accounts }}\n        idempotency-key: ${{ context.task.id }}-account\n      body:\n        name: shop\n",
        )],
    );
    // With an input: see Request::repeat.
    Arc::new(Request { about: About { output, dry_run: false, repeat: Repeat::Ask, ..about }, reach })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    #[serde(default = "get")]
    method: String,
    url: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    timeout: Option<f64>,
    #[serde(default)]
    continue_on_bad_response: bool,
    #[serde(default = "yes")]
    log_request_path: bool,
}

fn get() -> String {
    "GET".to_owned()
}

const fn yes() -> bool {
    true
}

impl Action for Request {
    fn about(&self) -> &About {
        &self.about
    }

    fn repeat(&self, input: &Map<String, Value>) -> Repeat {
        let method = input.get("method").and_then(Value::as_str).unwrap_or("GET");
        let headers = input.get("headers").and_then(Value::as_object);
        repeat(method, headers.into_iter().flat_map(|headers| headers.keys()))
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> Running<'a> {
        Box::pin(self.ask(invocation))
    }
}

/// What a second request with this method and headers of these names means.
pub(super) fn repeat<'a>(method: &str, mut headers: impl Iterator<Item = &'a String>) -> Repeat {
    let is_known = headers.any(|name| name.eq_ignore_ascii_case(IDEMPOTENCY_KEY));
    if is_known || matches!(method, "GET" | "HEAD" | "OPTIONS") { Repeat::Safe } else { Repeat::Ask }
}

impl Request {
    async fn ask(&self, invocation: Invocation<'_>) -> Result<Done, ActionError> {
        let (step, journal) = (invocation.step, invocation.journal);
        if let Some(Value::Object(answered)) = journal.kept(step, ANSWERED).await? {
            return Ok(Done::Output(answered));
        }
        let asked: Input = input(invocation.input)?;
        let requests = self.reach.integrations().requests();
        let mut url = requests.judge(&asked.url)?;
        if !asked.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&asked.params);
        }
        let request = asked.request()?;
        let changes = !matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
        let host = url.host_str().unwrap_or_default();
        let path = if asked.log_request_path { url.path() } else { "" };
        let line = format!("{} {}://{host}{path}", request.method, url.scheme());
        journal.log(Some(step), &line).await?;
        let is_done_again = repeat(&asked.method, asked.headers.keys()) == Repeat::Safe;
        let answer = requests.send(url.clone(), request).await.map_err(|error| {
            let error = ActionError::from(error);
            if is_done_again || !error.later {
                return error;
            }
            let message = format!(
                "{} It may have been done all the same: look there before you retry the run.",
                error.message
            );
            ActionError { message, ..error }
        })?;
        let line = format!("It answered {} with {} bytes.", answer.status, answer.body.len());
        journal.log(Some(step), &line).await?;
        if answer.status.as_u16() >= 400 && !asked.continue_on_bad_response {
            let error = bad(&asked.method, &url, &answer, journal.mask());
            let message = format!("{} With continueOnBadResponse: true the step would go on.", error.message);
            return Err(ActionError { message, ..error });
        }
        let output = output(&answer);
        if changes {
            journal.keep(step, ANSWERED, Value::Object(output.clone())).await?;
        }
        Ok(Done::Output(output))
    }
}

impl Input {
    fn request(&self) -> Result<Asked, ActionError> {
        let time = self.timeout.map_or(Ok(TIME), |millis| Duration::try_from_secs_f64(millis / 1000.0));
        let time = time.ok().filter(|time| *time <= LONGEST).ok_or_else(|| {
            ActionError::new(format!("timeout has to be at most {} milliseconds.", LONGEST.as_millis()))
        })?;
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        asked(&self.method, headers, self.body.as_ref(), time)
    }
}

/// A request that can be sent. Values of headers may be secrets, so no error tells them.
pub(super) fn asked<'a>(
    method: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    body: Option<&Value>,
    time: Duration,
) -> Result<Asked, ActionError> {
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| ActionError::new(format!("{method:?} is no method of HTTP.")))?;
    let mut headers = checked(headers)?;
    let body = match body {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            value.to_string()
        }
    };
    if body.len() > MOST_SENT {
        return Err(ActionError::new(format!("The body has more than {MOST_SENT} bytes. Send less.")));
    }
    Ok(Asked { method, headers, body: body.into(), time })
}

fn checked<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Result<HeaderMap, ActionError> {
    let mut checked = HeaderMap::new();
    for (name, value) in headers {
        let named = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| ActionError::new(format!("{name:?} is no name of a header.")))?;
        if OURS.contains(&named.as_str()) {
            return Err(ActionError::new(format!("The header {named} is not one that a step can set.")));
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            ActionError::new(format!("The value of the header {named} holds a character that none has."))
        })?;
        value.set_sensitive(true);
        checked.insert(named, value);
        if checked.len() > MOST_HEADERS {
            return Err(ActionError::new(format!("A request has at most {MOST_HEADERS} headers.")));
        }
    }
    Ok(checked)
}

/// What an answer that says no means for the step.
pub(super) fn bad(method: &str, url: &Url, answer: &Answer, mask: &Mask) -> ActionError {
    // Hidden before it is cut: half a secret would not be known as one.
    let text = mask.text(&String::from_utf8_lossy(&answer.body));
    let shown: String =
        text.trim().chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let said = if shown.is_empty() { String::new() } else { format!(": {shown}") };
    let host = url.host_str().unwrap_or_default();
    let message = format!("{host} answered {} to {method}{said}.", answer.status);
    let later = answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS;
    ActionError { message, later }
}

/// An answer as templates see it.
pub(super) fn output(answer: &Answer) -> Map<String, Value> {
    let mut headers: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in answer.headers.iter().filter(|(name, _)| **name != SET_COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        let told = headers.entry(name.as_str()).or_default();
        if !told.is_empty() {
            told.push_str(", ");
        }
        told.push_str(&value);
    }
    let kind = headers.get("content-type").map(String::as_str).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || kind.ends_with("+json");
    let text = || json!(String::from_utf8_lossy(&answer.body));
    let body = if is_json { serde_json::from_slice(&answer.body).unwrap_or_else(|_| text()) } else { text() };
    Map::from_iter([
        ("code".to_owned(), json!(answer.status.as_u16())),
        ("headers".to_owned(), json!(headers)),
        ("body".to_owned(), body),
    ])
}
