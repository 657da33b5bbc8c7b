//! What happens in a run, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse as _, Response, Sse};
use futures::{StreamExt as _, stream};
use platform::access::Caller;
use platform::http::{ApiError, ApiPath, ApiQuery, ErrorBody};
use serde::Deserialize;

use super::serialized::SerializedTaskEvent;
use crate::service::{Scaffolder, TaskEvent};

/// Keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a poll waits: shorter than the server lets an answer take to begin.
const PATIENCE: Duration = Duration::from_secs(25);

/// From where on.
#[derive(Default, Deserialize)]
pub(super) struct From {
    after: Option<i64>,
}

/// What happens in a run as server-sent events, which end when the run does.
#[utoipa::path(
    get,
    path = "/tasks/{taskId}/eventstream",
    operation_id = "StreamEvents",
    tag = "Runs",
    params(
        ("taskId" = String, Path, description = "Id of the run"),
        ("after" = Option<i64>, Query, description = "Id of the last event that is known; of all events without it"),
    ),
    responses(
        (status = 200, description = "event: log, completion, cancelled or recovered; data: the event", content_type = "text/event-stream"),
        (status = 204, description = "To a browser that comes back: the run has ended, and there is nothing more"),
        (status = 404, description = "There is no such run", body = ErrorBody),
    )
)]
pub(super) async fn stream_events(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(from): ApiQuery<From>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // What a browser sends when it connects again is newer than the address.
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<i64>().ok());
    let after = seen.or(from.after).unwrap_or_default();
    if seen.is_some() && scaffolder.is_over(&caller, &id, after).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = scaffolder.follow(&caller, &id, after).await?.flat_map(stream::iter).map(sent);
    let hello = stream::once(async { Ok(Event::default().comment("connected")) });
    let stream = Sse::new(hello.chain(events)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(stream.into_response())
}

fn sent(event: TaskEvent) -> Result<Event, Infallible> {
    let event = SerializedTaskEvent::from(event);
    let data = serde_json::to_string(&event).unwrap_or_default();
    Ok(Event::default().id(event.id.to_string()).event(event.kind).data(data))
}

/// The events of a run after one; where there are none yet, they are waited for.
#[utoipa::path(
    get,
    path = "/tasks/{taskId}/events",
    operation_id = "StreamLogsPolling",
    tag = "Runs",
    params(
        ("taskId" = String, Path, description = "Id of the run"),
        ("after" = Option<i64>, Query, description = "Id of the last event that is known; of all events without it"),
    ),
    responses(
        (status = 200, description = "Empty when nothing happened for 25 s, or the run has ended", body = Vec<SerializedTaskEvent>),
        (status = 404, description = "There is no such run", body = ErrorBody),
    )
)]
pub(super) async fn poll_events(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(from): ApiQuery<From>,
) -> Result<Json<Vec<SerializedTaskEvent>>, ApiError> {
    let events = scaffolder.next_events(&caller, &id, from.after.unwrap_or_default(), PATIENCE).await?;
    Ok(Json(events.into_iter().map(SerializedTaskEvent::from).collect()))
}
