//! `gitlab:projectVariable:create`, and the variables that `publish:gitlab` sets.

use std::sync::Arc;

use http::Method;
use integrations::{ApiError, GitlabApi, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::schema;
use super::{host, id, needs, project};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    project_id: Value,
    key: String,
    value: Secret<String>,
    variable_type: String,
    #[serde(default)]
    variable_protected: bool,
    #[serde(default)]
    masked: bool,
    #[serde(default)]
    masked_and_hidden: bool,
    #[serde(default)]
    raw: bool,
    environment_scope: Option<String>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let flag = |description: &str| json!({ "type": "boolean", "default": false, "description": description });
    let own = json!({
        "projectId": { "type": ["number", "string"], "description": "The number of the project, or its path with its groups." },
        "key": { "type": "string", "pattern": "^[A-Za-z0-9_]{1,255}$", "description": "The name of the variable." },
        "value": { "type": "string", "description": "What it says." },
        "variableType": { "type": "string", "description": "`env_var`, or `file` for one that jobs read from a file." },
        "variableProtected": flag("Whether only jobs of protected branches see it."),
        "masked": flag("Whether logs of jobs do not show it."),
        "maskedAndHidden": flag("Whether nobody can read it back either."),
        "raw": flag("Whether names of other variables in it stay as they are."),
        "environmentScope": { "type": "string", "default": "*", "description": "The environments whose jobs see it." },
    });
    let about = about(
        "gitlab:projectVariable:create",
        "Gives the pipelines of a GitLab project a variable. One of this name and scope that is there already is changed.",
        schema(&["projectId", "key", "value", "variableType"], own),
        &[(
            "Tell pipelines where they deploy to.",
            "steps:\n  - id: region\n    action: gitlab:projectVariable:create\n    input:\n      repoUrl: gitlab.com?owner=acme&repo=shop\n      projectId: acme/shop\n      key: REGION\n      value: eu\n      variableType: env_var\n",
        )],
    );
    simple(About { dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { create(&reach, &invocation).await })
    })
}

async fn create(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    let api = host(reach, &asked.repo_url, asked.token.as_ref())?;
    let mut variable = json!({
        "key": asked.key, "value": asked.value.expose(), "variable_type": asked.variable_type,
        "protected": asked.variable_protected, "masked": asked.masked, "raw": asked.raw,
        "environment_scope": asked.environment_scope.as_deref().unwrap_or("*"),
    });
    if asked.masked_and_hidden {
        variable["masked_and_hidden"] = json!(true);
    }
    let project = project(&id(&asked.project_id));
    set(&api, &project, &variable).await.map_err(|error| needs(error, "Maintainer", "the project"))?;
    nothing()
}

/// Sets a variable of a project, in the place of an older one of its name and scope.
pub(super) async fn set(api: &GitlabApi, project: &str, variable: &Value) -> Result<(), ApiError> {
    let key = variable["key"].as_str().unwrap_or_default();
    let scope = variable["environment_scope"].as_str().unwrap_or("*");
    let path = format!(
        "{project}/variables/{}?filter%5Benvironment_scope%5D={}",
        encode_part(key),
        encode_part(scope)
    );
    if api.find(&path).await?.is_none() {
        return api.send(Method::POST, &format!("{project}/variables"), Some(variable)).await.map(drop);
    }
    // Whether a variable is hidden is settled when it is made.
    let mut change = variable.clone();
    if let Some(change) = change.as_object_mut() {
        change.remove("masked_and_hidden");
    }
    api.send(Method::PUT, &path, Some(&change)).await.map(drop)
}
