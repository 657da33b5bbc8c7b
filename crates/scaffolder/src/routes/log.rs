//! The whole log of a run, as a file.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use platform::access::Caller;
use platform::error::Error;
use platform::http::{ApiError, ApiPath, ErrorBody};

use crate::clock::rfc3339;
use crate::service::{Scaffolder, TaskEvent};

/// All that was logged in a run until now, as text: the moment, the step, and what happened.
#[utoipa::path(
    get,
    path = "/tasks/{taskId}/log",
    operation_id = "GetLog",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run")),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 404, description = "There is no such run", body = ErrorBody),
    )
)]
pub(super) async fn get_log(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Response, ApiError> {
    // Refusals have a status as long as nothing is sent.
    let id = scaffolder.task(&caller, &id).await?.id;
    let name = format!("attachment; filename=\"run-{id}.txt\"");
    let parts = stream::try_unfold(0, move |after| {
        let (scaffolder, caller, id) = (scaffolder.clone(), caller.clone(), id.clone());
        async move {
            let events = scaffolder.events(&caller, &id, after).await.inspect_err(|error| error.log(&id))?;
            let text: String = events.iter().map(line).collect();
            Ok::<_, Error>(events.last().map(|last| (text, last.id)))
        }
    });
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(parts)).into_response())
}

fn line(event: &TaskEvent) -> String {
    let text = |key: &str| event.body[key].as_str();
    let step = text("stepId").map(|step| format!(" {step}:")).unwrap_or_default();
    format!("{}{step} {}\n", rfc3339(event.created_at), text("message").unwrap_or_default())
}
