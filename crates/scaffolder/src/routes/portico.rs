//! What runs have beyond Backstage: approvals, questions, webhooks.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use platform::access::Caller;
use platform::http::{ApiBytes, ApiError, ApiJson, ApiPath, ApiQuery, ErrorBody};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{Created, GivenSecrets, Refused};
use crate::clock::rfc3339;
use crate::service::{Answer, OpenApproval, Scaffolder, Task, TaskStep};

/// A run with its steps.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunBody {
    /// A UUID.
    id: String,
    /// The reference of its template.
    template_ref: String,
    /// Who started it; missing for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// When it was started.
    created_at: String,
    /// `open`, `processing`, `waiting`, `asking`, `completed`, `failed` or `cancelled`.
    state: &'static str,
    /// Whether it is to be cancelled, and a worker has not done so yet.
    is_cancelling: bool,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// What it waits for, or asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<WaitsBody>,
    /// What it asks people to approve.
    approvals: Vec<ApprovalBody>,
    /// Its steps, in their order.
    steps: Vec<StepBody>,
    /// What it gave people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    output: Option<Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// In which step.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_step: Option<String>,
}

/// What a run waits for.
#[derive(Serialize, ToSchema)]
struct WaitsBody {
    /// The step.
    step: String,
    /// What for, in words.
    reason: String,
    /// When it looks by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// A step of a run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StepBody {
    /// Its id.
    id: String,
    /// What people call it.
    name: String,
    /// The id of its action; empty where it has branches.
    action: String,
    /// `open`, `processing`, `waiting`, `completed`, `failed`, `skipped` or `cancelled`.
    state: String,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The id of the step that it undoes, where it is a compensation.
    #[serde(skip_serializing_if = "Option::is_none")]
    compensates: Option<String>,
    /// The branch that it is in, where it runs beside others.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<BranchBody>,
}

/// A branch of a step.
#[derive(Serialize, ToSchema)]
struct BranchBody {
    /// The id of the step with branches.
    of: String,
    /// What the branch is called.
    name: String,
}

/// What a run asks people to approve.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApprovalBody {
    /// The run.
    task: String,
    /// Its template.
    template_ref: String,
    /// Who started it; missing for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// The step to decide about.
    step: String,
    /// References of people and groups who may decide.
    approvers: Vec<String>,
    /// What is to be approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// More of it, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    /// Whether a decision needs a comment.
    comment_required: bool,
    /// Whether the caller may decide.
    may_decide: bool,
}

impl From<OpenApproval> for ApprovalBody {
    fn from(approval: OpenApproval) -> Self {
        Self {
            task: approval.task,
            template_ref: approval.template_ref,
            created_by: approval.created_by,
            step: approval.step,
            approvers: approval.approvers,
            title: approval.title,
            description: approval.description,
            deadline: approval.deadline.map(rfc3339),
            comment_required: approval.comment_required,
            may_decide: approval.may_decide,
        }
    }
}

impl From<TaskStep> for StepBody {
    fn from(step: TaskStep) -> Self {
        Self {
            id: step.id,
            name: step.name,
            action: step.action,
            state: step.state,
            started_at: step.started_at.map(rfc3339),
            ended_at: step.ended_at.map(rfc3339),
            error: step.error,
            compensates: step.compensates,
            branch: step.branch.map(|branch| BranchBody { of: branch.of, name: branch.name }),
        }
    }
}

impl RunBody {
    fn new(task: Task, steps: Vec<TaskStep>, approvals: Vec<OpenApproval>) -> Self {
        let waits = task.waits.map(|waits| WaitsBody {
            step: waits.step,
            reason: waits.reason,
            until: waits.until.map(rfc3339),
        });
        Self {
            id: task.id,
            template_ref: task.template_ref,
            created_by: task.created_by,
            created_at: rfc3339(task.created_at),
            state: task.state.name(),
            is_cancelling: task.is_cancelling,
            ended_at: task.ended_at.map(rfc3339),
            waits,
            approvals: approvals.into_iter().map(ApprovalBody::from).collect(),
            steps: steps.into_iter().map(StepBody::from).collect(),
            output: task.output,
            error: task.error,
            failed_step: task.failed_step,
        }
    }
}

