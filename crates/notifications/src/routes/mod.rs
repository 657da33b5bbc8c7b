//! The REST doors below `/api/notifications`, as Backstage's clients know them: those below `/notifications`, and the older
//! ones without it.
//!
//! A handler takes the caller, parses, calls one service function and maps the result.

mod body;
mod params;

use axum::Json;
use axum::extract::State;
use platform::access::Caller;
use platform::http::{ApiError, ApiJson, ApiPath, ApiQuery, ErrorBody};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::{ListBody, MarkBody, NotificationBody, SendBody, StatusBody, TopicsBody};
use self::params::query;
use crate::service::{Mark, Notifications};

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(notifications: Notifications) -> OpenApiRouter {
    let routes = OpenApiRouter::new()
        .routes(routes!(list_legacy, send_legacy))
        .routes(routes!(list, send))
        .routes(routes!(mark_legacy))
        .routes(routes!(mark))
        .routes(routes!(get_status))
        .routes(routes!(get_topics))
        .routes(routes!(get_one_legacy))
        .routes(routes!(get_one));
    OpenApiRouter::new().nest("/api/notifications", routes).with_state(notifications)
}

type Pairs = Vec<(String, String)>;

/// The caller's notifications, those told last first.
#[utoipa::path(
    get,
    path = "/notifications",
    operation_id = "ListNotifications",
    tag = "Notifications",
    params(
        ("offset" = Option<u64>, Query, description = "How many to pass over"),
        ("limit" = Option<u64>, Query, description = "How many at most: 100 without it, 1000 at most"),
        ("orderField" = Option<Vec<String>>, Query, description = "field,direction: title, origin, topic, severity, created or updated; asc or desc"),
        ("topic" = Option<String>, Query, description = "Only of this topic"),
        ("search" = Option<String>, Query, description = "Only with this text in title or description"),
        ("read" = Option<bool>, Query, description = "Only read or unread ones"),
        ("saved" = Option<bool>, Query, description = "Only saved ones, or those that are not"),
        ("createdAfter" = Option<String>, Query, description = "Only what was told after this moment, RFC 3339"),
        ("minimumSeverity" = Option<String>, Query, description = "critical, high, normal or low"),
    ),
    responses((status = 200, body = ListBody), (status = 400, body = ErrorBody))
)]
async fn list(
    State(notifications): State<Notifications>,
    caller: Caller,
    ApiQuery(pairs): ApiQuery<Pairs>,
) -> Result<Json<ListBody>, ApiError> {
    let (found, total_count) = notifications.list(&caller, &query(&pairs)?).await?;
    Ok(Json(ListBody { total_count, notifications: bodies(found) }))
}

/// As `GET /notifications`.
#[utoipa::path(get, path = "/", operation_id = "ListNotificationsLegacy", tag = "Notifications", responses((status = 200, body = ListBody)))]
async fn list_legacy(
    state: State<Notifications>,
    caller: Caller,
    pairs: ApiQuery<Pairs>,
) -> Result<Json<ListBody>, ApiError> {
    list(state, caller, pairs).await
}

/// Notifies people. Programs may do that, and nobody else.
#[utoipa::path(
    post,
    path = "/notifications",
    operation_id = "CreateNotifications",
    tag = "Notifications",
    request_body = SendBody,
    responses(
        (status = 200, description = "What came of it: one for each person, or one for everybody", body = Vec<NotificationBody>),
        (status = 400, description = "Something of it is too long, or no reference or link", body = ErrorBody),
        (status = 403, description = "The caller is no program", body = ErrorBody),
    )
)]
async fn send(
    State(notifications): State<Notifications>,
    caller: Caller,
    ApiJson(body): ApiJson<SendBody>,
) -> Result<Json<Vec<NotificationBody>>, ApiError> {
    Ok(Json(bodies(notifications.send(&caller, body.into()).await?)))
}

