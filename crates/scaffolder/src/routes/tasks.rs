//! Starting, listing, cancelling and retrying runs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use platform::access::Caller;
use platform::error::Error;
use platform::http::{ApiBytes, ApiError, ApiJson, ApiPath, ApiQuery, ErrorBody};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{Created, GivenSecrets, Refused, Secrets};
use super::serialized::{SerializedTask, states};
use crate::service::{CancelOutcome, NewRun, Scaffolder, TaskOrder, TaskQuery};
use crate::store::TaskState;

/// Runs of one answer, unless the query says otherwise.
const PAGE: u64 = 100;

/// A part of the list of runs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListTasks {
    /// The runs.
    tasks: Vec<SerializedTask>,
    /// How many the whole list has.
    total_tasks: u64,
}

/// A part of the list of runs, the newest first unless asked otherwise.
#[utoipa::path(
    get,
    path = "/tasks",
    operation_id = "ListTasks",
    tag = "Runs",
    params(
        ("createdBy" = Option<Vec<String>>, Query, description = "References of people who started them"),
        ("status" = Option<Vec<String>>, Query, description = "How they stand: open, processing, waiting, asking, completed, failed, cancelled"),
        ("order" = Option<Vec<String>>, Query, description = "asc: or desc: with created_at, created_by or status, such as desc:created_at"),
        ("limit" = Option<u64>, Query, description = "At most 100"),
        ("offset" = Option<u64>, Query, description = "How many are left out before"),
    ),
    responses((status = 200, body = ListTasks), (status = 400, description = "The query is wrong", body = ErrorBody))
)]
pub(super) async fn list_tasks(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiQuery(query): ApiQuery<Vec<(String, String)>>,
) -> Result<Json<ListTasks>, ApiError> {
    let (tasks, total_tasks) = scaffolder.tasks(&caller, &read(query)?).await?;
    Ok(Json(ListTasks { tasks: tasks.into_iter().map(SerializedTask::from).collect(), total_tasks }))
}

fn read(parameters: Vec<(String, String)>) -> Result<TaskQuery, Error> {
    let mut query = TaskQuery { limit: PAGE, ..TaskQuery::default() };
    for (name, value) in parameters {
        match name.as_str() {
            "createdBy" => query.created_by.push(value),
            // A state that there is not is that of no run; `skipped` is one of Backstage's.
            "status" if value == "skipped" => query.states.push(TaskState::Cancelled),
            "status" => query.states.extend(states(&value).ok_or_else(|| {
                let known = TaskState::ALL.map(TaskState::name).join(", ");
                Error::input(format!("{value:?} is no status of a run. There are {known}."))
            })?),
            "order" => query.order.push(order(&value)?),
            "limit" => query.limit = number("limit", &value)?,
            "offset" => query.offset = number("offset", &value)?,
            _ => {}
        }
    }
    Ok(query)
}

fn order(text: &str) -> Result<(TaskOrder, bool), Error> {
    let (direction, field) = text.split_once(':').unwrap_or((text, ""));
    let descending = match direction {
        "asc" => Some(false),
        "desc" => Some(true),
        _ => None,
    };
    let by = match field {
        "created_at" => Some(TaskOrder::CreatedAt),
        "created_by" => Some(TaskOrder::CreatedBy),
        "status" => Some(TaskOrder::State),
        _ => None,
    };
    by.zip(descending).ok_or_else(|| {
        Error::input(format!(
            "{text:?} is no order. Write asc: or desc: and created_at, created_by or status, such as desc:created_at."
        ))
    })
}

fn number(name: &str, text: &str) -> Result<u64, Error> {
    text.parse()
        .map_err(|_| Error::input(format!("{name} must be a whole number of 0 or more, but is {text:?}")))
}

/// A run that is to be started.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScaffoldOptions {
    /// The reference of the template.
    template_ref: String,
    /// The answers to its form.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// Secrets by name.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    secrets: Option<Secrets>,
}

/// Starts a run.
#[utoipa::path(
    post,
    path = "/tasks",
    operation_id = "Scaffold",
    tag = "Runs",
    request_body = ScaffoldOptions,
    responses(
        (status = 201, body = Created),
        (status = 400, description = "errors: answers that do not fit; or the template can't be run", body = Object),
        (status = 404, description = "There is no such template", body = ErrorBody),
    )
)]
pub(super) async fn scaffold(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiJson(body): ApiJson<ScaffoldOptions>,
) -> Result<(StatusCode, Json<Created>), Refused> {
    let ScaffoldOptions { template_ref, values, secrets } = body;
    let run = NewRun { template_ref, values, secrets: secrets.unwrap_or_default(), ..NewRun::default() };
    Ok((StatusCode::CREATED, Json(Created { id: scaffolder.create(&caller, run).await? })))
}

/// A run.
#[utoipa::path(
    get,
    path = "/tasks/{taskId}",
    operation_id = "GetTask",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run")),
    responses((status = 200, body = SerializedTask), (status = 404, description = "There is no such run", body = ErrorBody))
)]
pub(super) async fn get_task(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<SerializedTask>, ApiError> {
    Ok(Json(scaffolder.task(&caller, &id).await?.into()))
}

/// What became of a request to cancel.
#[derive(Serialize, ToSchema)]
pub(super) struct CancelledTask {
    /// `cancelled`; a worker that has the run needs a moment.
    status: &'static str,
}

/// Cancels a run.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/cancel",
    operation_id = "CancelTask",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run")),
    responses(
        (status = 200, body = CancelledTask),
        (status = 404, description = "There is no such run", body = ErrorBody),
        (status = 409, description = "It ended before", body = ErrorBody),
    )
)]
pub(super) async fn cancel_task(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<CancelledTask>, ApiError> {
    match scaffolder.cancel(&caller, &id).await? {
        CancelOutcome::Done | CancelOutcome::Asked | CancelOutcome::Ended(TaskState::Cancelled) => {
            Ok(Json(CancelledTask { status: "cancelled" }))
        }
        CancelOutcome::Ended(state) => {
            let state = state.name();
            Err(Error::conflict(format!("This run is {state} already; there is nothing to cancel.")).into())
        }
    }
}

/// Has a run go on at the step that failed.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/retry",
    operation_id = "Retry",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run")),
    request_body(content = GivenSecrets, description = "May be left out"),
    responses(
        (status = 201, body = Created),
        (status = 400, description = "errors: secrets that do not fit", body = Object),
        (status = 404, description = "There is no such run", body = ErrorBody),
        (status = 409, description = "It did not fail", body = ErrorBody),
    )
)]
pub(super) async fn retry_task(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiBytes(body): ApiBytes,
) -> Result<(StatusCode, Json<Created>), Refused> {
    scaffolder.retry(&caller, &id, GivenSecrets::read(&body)?).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}
