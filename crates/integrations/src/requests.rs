//! Requests to hosts that `portico.scaffolder.httpRequest.allow` names, and to no other.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use platform::http::outgoing::{Answer, Outgoing, OutgoingError, Request};
use url::Url;

use crate::config::ReadingAllow;
use crate::{ApiError, parse};

/// Largest answer, in bytes.
pub const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// The hosts that may be asked.
#[derive(Debug)]
pub struct Requests {
    allow: Vec<ReadingAllow>,
    outgoing: Outgoing,
}

/// What is asked.
#[derive(Debug)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The headers; they go to this host only.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// How long the answer may take.
    pub time: Duration,
}

impl Requests {
    pub(crate) fn new(allow: Vec<ReadingAllow>) -> Result<Self, OutgoingError> {
        let trusted = allow.iter().flat_map(ReadingAllow::origins).collect();
        Ok(Self { outgoing: Outgoing::new(trusted)?, allow })
    }

    /// Whether any host may be asked.
    #[must_use]
    pub fn are_allowed(&self) -> bool {
        !self.allow.is_empty()
    }

    /// The address, if it is one that may be asked. Nothing is sent.
    ///
    /// # Errors
    /// It is no address, or its host or path is none that the configuration allows.
    pub fn judge(&self, address: &str) -> Result<Url, ApiError> {
        let url = parse(address)?;
        if self.is_allowed(&url) {
            return Ok(url);
        }
        let host = url.host_str().unwrap_or_default();
        let is_known = self.allow.iter().any(|allow| allow.is_about(&url));
        let what = if is_known { format!("the path {} of {host}", url.path()) } else { host.to_owned() };
        Err(ApiError::refused(format!(
            "{what} is not in portico.scaffolder.httpRequest.allow of app-config.yaml; whoever runs the portal can add it"
        )))
    }

    /// Sends a request to an address that [`Self::judge`] gave. A redirect is judged like the first address.
    ///
    /// # Errors
    /// The address is refused, the host did not answer in time, or the answer has more than [`MAX_ANSWER_BYTES`].
    pub async fn send(&self, url: Url, asked: Asked) -> Result<Answer, ApiError> {
        let Asked { method, headers, body, time } = asked;
        let host = url.host_str().unwrap_or_default().to_owned();
        let may_follow = |next: &Url| self.is_allowed(next);
        let limit = MAX_ANSWER_BYTES;
        let request = Request { method, url, headers, body, limit, time, may_follow: &may_follow };
        self.outgoing.send(request).await.map_err(|error| match error {
            OutgoingError::Failed(why) => ApiError::later(format!("{host} can't be reached: {why}")),
            error => ApiError::refused(format!("{host} is not asked further: {error}")),
        })
    }

    fn is_allowed(&self, url: &Url) -> bool {
        self.allow.iter().any(|allow| allow.allows(url))
    }
}