/// As `POST /notifications`.
#[utoipa::path(post, path = "/", operation_id = "CreateNotificationsLegacy", tag = "Notifications", request_body = SendBody, responses((status = 200, body = Vec<NotificationBody>)))]
async fn send_legacy(
    state: State<Notifications>,
    caller: Caller,
    body: ApiJson<SendBody>,
) -> Result<Json<Vec<NotificationBody>>, ApiError> {
    send(state, caller, body).await
}

/// Marks notifications of the caller as read or unread, as saved or not.
#[utoipa::path(
    post,
    path = "/notifications/update",
    operation_id = "UpdateNotifications",
    tag = "Notifications",
    request_body = MarkBody,
    responses((status = 200, description = "As they are then", body = Vec<NotificationBody>), (status = 400, body = ErrorBody))
)]
async fn mark(
    State(notifications): State<Notifications>,
    caller: Caller,
    ApiJson(MarkBody { ids, read, saved }): ApiJson<MarkBody>,
) -> Result<Json<Vec<NotificationBody>>, ApiError> {
    Ok(Json(bodies(notifications.mark(&caller, &ids, Mark { read, saved }).await?)))
}

/// As `POST /notifications/update`.
#[utoipa::path(post, path = "/update", operation_id = "UpdateNotificationsLegacy", tag = "Notifications", request_body = MarkBody, responses((status = 200, body = Vec<NotificationBody>)))]
async fn mark_legacy(
    state: State<Notifications>,
    caller: Caller,
    body: ApiJson<MarkBody>,
) -> Result<Json<Vec<NotificationBody>>, ApiError> {
    mark(state, caller, body).await
}

/// How many notifications the caller has.
#[utoipa::path(get, path = "/status", operation_id = "GetNotificationStatus", tag = "Notifications", responses((status = 200, body = StatusBody)))]
async fn get_status(
    State(notifications): State<Notifications>,
    caller: Caller,
) -> Result<Json<StatusBody>, ApiError> {
    Ok(Json(notifications.status(&caller).await?.into()))
}

/// The topics of the caller's notifications.
#[utoipa::path(
    get,
    path = "/topics",
    operation_id = "GetNotificationTopics",
    tag = "Notifications",
    params(
        ("search" = Option<String>, Query, description = "Only with this text in title or description"),
        ("read" = Option<bool>, Query, description = "Only of read or unread ones"),
        ("saved" = Option<bool>, Query, description = "Only of saved ones, or those that are not"),
        ("createdAfter" = Option<String>, Query, description = "Only of what was told after this moment, RFC 3339"),
        ("minimumSeverity" = Option<String>, Query, description = "critical, high, normal or low"),
    ),
    responses((status = 200, body = TopicsBody), (status = 400, body = ErrorBody))
)]
async fn get_topics(
    State(notifications): State<Notifications>,
    caller: Caller,
    ApiQuery(pairs): ApiQuery<Pairs>,
) -> Result<Json<TopicsBody>, ApiError> {
    Ok(Json(TopicsBody { topics: notifications.topics(&caller, &query(&pairs)?).await? }))
}

/// One notification of the caller.
#[utoipa::path(
    get,
    path = "/notifications/{id}",
    operation_id = "GetNotification",
    tag = "Notifications",
    params(("id" = String, Path, description = "Id of the notification")),
    responses((status = 200, body = NotificationBody), (status = 404, description = "The caller has none with this id", body = ErrorBody))
)]
async fn get_one(
    State(notifications): State<Notifications>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<NotificationBody>, ApiError> {
    Ok(Json(notifications.one(&caller, &id).await?.into()))
}

/// As `GET /notifications/{id}`.
#[utoipa::path(get, path = "/{id}", operation_id = "GetNotificationLegacy", tag = "Notifications", params(("id" = String, Path, description = "Id of the notification")), responses((status = 200, body = NotificationBody)))]
async fn get_one_legacy(
    state: State<Notifications>,
    caller: Caller,
    id: ApiPath<String>,
) -> Result<Json<NotificationBody>, ApiError> {
    get_one(state, caller, id).await
}

fn bodies(found: Vec<crate::service::Notification>) -> Vec<NotificationBody> {
    found.into_iter().map(NotificationBody::from).collect()
}
