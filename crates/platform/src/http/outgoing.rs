//! Requests to addresses that came from users or files: the one client for them, with its guard.
//!
//! A host that the configuration does not name is reached on public addresses only, which is checked on the address that
//! is connected to. Redirects are few, each is judged like the first address, and no credential follows to another
//! origin. Answers have a size and a time.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, LOCATION, USER_AGENT};
use http::{HeaderMap, Method, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::address::is_public;

/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer takes at most unless a request says otherwise, redirects and body included.
pub const TIME: Duration = Duration::from_secs(20);

/// The client for addresses that are not ours. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    /// Reaches public addresses only.
    guarded: reqwest::Client,
    /// For hosts that the configuration names.
    trusting: reqwest::Client,
    trusted: Arc<[Origin]>,
}

/// A host with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    host: String,
    port: u16,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status. Redirects were followed, except those that would make another request of one that changes something.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// This portal does not ask there.
    #[error("{0}")]
    Refused(String),
    /// The answer is larger than the limit, in bytes.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// The host could not be reached, or broke off.
    #[error("{0}")]
    Failed(String),
}

/// A request.
pub struct Request<'a> {
    /// What is asked.
    pub method: Method,
    /// Where to; `http` or `https`.
    pub url: Url,
    /// Headers. They go to this origin only, except `accept`, `accept-language` and `user-agent`.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// Most bytes of the answer's body.
    pub limit: usize,
    /// How long the answer may take, redirects and body included.
    pub time: Duration,
    /// Whether a redirect may lead to an address.
    pub may_follow: &'a (dyn Fn(&Url) -> bool + Sync),
}

impl Origin {
    /// The origin of an address; nothing for one without a host.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host_str()?.to_ascii_lowercase(), port: url.port_or_known_default()? })
    }
}

impl Outgoing {
    /// A client that trusts these origins, because the configuration names them: they may have private addresses, and
    /// `http` is allowed there.
    ///
    /// # Errors
    /// TLS could not be set up.
    pub fn new(trusted: Vec<Origin>) -> Result<Self, OutgoingError> {
        let builder = || {
            reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT)
                .user_agent(concat!("portico/", env!("CARGO_PKG_VERSION")))
        };
        let built = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| OutgoingError::Failed(chain(&error)))
        };
        Ok(Self {
            guarded: built(builder().dns_resolver(Arc::new(PublicOnly)))?,
            trusting: built(builder())?,
            trusted: trusted.into(),
        })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// The address is refused, the host did not answer in time, or the answer is too large.
    pub async fn send(&self, request: Request<'_>) -> Result<Answer, OutgoingError> {
        let time = request.time;
        match tokio::time::timeout(time, self.follow(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(OutgoingError::Failed(format!("no answer within {} s", time.as_secs_f64()))),
        }
    }

    async fn follow(&self, request: Request<'_>) -> Result<Answer, OutgoingError> {
        let Request { method, mut url, mut headers, body, limit, may_follow, .. } = request;
        for _ in 0..=REDIRECTS {
            let response = self
                .client(&url)?
                .request(method.clone(), url.clone())
                .headers(headers.clone())
                .body(body.clone())
                .send()
                .await
                .map_err(|error| failure(&error))?;
            let status = response.status();
            let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            let (true, Some(target)) = (follows(&method, status), target) else {
                return read(response, limit).await;
            };
            let next = url.join(target).map_err(|_| {
                OutgoingError::Refused("the answer redirects to what is no address".to_owned())
            })?;
            if !may_follow(&next) {
                let host = next.host_str().unwrap_or_default();
                return Err(OutgoingError::Refused(format!(
                    "it redirects to {host}, which this request may not follow"
                )));
            }
            if Origin::of(&next) != Origin::of(&url) || next.scheme() != url.scheme() {
                headers = harmless(&headers);
                // What is sent may be as secret as what signs it.
                if !body.is_empty() {
                    return Err(OutgoingError::Refused(
                        "it redirects what was sent to another host".to_owned(),
                    ));
                }
            }
            url = next;
        }
        Err(OutgoingError::Refused(format!("it redirects more than {REDIRECTS} times")))
    }

    /// The client that may ask there, if one may.
    fn client(&self, url: &Url) -> Result<&reqwest::Client, OutgoingError> {
        let refused = |why: &str| Err(OutgoingError::Refused(why.to_owned()));
        if !matches!(url.scheme(), "http" | "https") {
            return refused("only http and https addresses are asked");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("an address with a user name or password is not asked");
        }
        if Origin::of(url).is_some_and(|origin| self.trusted.contains(&origin)) {
            return Ok(&self.trusting);
        }
        if url.scheme() != "https" {
            return refused(
                "a host that the configuration does not name by its full name is asked over https only",
            );
        }
        let is_public = match url.host() {
            // The name is looked up, and judged, when the connection is made.
            Some(Host::Domain(name)) => !name.is_empty(),
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            None => false,
        };
        if is_public { Ok(&self.guarded) } else { refused(PRIVATE) }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("trusted", &self.trusted).finish_non_exhaustive()
    }
}

const PRIVATE: &str = "its address is not a public one; only a host that the configuration names by its full name may have such an address";

/// Gives addresses out only when all of them are public, so that no name leads into the network of the portal.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(OutgoingError::Refused(PRIVATE.to_owned()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether a redirect means the same request at another address. Others are answers.
fn follows(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => status.is_redirection() && matches!(*method, Method::GET | Method::HEAD),
    }
}

/// The headers that another origin may see: a token has many names.
fn harmless(headers: &HeaderMap) -> HeaderMap {
    let names = [ACCEPT, ACCEPT_LANGUAGE, USER_AGENT];
    names.into_iter().filter_map(|name| headers.get(&name).cloned().map(|value| (name, value))).collect()
}

async fn read(mut response: reqwest::Response, limit: usize) -> Result<Answer, OutgoingError> {
    let (status, headers) = (response.status(), response.headers().clone());
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(OutgoingError::TooLarge(limit));
    }
    let mut body = BytesMut::new();
    while let Some(part) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + part.len() > limit {
            return Err(OutgoingError::TooLarge(limit));
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer { status, headers, body: body.freeze() })
}

/// What went wrong, without the address: it is told beside it.
fn failure(error: &reqwest::Error) -> OutgoingError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if let Some(OutgoingError::Refused(why)) = inner.downcast_ref() {
            return OutgoingError::Refused(why.clone());
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        return OutgoingError::Failed("no answer in time".to_owned());
    }
    OutgoingError::Failed(chain(error))
}

/// The innermost cause, which is the one that says something.
fn chain(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
