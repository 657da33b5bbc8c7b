//! What happens to every request before and after its handler, in this order: a number, a span in the
//! log, protection from panics, the checks of host and origin, the caller, limits on size and time; and on the way
//! back the headers, the measurement, and the end of streams at shutdown.
//!
//! One function instead of a tower of layers: the order is the text, and a request pays for it once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use futures::{FutureExt as _, StreamExt as _};
use http_body_util::Limited;
use platform::access::{Caller, SessionEnded};
use platform::error::{Error, ErrorKind};
use platform::http::{RequestId, complete_error, error_response};
use tracing::Instrument as _;

use super::host::AllowedHosts;
use super::measurement::Durations;
use super::origin::AllowedOrigins;
use super::{request_id, security_headers, sent_form};
use crate::caller::Callers;
use crate::shutdown::Shutdown;

/// Largest request body, in bytes.
const BODY_LIMIT: usize = 1_000_000;
/// Longest time until an answer begins. A stream that has begun may last.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What the edge has to know.
pub(crate) struct Edge {
    /// Who a request without credentials is.
    pub(crate) callers: Callers,
    /// Under which names the portal answers.
    pub(crate) hosts: AllowedHosts,
    /// Which pages may change state.
    pub(crate) origins: AllowedOrigins,
    /// How long answers take.
    pub(crate) durations: Durations,
    /// When streams end.
    pub(crate) shutdown: Shutdown,
    /// Longest time until an answer begins; [`TIME_LIMIT`] but in tests.
    pub(crate) time_limit: Duration,
}

/// The middleware; see the module's text.
pub(crate) async fn pass(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id::of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", id, %method, path = uri.path());

    let handled = AssertUnwindSafe(guarded(&edge, request, next)).catch_unwind().instrument(span.clone());
    let mut response = match handled.await {
        Ok(Ok(response)) => span.in_scope(|| complete_error(response, &id, &method, &uri)),
        Ok(Err(error)) => {
            span.in_scope(|| error.log(&id));
            error_response(&error, &method, &uri)
        }
        Err(panic) => span.in_scope(|| {
            let text = panic_text(&*panic);
            tracing::error!(panic = text, "a request handler panicked: {text}");
            error_response(&unexpected(&id), &method, &uri)
        }),
    };

    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(request_id::HEADER, value);
    }
    security_headers::complete(response.headers_mut());
    let (status, duration) = (response.status(), started.elapsed());
    edge.durations.record(&method, route.as_ref(), status, duration);
    tracing::debug!(
        parent: &span,
        status = status.as_u16(),
        duration_us = duration.as_micros(),
        "answered {}",
        status.as_u16()
    );
    if is_event_stream(response.headers()) {
        end_at_shutdown(response, edge.shutdown.clone())
    } else {
        response
    }
}

async fn guarded(edge: &Edge, mut request: Request, next: Next) -> Result<Response, Error> {
    if edge.hosts.is_foreign(request.headers()) {
        return Err(Error::not_allowed(
            "The portal does not answer under this name. If it is yours, name its address in app.baseUrl or \
             backend.baseUrl.",
        ));
    }
    if edge.origins.is_foreign(request.method(), request.headers()) {
        return Err(Error::not_allowed(
            "This request was sent by a page of another site, and would change something here. If that \
             page is yours, name its address in app.baseUrl or backend.baseUrl.",
        ));
    }
    let caller = match edge.callers.identify(request.headers()).await {
        Ok(identified) => {
            if identified.session_ended {
                request.extensions_mut().insert(SessionEnded);
            }
            identified.caller
        }
        // A page says so itself, in its own form. Vitals and the files of the site need no caller.
        Err(error) if !super::is_api(request.uri()) => {
            let id = request.extensions().get::<RequestId>().map(ToString::to_string);
            error.log(id.as_deref().unwrap_or_default());
            Caller::Nobody
        }
        Err(error) => return Err(error),
    };
    let limit = if caller == Caller::Nobody { BODY_LIMIT } else { body_limit(request.uri().path()) };
    request.extensions_mut().insert(caller);
    let request = limit_body(request, limit).await?;
    tokio::time::timeout(edge.time_limit, next.run(request)).await.map_err(|_| {
        Error::unavailable(format!(
            "The answer took longer than {} seconds and was given up. Ask for less, or try again.",
            edge.time_limit.as_secs()
        ))
    })
}

