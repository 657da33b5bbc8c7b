//! Files on hosts that `backend.reading.allow` names: no repositories, no patterns.

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, IF_NONE_MATCH};
use platform::Secret;
use platform::http::outgoing::{Outgoing, Request, TIME};
use url::Url;

use crate::answers::{etag, own_bearer};
use crate::config::ReadingAllow;
use crate::{GitHost, Listing, MAX_BYTES, ReadError, Reading, Repository, TreeFile, from_outgoing};

/// The hosts of `backend.reading.allow`.
pub(crate) struct Plain {
    allow: Vec<ReadingAllow>,
    outgoing: Outgoing,
}

impl Plain {
    pub(crate) fn new(allow: Vec<ReadingAllow>, outgoing: Outgoing) -> Self {
        Self { allow, outgoing }
    }

    async fn fetch(
        &self,
        url: &Url,
        validator: Option<&str>,
        token: Option<&Secret<String>>,
    ) -> Result<Reading<Bytes>, ReadError> {
        let mut headers = HeaderMap::new();
        if let Some(token) = own_bearer(token)? {
            headers.insert(AUTHORIZATION, token);
        }
        if let Some(validator) = validator.and_then(|validator| HeaderValue::from_str(validator).ok()) {
            headers.insert(IF_NONE_MATCH, validator);
        }
        let may_follow = |next: &Url| self.owns(next);
        let request = Request {
            method: Method::GET,
            url: url.clone(),
            headers,
            body: Bytes::new(),
            limit: MAX_BYTES,
            time: TIME,
            may_follow: &may_follow,
        };
        let answer = self.outgoing.send(request).await.map_err(|error| from_outgoing(&error))?;
        match answer.status.as_u16() {
            200 => {
                let validator = etag(&answer.headers);
                Ok(Reading::New { value: answer.body, validator })
            }
            304 => Ok(Reading::Unchanged),
            404 | 410 => Err(ReadError::Missing("there is no such file".to_owned())),
            status => Err(ReadError::Later { why: format!("the host answered {status}"), at: None }),
        }
    }
}

impl GitHost for Plain {
    fn owns(&self, url: &Url) -> bool {
        self.allow.iter().any(|allow| allow.allows(url))
    }

    fn repository(&self, url: &Url) -> Option<String> {
        Some(url.origin().ascii_serialization())
    }

    fn is_repository(&self, _: &Url) -> bool {
        false
    }

    fn edit_url(&self, _: &Url) -> Option<Url> {
        None
    }

    fn resolve(&self, target: &str, base: &Url) -> Result<Url, ReadError> {
        base.join(target).map_err(|error| ReadError::Refused(format!("{target} makes no address: {error}")))
    }

    fn folder_url(&self, url: &Url) -> Url {
        url.join("./").unwrap_or_else(|_| url.clone())
    }

    fn read<'a>(
        &'a self,
        url: &'a Url,
        validator: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Bytes>, ReadError>> {
        Box::pin(self.fetch(url, validator, None))
    }

    fn list<'a>(
        &'a self,
        _: &'a Url,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Listing>, ReadError>> {
        let why = "patterns are searched in repositories of integrations.github and integrations.gitlab only; name each file";
        Box::pin(std::future::ready(Err(ReadError::Refused(why.to_owned()))))
    }

    fn lookup<'a>(&'a self, _: &'a Url) -> BoxFuture<'a, Result<Repository, ReadError>> {
        let why = "this host is neither in integrations.github nor in integrations.gitlab, so it has no repositories to look into";
        Box::pin(std::future::ready(Err(ReadError::Refused(why.to_owned()))))
    }

    fn file<'a>(
        &'a self,
        url: &'a Url,
        token: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Bytes, ReadError>> {
        Box::pin(async move { self.fetch(url, None, token).await?.into_value() })
    }

    fn tree<'a>(
        &'a self,
        _: &'a Url,
        _: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Vec<TreeFile>, ReadError>> {
        let why = "folders are read from repositories of integrations.github and integrations.gitlab only; name a file";
        Box::pin(std::future::ready(Err(ReadError::Refused(why.to_owned()))))
    }
}
