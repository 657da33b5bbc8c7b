//! How often templates were used.

use axum::Json;
use axum::extract::State;
use platform::access::Caller;
use platform::http::ApiError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::service::{Scaffolder, TemplateUsage};

/// How often a template was used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UsageBody {
    /// The reference of the template.
    template_ref: String,
    /// Runs that completed.
    completed_runs: u64,
    /// The time that they saved, as `backstage.io/time-saved` of the template said when each completed.
    saved_seconds: u64,
    /// When the last one completed.
    last_at: String,
}

impl From<TemplateUsage> for UsageBody {
    fn from(usage: TemplateUsage) -> Self {
        Self {
            template_ref: usage.template_ref,
            completed_runs: usage.completed,
            saved_seconds: usage.saved.as_secs(),
            last_at: rfc3339(usage.last_at),
        }
    }
}

/// How often templates were used, the most used first.
#[utoipa::path(
    get,
    path = "/usage",
    operation_id = "ListUsage",
    tag = "Templates",
    responses((status = 200, body = Vec<UsageBody>))
)]
pub(super) async fn list_usage(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
) -> Result<Json<Vec<UsageBody>>, ApiError> {
    Ok(Json(scaffolder.usage(&caller).await?.into_iter().map(UsageBody::from).collect()))
}
