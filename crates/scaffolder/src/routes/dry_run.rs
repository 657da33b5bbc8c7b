//! Trying templates out.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::access::Caller;
use platform::error::Error;
use platform::http::{ApiJson, ErrorBody};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{Refused, Secrets};
use crate::dry_run::{Content, DryRunError, LogLine, Report, StepReport, Written};
use crate::service::{NewDryRun, Scaffolder};
use crate::template::Problem;

/// A template that is to be tried out.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DryRunBody {
    /// Its entity.
    #[schema(value_type = Object)]
    template: Value,
    /// Answers to its form.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
    /// Secrets by name.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    secrets: Option<Secrets>,
    /// What is in its folder.
    directory_contents: Vec<GivenFile>,
}

/// A file beside the template.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GivenFile {
    /// Its path from the folder of the template.
    path: String,
    /// Its content.
    base64_content: String,
}

/// What would have happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DryRunResult {
    /// The log.
    log: Vec<DryRunLine>,
    /// The steps as they are written.
    steps: Vec<DryRunStep>,
    /// The output.
    #[schema(value_type = Object)]
    output: Map<String, Value>,
    /// What is in the workspace in the end, by path.
    directory_contents: Vec<WrittenFile>,
}

/// A line of the log.
#[derive(Serialize, ToSchema)]
struct DryRunLine {
    /// What happened.
    body: DryRunLineBody,
}

/// What happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DryRunLineBody {
    /// In words.
    message: String,
    /// The step that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    step_id: Option<String>,
    /// The state that the step came into.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

/// A step of the template.
#[derive(Serialize, ToSchema)]
struct DryRunStep {
    /// Its id.
    id: String,
    /// What people call it.
    name: String,
    /// The id of its action.
    action: String,
    /// Its `if`.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    condition: Option<Value>,
    /// Its `each`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    each: Option<Value>,
    /// Its input as it is written.
    #[schema(value_type = Object)]
    input: Map<String, Value>,
}

/// A file of the workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WrittenFile {
    /// Its path.
    path: String,
    /// Whether it can be run as a program.
    executable: bool,
    /// Whether it is a symbolic link; its content is what it says then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    symlink: bool,
    /// Its content.
    base64_content: String,
}

impl From<Report> for DryRunResult {
    fn from(report: Report) -> Self {
        let line = |LogLine { step, status, message }: LogLine| DryRunLine {
            body: DryRunLineBody { message, step_id: step, status },
        };
        let step = |StepReport { id, name, action, condition, each, input }: StepReport| DryRunStep {
            id,
            name,
            action,
            condition,
            each,
            input,
        };
        let file = |Written { path, executable, link, bytes }: Written| WrittenFile {
            path,
            executable,
            symlink: link,
            base64_content: STANDARD.encode(bytes),
        };
        Self {
            log: report.log.into_iter().map(line).collect(),
            steps: report.steps.into_iter().map(step).collect(),
            output: report.output,
            directory_contents: report.files.into_iter().map(file).collect(),
        }
    }
}

impl From<DryRunError> for Refused {
    fn from(error: DryRunError) -> Self {
        let refusal = match error {
            DryRunError::Values(mistakes) => return Self::Mistakes(mistakes),
            DryRunError::Template(problems) => {
                Error::input(format!("The template can't be run: {}", in_words(&problems)))
            }
            DryRunError::NoAction(message) => Error::not_found(message),
            DryRunError::Failed { step: Some(step), error, .. } => {
                Error::input(format!("Step {step} failed: {error}"))
            }
            DryRunError::Failed { step: None, error, .. } => Error::input(error),
            DryRunError::Fault(error) => error,
        };
        refusal.into()
    }
}

fn in_words(problems: &[Problem]) -> String {
    let told = problems.iter().map(|problem| format!("{} ({})", problem.message, problem.pointer));
    told.collect::<Vec<_>>().join(" ")
}

/// Tries a template out. Nothing outside of a folder is changed, which comes back as it is in the end.
#[utoipa::path(
    post,
    path = "/dry-run",
    operation_id = "DryRun",
    tag = "Templates",
    request_body = DryRunBody,
    responses(
        (status = 200, body = DryRunResult),
        (status = 400, description = "errors: answers that do not fit; or what failed", body = Object),
        (status = 404, description = "The template uses an action that this portal does not run", body = ErrorBody),
    )
)]
pub(super) async fn dry_run(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiJson(body): ApiJson<DryRunBody>,
) -> Result<Json<DryRunResult>, Refused> {
    let DryRunBody { template, values, secrets, directory_contents } = body;
    let content = |GivenFile { path, base64_content }: GivenFile| match STANDARD.decode(base64_content) {
        Ok(bytes) => Ok(Content { path, bytes }),
        Err(error) => Err(Error::input(format!("The content of {path:?} is not base64: {error}."))),
    };
    let contents = directory_contents.into_iter().map(content).collect::<Result<_, _>>()?;
    let asked = NewDryRun { template, values, secrets: secrets.unwrap_or_default(), contents };
    Ok(Json(scaffolder.dry_run(&caller, asked).await?.into()))
}
