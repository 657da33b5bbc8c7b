//! GitLab's API as somebody writes to it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use platform::Secret;
use platform::http::outgoing::{self, Answer, Origin, Request};
use platform::secret::MASK;
use serde_json::Value;
use url::Url;

use super::Gitlab;
use crate::answers::{asked_pause, bearer};
use crate::parts::encode;
use crate::{ApiError, GitRemote, MAX_BYTES, from_outgoing};

/// How long an answer to a request takes at most that writes: a commit comes with its files.
const WRITING: Duration = Duration::from_secs(60);
/// Most characters of what a host says about an error.
const LONGEST_REASON: usize = 500;
/// How many things a page of a list has, at most.
const PAGE: usize = 100;
/// Most pages of a list that are read.
const MOST_PAGES: usize = 100;

/// A host with the token of whoever writes. Cheap to clone.
#[derive(Clone)]
pub struct GitlabApi {
    gitlab: Arc<Gitlab>,
    token: Secret<String>,
    authorization: HeaderValue,
    /// Whether the token is that of the configuration.
    configured: bool,
}

impl GitlabApi {
    pub(crate) fn new(gitlab: Arc<Gitlab>, token: Option<&Secret<String>>) -> Result<Self, ApiError> {
        let configured = token.is_none();
        let token = token.or(gitlab.token.as_ref()).cloned().ok_or_else(|| {
            ApiError::refused(format!(
                "there is no token for {}: set integrations.gitlab[].token in app-config.yaml, or give the step a token",
                gitlab.host
            ))
        })?;
        let authorization = bearer(&token)
            .ok_or_else(|| ApiError::refused("the token holds a character that no token has"))?;
        Ok(Self { gitlab, token, authorization, configured })
    }

    /// The host, with a port if it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.gitlab.host
    }

    /// The address of a project or a group in a browser, by its path.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        let path = path.split('/').map(encode).collect::<Vec<_>>().join("/");
        format!("{}/{path}", self.gitlab.base.as_str().trim_end_matches('/'))
    }

    /// The repository of a project, by its path, as Git pushes to it.
    ///
    /// # Errors
    /// The path makes no address.
    pub fn remote(&self, path: &str) -> Result<GitRemote, ApiError> {
        GitRemote::of_host(&format!("{}.git", self.page(path)), ("oauth2", &self.token))
    }

    /// Asks for something that is there.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn get(&self, path: &str) -> Result<Value, ApiError> {
        self.send(Method::GET, path, None).await
    }

    /// Asks for something; nothing if there is none.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn find(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All of a list. The path may have a query.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>, ApiError> {
        let (all, is_whole) = self.pages(path, MOST_PAGES).await?;
        if is_whole {
            return Ok(all);
        }
        Err(ApiError::refused(format!("{} has more than {} of what was asked for", self.host(), all.len())))
    }

    /// The first pages of a list, and whether that is all of it.
    pub(super) async fn pages(&self, path: &str, most: usize) -> Result<(Vec<Value>, bool), ApiError> {
        let mut all = Vec::new();
        let joint = if path.contains('?') { '&' } else { '?' };
        for page in 1..=most {
            let path = format!("{path}{joint}per_page={PAGE}&page={page}");
            let Value::Array(found) = self.get(&path).await? else { return Ok((all, true)) };
            let is_last = found.len() < PAGE;
            all.extend(found);
            if is_last {
                return Ok((all, true));
            }
        }
        Ok((all, false))
    }

    /// Sends a request to a path, encoded and with a slash in front. What comes back; `null` if the answer is empty.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        let gitlab = &self.gitlab;
        let paused = gitlab.manners.pause().filter(|_| self.configured);
        if paused.is_some() {
            return Err(ApiError { again_at: paused, ..ApiError::later(gitlab.manners.limit()) });
        }
        let refused = || ApiError::refused(format!("{path:?} is no path of the API"));
        // A name that is one of these would lead to something else than was asked for.
        if path.split('?').next().unwrap_or_default().split('/').any(|part| matches!(part, "." | "..")) {
            return Err(refused());
        }
        let url = Url::parse(&format!("{}{path}", gitlab.api)).map_err(|_| refused())?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, self.authorization.clone());
        let may_follow = |next: &Url| Origin::of(next).as_ref() == Some(&gitlab.origin);
        let request = Request {
            method: method.clone(),
            url,
            headers,
            body: Bytes::from(body.map(Value::to_string).unwrap_or_default()),
            limit: MAX_BYTES,
            time: if method == Method::GET { outgoing::TIME } else { WRITING },
            may_follow: &may_follow,
        };
        let answer = gitlab.outgoing.send(request).await.map_err(|error| from_outgoing(&error))?;
        if !answer.status.is_success() {
            return Err(self.error(&method, path, &answer));
        }
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            ApiError::later(format!("{} gave an answer that can't be read: {error}", self.host()))
        })
    }

    fn error(&self, method: &Method, path: &str, answer: &Answer) -> ApiError {
        let status = answer.status;
        let with = |message: String, later| {
            let status = Some(status.as_u16());
            ApiError { status, message, later, again_at: None }
        };
        let host = self.host();
        let token =
            if self.configured { "the token of integrations.gitlab" } else { "the token of the step" };
        let limited =
            asked_pause(&answer.headers, status).filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
        if let Some(at) = limited {
            if self.configured {
                self.gitlab.manners.wait_until(at);
            }
            return ApiError { again_at: Some(at), ..with(self.gitlab.manners.limit(), true) };
        }
        let reason = reason(&answer.body, &self.token);
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

/// What GitLab says about an error, in one line: a text, or texts by the fields that they are about. A token that it says back is
/// hidden before the line is cut.
fn reason(body: &[u8], token: &Secret<String>) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let said = ["message", "error", "error_description"].into_iter().filter_map(|name| body.get(name));
    let line = said.map(words).collect::<Vec<_>>().join("; ").replace(token.expose(), MASK);
    let line = line.trim().trim_end_matches('.').chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(LONGEST_REASON).collect()
}

fn words(said: &Value) -> String {
    match said {
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let about = |(name, said): (&String, &Value)| format!("{name} {}", words(said));
            fields.iter().map(about).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use platform::Secret;

    use super::reason;

    #[test]
    fn what_a_host_says_becomes_one_line() {
        for (body, expected) in [
            (r#"{"message":"404 Project Not Found"}"#, "404 Project Not Found"),
            (
                r#"{"message":{"path":["has already been taken"],"name":["is bad","is long"]}}"#,
                "name is bad, is long; path has already been taken",
            ),
            (r#"{"error":"title is missing."}"#, "title is missing"),
            (
                r#"{"error":"invalid_token","error_description":"Token was revoked."}"#,
                "invalid_token; Token was revoked",
            ),
            (r#"{"message":"401 Unauthorized glpat-hunter2"}"#, "401 Unauthorized ******"),
            ("<html>", ""),
        ] {
            let mut parts: Vec<_> = expected.split("; ").map(str::to_owned).collect();
            let said = reason(body.as_bytes(), &Secret::new("glpat-hunter2".to_owned()));
            let mut found: Vec<_> = said.split("; ").map(str::to_owned).collect();
            parts.sort();
            found.sort();
            assert_eq!(found, parts, "{body}");
        }
    }
}
