//! The way of octocrab's requests to the network: the guarded client, and one origin only.

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use octocrab::OctoBody;
use platform::http::outgoing::{self, Origin, Outgoing, OutgoingError};
use tower::Service;
use url::Url;

use crate::MAX_BYTES;

/// How long an answer to a request takes at most that writes: a tree comes with its files.
const WRITING: Duration = Duration::from_secs(60);

/// Sends requests to one origin.
#[derive(Clone)]
pub(super) struct Door {
    outgoing: Outgoing,
    origin: Origin,
}

impl Door {
    pub(super) fn new(outgoing: Outgoing, origin: Origin) -> Self {
        Self { outgoing, origin }
    }
}

impl Service<Request<OctoBody>> for Door {
    type Response = Response<Full<Bytes>>;
    type Error = OutgoingError;
    type Future = BoxFuture<'static, Result<Self::Response, OutgoingError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OutgoingError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let Self { outgoing, origin } = self.clone();
        Box::pin(async move {
            let refused = |why: &str| OutgoingError::Refused(why.to_owned());
            let url = Url::parse(&request.uri().to_string()).map_err(|_| refused("this is no address"))?;
            if Origin::of(&url).as_ref() != Some(&origin) {
                return Err(refused("only the API of the host is asked"));
            }
            let may_follow = |next: &Url| Origin::of(next).as_ref() == Some(&origin);
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(|error| OutgoingError::Failed(error.to_string()))?;
            let time = if parts.method == Method::GET { outgoing::TIME } else { WRITING };
            let request = outgoing::Request {
                method: parts.method,
                url,
                headers: parts.headers,
                body: body.to_bytes(),
                limit: MAX_BYTES,
                time,
                may_follow: &may_follow,
            };
            let answer = outgoing.send(request).await?;
            let mut response = Response::new(Full::new(answer.body));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}
