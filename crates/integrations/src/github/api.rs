//! GitHub's API as somebody writes to it.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use octocrab::OctoBody;
use platform::Secret;
use serde_json::Value;

use super::{Github, GithubRepository, JSON, from_octocrab};
use crate::answers::{asked_pause, bearer, etag};
use crate::parts::is_name;
use crate::{ReadError, Reading, RepoUrl};

/// Most characters of what a host says about an error.
const LONGEST_REASON: usize = 500;

/// A host with the token of whoever writes. Cheap to clone.
#[derive(Clone)]
pub struct GithubApi {
    github: Arc<Github>,
    authorization: HeaderValue,
    /// Whether the token is that of the configuration.
    configured: bool,
}

/// Why a host did not do something: a sentence without its full stop, for the person who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The status of its answer, if there was one.
    pub status: Option<u16>,
    /// What happened.
    pub message: String,
    /// Whether the same may work later.
    pub later: bool,
    /// When the host wants to be asked again, if it said so.
    pub again_at: Option<SystemTime>,
}

impl ApiError {
    /// It will not work until somebody changes something.
    pub fn refused(message: impl Into<String>) -> Self {
        let message = message.into();
        let message = message.strip_suffix('.').map(str::to_owned).unwrap_or(message);
        Self { status: None, message, later: false, again_at: None }
    }

    /// It may work the next time.
    pub fn later(message: impl Into<String>) -> Self {
        Self { later: true, ..Self::refused(message) }
    }

    /// Whether the host answered with this status.
    #[must_use]
    pub fn is(&self, status: u16) -> bool {
        self.status == Some(status)
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Missing(why) | ReadError::Refused(why) => Self::refused(why),
            ReadError::Later { why, at } => Self { again_at: at, ..Self::later(why) },
        }
    }
}

impl GithubApi {
    pub(crate) fn new(github: Arc<Github>, token: Option<&Secret<String>>) -> Result<Self, ApiError> {
        let host = &github.host;
        let own = token.map(|token| {
            bearer(token).ok_or_else(|| ApiError::refused("the token holds a character that no token has"))
        });
        let configured = own.is_none();
        let authorization = own.transpose()?.or_else(|| github.authorization.clone()).ok_or_else(|| {
            ApiError::refused(format!(
                "there is no token for {host}: set integrations.github[].token in app-config.yaml, or give the step a token"
            ))
        })?;
        Ok(Self { github, authorization, configured })
    }

    pub(crate) fn repository(self, address: &RepoUrl) -> Result<GithubRepository, ApiError> {
        let part = |name: &str| {
            address.part(name).filter(|value| is_name(value)).map(str::to_owned).ok_or_else(|| {
                ApiError::refused(format!(
                    "the repoUrl needs {name}=NAME with letters, digits, -, _ and . only, as in {}?owner=acme&repo=shop",
                    address.host()
                ))
            })
        };
        Ok(GithubRepository::new(self, part("owner")?, part("repo")?))
    }

    /// The host, with a port if it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.github.host
    }

    /// The scheme of its pages: that of its API.
    pub(super) fn scheme(&self) -> &'static str {
        if self.github.api.starts_with("http://") { "http" } else { "https" }
    }

    /// Asks for something; nothing if there is none.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn find(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.send(Method::GET, path, None).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request to a path, encoded and with a slash in front. What comes back; `null` if the answer is empty.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        let answer = self.exchange(&method, path, body, None).await?;
        if !answer.status().is_success() {
            return Err(self.error(&method, path, &answer));
        }
        self.value(&answer)
    }

    /// Asks for something, unless it is as it was when the host gave the validator: that costs nothing of what the host allows.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn read(&self, path: &str, validator: Option<&str>) -> Result<Reading<Value>, ApiError> {
        let answer = self.exchange(&Method::GET, path, None, validator).await?;
        match answer.status() {
            StatusCode::NOT_MODIFIED if validator.is_some() => Ok(Reading::Unchanged),
            status if status.is_success() => {
                Ok(Reading::New { value: self.value(&answer)?, validator: etag(answer.headers()) })
            }
            _ => Err(self.error(&Method::GET, path, &answer)),
        }
    }

    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        validator: Option<&str>,
    ) -> Result<Response<Bytes>, ApiError> {
        let paused = self.github.manners.pause().filter(|_| self.configured);
        if paused.is_some() {
            return Err(ApiError { again_at: paused, ..ApiError::later(self.github.manners.limit()) });
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("{}{path}", self.github.api))
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, self.authorization.clone());
        if let Some(validator) = validator.and_then(|validator| HeaderValue::from_str(validator).ok()) {
            request = request.header(IF_NONE_MATCH, validator);
        }
        let request = request
            .body(OctoBody::from(body))
            .map_err(|_| ApiError::refused(format!("{path} is no path of the API")))?;
        let response = self.github.client.execute(request).await.map_err(|error| from_octocrab(&error))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| from_octocrab(&error))?.to_bytes();
        Ok(Response::from_parts(parts, body))
    }

    fn value(&self, answer: &Response<Bytes>) -> Result<Value, ApiError> {
        if answer.body().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(answer.body()).map_err(|error| {
            ApiError::later(format!("{} gave an answer that can't be read: {error}", self.host()))
        })
    }

    fn error(&self, method: &Method, path: &str, answer: &Response<Bytes>) -> ApiError {
        let status = answer.status();
        let with = |message: String, later| {
            let status = Some(status.as_u16());
            ApiError { status, message, later, again_at: None }
        };
        let host = self.host();
        let token =
            if self.configured { "the token of integrations.github" } else { "the token of the step" };
        let limited = asked_pause(answer.headers(), status)
            .filter(|_| matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS));
        if let Some(at) = limited {
            if self.configured {
                self.github.manners.wait_until(at);
            }
            return ApiError { again_at: Some(at), ..with(self.github.manners.limit(), true) };
        }
        let reason = reason(answer.body());
        let said = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let path = path.split('?').next().unwrap_or_default();
        match status.as_u16() {
            401 => with(format!("{host} does not accept {token}{said}"), false),
            403 => with(format!("{host} does not let {token} do {method} {path}{said}"), false),
            code => {
                with(format!("{host} answered {code} to {method} {path}{said}"), status.is_server_error())
            }
        }
    }
}

/// What GitHub says about an error, in one line.
fn reason(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let mut said: Vec<&str> = body.get("message").and_then(Value::as_str).into_iter().collect();
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    said.extend(errors.filter_map(|error| error.get("message").unwrap_or(error).as_str()));
    let line = said.join("; ");
    let line = line.trim().trim_end_matches('.').chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(LONGEST_REASON).collect()
}
