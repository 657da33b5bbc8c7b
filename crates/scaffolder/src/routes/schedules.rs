//! Runs that are started again and again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use platform::access::Caller;
use platform::http::{ApiError, ApiJson, ApiPath, ErrorBody};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{Created, Refused};
use crate::clock::rfc3339;
use crate::service::{NewSchedule, Scaffolder, Schedule, ScheduleChange};

/// Runs of a template that are started again and again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScheduleBody {
    /// A UUID.
    id: String,
    /// The reference of the template.
    template_ref: String,
    /// The answers to its form.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// On whose behalf; missing for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// When it was made.
    created_at: String,
    /// When runs are started: a cron expression, or a nickname such as `@daily`.
    cron: String,
    /// The time zone that it is meant in.
    time_zone: String,
    /// Whether nothing is started for now.
    suspended: bool,
    /// When a run is started next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    /// When one was to be started last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_at: Option<String>,
    /// The run that was started last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_task: Option<String>,
    /// Why none was started when one was to be last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl From<Schedule> for ScheduleBody {
    fn from(schedule: Schedule) -> Self {
        Self {
            id: schedule.id,
            template_ref: schedule.template_ref,
            values: schedule.values,
            created_by: schedule.created_by,
            created_at: rfc3339(schedule.created_at),
            cron: schedule.cron,
            time_zone: schedule.time_zone,
            suspended: schedule.is_suspended,
            next_at: schedule.next_at.map(rfc3339),
            last_at: schedule.last_at.map(rfc3339),
            last_task: schedule.last_task,
            last_error: schedule.last_error,
        }
    }
}

/// The schedules that the caller may see, the newest first.
#[utoipa::path(
    get,
    path = "/schedules",
    operation_id = "ListSchedules",
    tag = "Schedules",
    responses((status = 200, body = Vec<ScheduleBody>))
)]
pub(super) async fn list_schedules(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
) -> Result<Json<Vec<ScheduleBody>>, ApiError> {
    Ok(Json(scaffolder.schedules(&caller).await?.into_iter().map(ScheduleBody::from).collect()))
}

/// A schedule that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewScheduleBody {
    /// The reference of the template.
    template_ref: String,
    /// The answers to its form.
    #[serde(default)]
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// A cron expression of five fields, or a nickname such as `@daily`.
    cron: String,
    /// The name of a time zone of the IANA database; UTC if left out.
    #[serde(default)]
    time_zone: Option<String>,
}

/// Has runs of a template started again and again, on behalf of the caller.
#[utoipa::path(
    post,
    path = "/schedules",
    operation_id = "CreateSchedule",
    tag = "Schedules",
    request_body = NewScheduleBody,
    responses(
        (status = 201, body = Created),
        (status = 400, description = "errors: answers that do not fit; or the expression is none", body = Object),
        (status = 404, description = "There is no such template", body = ErrorBody),
        (status = 409, description = "There are too many", body = ErrorBody),
    )
)]
pub(super) async fn create_schedule(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiJson(body): ApiJson<NewScheduleBody>,
) -> Result<(StatusCode, Json<Created>), Refused> {
    let NewScheduleBody { template_ref, values, cron, time_zone } = body;
    let new = NewSchedule { template_ref, values, cron, time_zone };
    Ok((StatusCode::CREATED, Json(Created { id: scaffolder.create_schedule(&caller, new).await? })))
}

/// A schedule.
#[utoipa::path(
    get,
    path = "/schedules/{scheduleId}",
    operation_id = "GetSchedule",
    tag = "Schedules",
    params(("scheduleId" = String, Path, description = "Id of the schedule")),
    responses((status = 200, body = ScheduleBody), (status = 404, description = "There is no such schedule", body = ErrorBody))
)]
pub(super) async fn get_schedule(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<ScheduleBody>, ApiError> {
    Ok(Json(scaffolder.schedule(&caller, &id).await?.into()))
}

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeBody {
    /// Whether nothing is started for now.
    #[serde(default)]
    suspended: Option<bool>,
    /// A cron expression of five fields, or a nickname such as `@daily`.
    #[serde(default)]
    cron: Option<String>,
    /// The name of a time zone of the IANA database.
    #[serde(default)]
    time_zone: Option<String>,
}

/// Changes when runs are started.
#[utoipa::path(
    patch,
    path = "/schedules/{scheduleId}",
    operation_id = "ChangeSchedule",
    tag = "Schedules",
    params(("scheduleId" = String, Path, description = "Id of the schedule")),
    request_body = ChangeBody,
    responses(
        (status = 204, description = "Changed"),
        (status = 400, description = "The expression is none", body = ErrorBody),
        (status = 403, description = "It is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such schedule", body = ErrorBody),
    )
)]
pub(super) async fn change_schedule(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ChangeBody>,
) -> Result<StatusCode, ApiError> {
    let ChangeBody { suspended, cron, time_zone } = body;
    scaffolder.change_schedule(&caller, &id, ScheduleChange { suspended, cron, time_zone }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a schedule. Runs that it started stay.
#[utoipa::path(
    delete,
    path = "/schedules/{scheduleId}",
    operation_id = "DeleteSchedule",
    tag = "Schedules",
    params(("scheduleId" = String, Path, description = "Id of the schedule")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "It is somebody else's", body = ErrorBody),
        (status = 404, description = "There is no such schedule", body = ErrorBody),
    )
)]
pub(super) async fn delete_schedule(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    scaffolder.delete_schedule(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