/// A run with its steps, and what it asks people.
#[utoipa::path(
    get,
    path = "/tasks/{taskId}",
    operation_id = "GetRun",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run")),
    responses((status = 200, body = RunBody), (status = 404, description = "There is no such run", body = ErrorBody))
)]
pub(super) async fn get_run(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<RunBody>, ApiError> {
    let task = scaffolder.task(&caller, &id).await?;
    let steps = scaffolder.steps(&caller, &id).await?;
    let approvals = scaffolder.approvals_of(&caller, &id).await?;
    Ok(Json(RunBody::new(task, steps, approvals)))
}

/// Starts a run with the template of another and the same answers.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/rerun",
    operation_id = "Rerun",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the other run")),
    request_body(content = GivenSecrets, description = "May be left out"),
    responses(
        (status = 201, body = Created),
        (status = 400, description = "errors: answers that do not fit any more", body = Object),
        (status = 404, description = "There is no such run, or no such template any more", body = ErrorBody),
    )
)]
pub(super) async fn rerun(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiBytes(body): ApiBytes,
) -> Result<(StatusCode, Json<Created>), Refused> {
    let id = scaffolder.rerun(&caller, &id, GivenSecrets::read(&body)?).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// What a person decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    /// Whether the run goes on.
    approved: bool,
    /// Why, in at most 4000 characters.
    #[serde(default)]
    comment: String,
}

/// Approves or rejects what a step waits for.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/steps/{step}/decision",
    operation_id = "DecideStep",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run"), ("step" = String, Path, description = "The step, as approvals name it")),
    request_body = DecisionBody,
    responses(
        (status = 204, description = "Decided"),
        (status = 403, description = "Others may decide this", body = ErrorBody),
        (status = 404, description = "There is no such run", body = ErrorBody),
        (status = 409, description = "The run does not wait for it, or not any more", body = ErrorBody),
    )
)]
pub(super) async fn decide(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath((id, step)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<DecisionBody>,
) -> Result<StatusCode, ApiError> {
    scaffolder.decide(&caller, &id, &step, body.approved, &body.comment).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a person says about a step that was interrupted.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum AnswerBody {
    /// It is to be done again.
    Again {},
    /// It had its effect.
    Done {
        /// What later steps see as its output.
        #[serde(default)]
        #[schema(value_type = Object)]
        output: Map<String, Value>,
    },
    /// It had none.
    Failed {
        /// Why, in words.
        #[serde(default)]
        reason: String,
    },
}

/// Says how a run goes on that asks about a step.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/steps/{step}/answer",
    operation_id = "AnswerStep",
    tag = "Runs",
    params(("taskId" = String, Path, description = "Id of the run"), ("step" = String, Path, description = "The step")),
    request_body = AnswerBody,
    responses(
        (status = 204, description = "It goes on"),
        (status = 403, description = "It is somebody else's run", body = ErrorBody),
        (status = 404, description = "There is no such run", body = ErrorBody),
        (status = 409, description = "The run does not ask about it, or not any more", body = ErrorBody),
    )
)]
pub(super) async fn answer(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath((id, step)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<AnswerBody>,
) -> Result<StatusCode, ApiError> {
    let answer = match body {
        AnswerBody::Again {} => Answer::Again,
        AnswerBody::Done { output } => Answer::Done(output),
        AnswerBody::Failed { reason } => Answer::Failed(reason),
    };
    scaffolder.answer(&caller, &id, &step, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an address of a step ends with.
#[derive(Deserialize)]
pub(super) struct Token {
    token: Secret<String>,
}

/// Takes what another program sends to a step that waits for it, once. The token of the address is the permission.
#[utoipa::path(
    post,
    path = "/tasks/{taskId}/steps/{step}/webhook",
    operation_id = "DeliverWebhook",
    tag = "Runs",
    params(
        ("taskId" = String, Path, description = "Id of the run"),
        ("step" = String, Path, description = "The step"),
        ("token" = String, Query, description = "As the address has it"),
    ),
    request_body(content = String, description = "JSON, or text in UTF-8, of at most 256 kB", content_type = "application/json"),
    responses(
        (status = 204, description = "Taken"),
        (status = 404, description = "There is no such address", body = ErrorBody),
        (status = 409, description = "Something was sent before, or the run does not wait any more", body = ErrorBody),
    )
)]
pub(super) async fn deliver(
    State(scaffolder): State<Scaffolder>,
    ApiPath((id, step)): ApiPath<(String, String)>,
    ApiQuery(Token { token }): ApiQuery<Token>,
    headers: HeaderMap,
    ApiBytes(body): ApiBytes,
) -> Result<StatusCode, ApiError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    scaffolder.deliver(&id, &step, token.expose(), content_type, &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What runs ask the caller to approve.
#[utoipa::path(
    get,
    path = "/approvals",
    operation_id = "ListApprovals",
    tag = "Runs",
    responses((status = 200, body = Vec<ApprovalBody>))
)]
pub(super) async fn list_approvals(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
) -> Result<Json<Vec<ApprovalBody>>, ApiError> {
    Ok(Json(scaffolder.approvals(&caller).await?.into_iter().map(ApprovalBody::from).collect()))
}
