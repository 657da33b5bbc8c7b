//! What the answers of a host mean, and how long it wants to be left alone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use http::header::{ETAG, HeaderMap, HeaderValue, RETRY_AFTER};
use platform::Secret;
use serde::de::DeserializeOwned;

use crate::ReadError;

/// The longest pause that a host is believed to want.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// What a request showed of who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing: it sees what the public may see.
    Nothing,
    /// The token of the configuration.
    Configured,
    /// Somebody's own token.
    Own,
}

/// A host as somebody who asks it.
pub(crate) struct Manners {
    host: String,
    /// The section of the configuration that has its token.
    section: &'static str,
    paused_until: Mutex<Option<SystemTime>>,
}

impl Manners {
    pub(crate) fn new(host: &str, section: &'static str) -> Self {
        Self { host: host.to_owned(), section, paused_until: Mutex::new(None) }
    }

    /// Leaves the host alone until then.
    pub(crate) fn wait_until(&self, at: SystemTime) {
        *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Until when the host wants to be left alone, if it does.
    pub(crate) fn pause(&self) -> Option<SystemTime> {
        let until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.filter(|until| *until > SystemTime::now())
    }

    /// Whether the host may be asked now. How much it lets somebody ask is a matter of the token.
    pub(crate) fn may_ask(&self, shown: Shown) -> Result<(), ReadError> {
        match self.pause().filter(|_| shown != Shown::Own) {
            Some(until) => Err(ReadError::Later { why: self.limit(), at: Some(until) }),
            None => Ok(()),
        }
    }

    pub(crate) fn limit(&self) -> String {
        format!("{} allows no more requests for now (rate limit)", self.host)
    }

    /// What a status means when it is neither content nor "as it was".
    pub(crate) fn judge(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        shown: Shown,
    ) -> Result<(), ReadError> {
        let later = |why: String, at| Err(ReadError::Later { why, at });
        let token = match shown {
            Shown::Nothing => "the public".to_owned(),
            Shown::Configured => format!("the token of {}", self.section),
            Shown::Own => "the token that was given".to_owned(),
        };
        match status.as_u16() {
            200 | 304 => Ok(()),
            403 | 429 if let Some(at) = asked_pause(headers, status) => {
                if shown != Shown::Own {
                    self.wait_until(at);
                }
                later(self.limit(), Some(at))
            }
            401 | 403 if shown == Shown::Nothing => {
                later(format!("{} does not let {token} read this", self.host), None)
            }
            401 => later(format!("{} does not accept {token}", self.host), None),
            403 => later(format!("{} does not let {token} read this", self.host), None),
            404 | 410 => Err(ReadError::Missing(if shown == Shown::Nothing {
                "there is no such file that the public may see".to_owned()
            } else {
                format!("there is no such file, or {token} may not see it")
            })),
            status => later(format!("{} answered {status}", self.host), None),
        }
    }
}

/// When the host wants to be asked again, if that is what its refusal is about.
pub(crate) fn asked_pause(headers: &HeaderMap, status: StatusCode) -> Option<SystemTime> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let now = SystemTime::now();
    let wanted = if let Some(seconds) = number(RETRY_AFTER.as_str()) {
        now + Duration::from_secs(seconds).min(LONGEST_PAUSE)
    } else if number("x-ratelimit-remaining") == Some(0) {
        UNIX_EPOCH.checked_add(Duration::from_secs(number("x-ratelimit-reset")?))?
    } else if status == StatusCode::TOO_MANY_REQUESTS {
        now + Duration::from_secs(60)
    } else {
        return None;
    };
    Some(wanted.clamp(now + Duration::from_secs(1), now + LONGEST_PAUSE))
}

/// A token as the API wants to see it; none if it holds a character that no token has.
pub(crate) fn bearer(token: &Secret<String>) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Somebody's own token, as [`bearer`] makes it.
pub(crate) fn own_bearer(token: Option<&Secret<String>>) -> Result<Option<HeaderValue>, ReadError> {
    let refused = || ReadError::Refused("the token holds a character that no token has".to_owned());
    token.map(|token| bearer(token).ok_or_else(refused)).transpose()
}

/// The sign of an answer's content, to be shown the next time.
pub(crate) fn etag(headers: &HeaderMap) -> Option<String> {
    headers.get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned)
}

pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ReadError> {
    serde_json::from_slice(body).map_err(|error| ReadError::Later {
        why: format!("the host gave an answer that cannot be read: {error}"),
        at: None,
    })
}

/// What is said of a folder that is read as a file.
pub(crate) fn folder() -> ReadError {
    ReadError::Missing(
        "this is a folder; name a file in it, or a pattern such as /**/catalog-info.yaml".to_owned(),
    )
}
