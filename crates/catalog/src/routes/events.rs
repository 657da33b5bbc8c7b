//! `GET /api/portico/events`: tells open pages that the catalog changed, or something that concerns their reader alone.
//!
//! An event is a hint without data that correctness depends on: whoever gets it reads again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::{Stream, StreamExt, stream};
use platform::access::Caller;
use platform::feed::{Heard, Names};
use platform::http::ApiError;
use platform::notify;
use tokio_stream::wrappers::WatchStream;

use crate::service::Catalog;

/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(1);
/// Keeps proxies from closing a quiet stream, and tells the page that the connection lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Changes of the catalog, and of what concerns the caller alone, as server-sent events.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "GetEvents",
    tag = "Events",
    responses((status = 200, description = "event: change, data: {seq, change}; event: own, data: {}", content_type = "text/event-stream"))
)]
pub(super) async fn get_events(
    State(catalog): State<Catalog>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // The first value arrives at once, so a page learns what it missed while it was disconnected.
    let changes = WatchStream::new(catalog.subscribe(&caller)?).map(|revision| {
        let data = format!("{{\"seq\":{},\"change\":{}}}", revision.seq, revision.change);
        Ok(Event::default().event("change").data(data))
    });
    let own = match (&caller, catalog.names()) {
        (Caller::User { entity_ref, .. }, Some(names)) => news_of(entity_ref, names).left_stream(),
        _ => stream::pending().right_stream(),
    };
    let hello = stream::once(async { Ok(Event::default().retry(RETRY).comment("connected")) });
    // A server that shuts down ends its streams, or it would wait for them for ever.
    let stopped = catalog.stopped();
    Ok(Sse::new(hello.chain(stream::select(changes, own)).take_until(stopped))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// Tells that there is news for one person alone, or may be.
fn news_of(user: &str, names: Names) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let own = notify::news_of(user);
    stream::unfold((names, own), |(mut names, own)| async move {
        loop {
            let is_own = match names.next().await {
                Heard::Name(name) => *name == *own || *name == *notify::NEWS_OF_ALL,
                Heard::Anything => true,
            };
            if is_own {
                return Some((Ok(Event::default().event("own").data("{}")), (names, own)));
            }
        }
    })
}
