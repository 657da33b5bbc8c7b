//! The actions that steps can use.

use axum::Json;
use axum::extract::State;
use platform::access::Caller;
use platform::http::ApiError;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::action::{About, Example};
use crate::service::Scaffolder;

/// An action.
#[derive(Serialize, ToSchema)]
pub(super) struct Action {
    /// The id that steps name.
    id: String,
    /// What it is for, in Markdown.
    description: String,
    /// Steps that show how it is used.
    examples: Vec<ActionExample>,
    /// JSON Schemas of its input and output.
    schema: ActionSchema,
}

/// Steps that show how an action is used.
#[derive(Serialize, ToSchema)]
struct ActionExample {
    /// What they show.
    description: String,
    /// The steps in YAML.
    example: String,
}

/// JSON Schemas of an action.
#[derive(Serialize, ToSchema)]
struct ActionSchema {
    /// Of its input.
    #[schema(value_type = Object)]
    input: Value,
    /// Of its output.
    #[schema(value_type = Object)]
    output: Value,
}

impl From<About> for Action {
    fn from(about: About) -> Self {
        let About { id, description, input, output, examples, .. } = about;
        let example = |Example { description, example }: Example| ActionExample { description, example };
        let examples = examples.into_iter().map(example).collect();
        Self { id, description, examples, schema: ActionSchema { input, output } }
    }
}

/// The actions that steps can use, by id.
#[utoipa::path(get, path = "/actions", operation_id = "ListActions", tag = "Templates", responses((status = 200, body = Vec<Action>)))]
pub(super) async fn list_actions(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
) -> Result<Json<Vec<Action>>, ApiError> {
    Ok(Json(scaffolder.actions(&caller)?.into_iter().map(|installed| installed.about.into()).collect()))
}
