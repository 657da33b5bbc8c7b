//! GitLab, over its REST API.

mod api;

use std::sync::Mutex;
use std::time::SystemTime;

use platform::Secret;
use platform::http::outgoing::{Origin, Outgoing, OutgoingError};
use url::Url;

pub use self::api::GitlabApi;
use crate::config::GitlabConfig;
use crate::github::bearer;

/// One host of `integrations.gitlab`.
pub(crate) struct Gitlab {
    /// The host of pages, with a port if it is not the usual one.
    host: String,
    /// Where its pages are, and what Git clones from.
    base: Url,
    api: String,
    origin: Origin,
    token: Option<Secret<String>>,
    outgoing: Outgoing,
    /// Until when the host wants to be left alone.
    paused_until: Mutex<Option<SystemTime>>,
}

impl Gitlab {
    pub(crate) fn new(config: &GitlabConfig, outgoing: Outgoing) -> Result<Self, OutgoingError> {
        let refused =
            |what: &str| OutgoingError::Refused(format!("integrations.gitlab {}: {what}", config.host));
        let api = config.api();
        let url = Url::parse(&api).map_err(|error| refused(&format!("apiBaseUrl is no address: {error}")))?;
        let origin = Origin::of(&url).ok_or_else(|| refused("apiBaseUrl names no host"))?;
        let base = Url::parse(&config.base())
            .map_err(|error| refused(&format!("baseUrl is no address: {error}")))?;
        if config.token.as_ref().is_some_and(|token| bearer(token).is_none()) {
            return Err(refused("the token holds a character that no token has"));
        }
        Ok(Self {
            host: config.host.to_ascii_lowercase(),
            base,
            api,
            origin,
            token: config.token.clone(),
            outgoing,
            paused_until: Mutex::new(None),
        })
    }

    /// Whether it is the host of this name, which has a port if it is not the usual one.
    pub(crate) fn is(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    fn wait_until(&self, at: SystemTime) {
        *self.paused_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(at);
    }

    fn pause(&self) -> Option<SystemTime> {
        let until = *self.paused_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        until.filter(|until| *until > SystemTime::now())
    }

    fn limit(&self) -> String {
        format!("{} allows no more requests for now (rate limit)", self.host)
    }
}