/// Largest body that an address takes from who is known: forms and runs bring files along, and have a limit of their own.
fn body_limit(path: &str) -> usize {
    match path {
        _ if path.starts_with("/create/") => sent_form::MOST_BYTES,
        _ if path.starts_with("/api/scaffolder/") || path.starts_with("/api/portico/scaffolder/") => {
            scaffolder::BODY_LIMIT
        }
        _ => BODY_LIMIT,
    }
}

async fn limit_body(request: Request, limit: usize) -> Result<Request, Error> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        drain(request.into_body()).await;
        return Err(Error::payload_too_large(format!("A request body may have {limit} bytes at most.")));
    }
    if request.body().is_end_stream() {
        return Ok(request);
    }
    // For a body that does not announce its length, or lies about it.
    Ok(request.map(|body| Body::new(Limited::new(body, limit))))
}

/// Reads a refused body to its end, within reason: a client that is still sending would not hear the answer.
async fn drain(body: Body) {
    const ENOUGH: usize = 8 * BODY_LIMIT;
    const PATIENCE: Duration = Duration::from_secs(5);
    let mut parts = body.into_data_stream();
    let mut read = 0;
    let reading = async {
        while let Some(Ok(part)) = parts.next().await
            && read < ENOUGH
        {
            read += part.len();
        }
    };
    // Whoever takes longer has had a fair chance.
    let _given_up = tokio::time::timeout(PATIENCE, reading).await;
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

fn end_at_shutdown(response: Response, shutdown: Shutdown) -> Response {
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(Box::pin(shutdown.begun()))))
}

fn unexpected(id: &str) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!(
            "Something went wrong here, and it is not your doing. The log names the cause under request {id}."
        ),
    )
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use axum::body::{Bytes, to_bytes};
    use axum::extract::FromRequest as _;
    use axum::{Router, middleware};
    use tower::ServiceExt as _;

    use super::*;

    /// What a handler that reads its body, fails or dawdles looks like from outside.
    async fn answer(path: &str, body: Body) -> (u16, HeaderMap, String) {
        let edge = Edge {
            callers: Callers { guest_access: true, access: None },
            hosts: AllowedHosts::default(),
            origins: AllowedOrigins::default(),
            durations: Durations::default(),
            shutdown: Shutdown::on_signal().unwrap(),
            time_limit: Duration::from_millis(20),
        };
        let handler = async |request: Request| match request.uri().path() {
            "/panic" => panic!("what only the log may see"),
            "/dawdle" => std::future::pending().await,
            _ => Bytes::from_request(request, &()).await.map(|bytes| bytes.len().to_string()),
        };
        let layer = middleware::from_fn_with_state(Arc::new(edge), pass);
        let request = Request::post(path).body(body).unwrap();
        let response = Router::new().fallback(handler).layer(layer).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, 10_000).await.unwrap().to_vec()).unwrap();
        (parts.status.as_u16(), parts.headers, text)
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_with_a_number() {
        let (status, headers, text) = answer("/panic", Body::empty()).await;
        let id = headers[request_id::HEADER].to_str().unwrap();
        assert_eq!(status, 500);
        assert!(text.contains(id) && !text.contains("only the log"), "{text}");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_given_up() {
        let (status, _, text) = answer("/dawdle", Body::empty()).await;
        assert_eq!(status, 503);
        assert!(text.contains("ServiceUnavailableError"), "{text}");
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_has_the_limit_too() {
        let stream = |bytes: usize| {
            let chunks = (0..bytes / 1000).map(|_| Ok::<_, std::convert::Infallible>(vec![0_u8; 1000]));
            Body::from_stream(futures::stream::iter(chunks))
        };
        let (status, _, text) = answer("/", stream(BODY_LIMIT)).await;
        assert_eq!((status, text.as_str()), (200, "1000000"));
        assert_eq!(answer("/", stream(BODY_LIMIT + 1000)).await.0, 413);
    }
}
