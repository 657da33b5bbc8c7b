//! `gitlab:pipeline:trigger`.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use integrations::GitlabApi;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::schema;
use super::{answered, host, id, keep, kept, log, needs, project};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Repeat};
use crate::actions::{Reach, about, input, object, simple};

/// The number of the trigger that an earlier attempt made, as a path of the API.
const TRIGGER: &str = "trigger";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    project_id: Value,
    token_description: String,
    branch: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "projectId": { "type": "number", "description": "The number of the project." },
        "tokenDescription": { "type": "string", "description": "What the token that starts it is called. It goes when the pipeline runs." },
        "branch": { "type": "string", "description": "The branch or tag that it runs on." },
        "variables": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Variables of the pipeline, by their names." },
    });
    let given = object(
        &["pipelineUrl"],
        json!({ "pipelineUrl": { "type": "string", "description": "The address of the pipeline in a browser." } }),
    );
    let about = about(
        "gitlab:pipeline:trigger",
        "Starts a pipeline of a GitLab project, with a token that is made for it and deleted behind it. \
         If the portal ends while it is started, the run waits for a person, who looks whether it was.",
        schema(&["projectId", "tokenDescription", "branch"], own),
        &[(
            "Start the first build.",
            "steps:\n  - id: build\n    action: gitlab:pipeline:trigger\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      projectId: 42\n      tokenDescription: The portal's first build\n      branch: main\n      variables:\n        ENVIRONMENT: test\n",
        )],
    );
    let about = About { output: given, dry_run: false, repeat: Repeat::Ask, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let api = host(&reach, &asked.repo_url, asked.token.as_ref())?;
            // A trigger of an earlier attempt starts nothing any more.
            remove(&invocation, &api).await?;
            let given = match answered(&invocation).await? {
                Some(given) => given,
                None => start(&invocation, &api, &asked).await?,
            };
            remove(&invocation, &api).await?;
            Ok(Done::Output(given))
        })
    })
}

async fn start(
    invocation: &Invocation<'_>,
    api: &GitlabApi,
    asked: &Input,
) -> Result<Map<String, Value>, ActionError> {
    let project = project(&id(&asked.project_id));
    let body = json!({ "description": asked.token_description });
    let trigger = api
        .send(Method::POST, &format!("{project}/triggers"), Some(&body))
        .await
        .map_err(|error| needs(error, "Maintainer", "the project"))?;
    keep(invocation, TRIGGER, format!("{project}/triggers/{}", trigger["id"])).await?;
    let token = trigger["token"].as_str().unwrap_or_default();
    invocation.journal.mask().add(token);
    log(invocation, &format!("Starting a pipeline on {}.", asked.branch)).await?;
    let body = json!({ "token": token, "ref": asked.branch, "variables": asked.variables });
    let pipeline = match api.send(Method::POST, &format!("{project}/trigger/pipeline"), Some(&body)).await {
        Ok(pipeline) => pipeline,
        Err(error) => {
            let is_open = error.later;
            let mut error = needs(error, "Maintainer", &format!("the branch {}", asked.branch));
            if is_open {
                error.message +=
                    " It may have been started all the same: look there before you retry the run.";
            }
            // The next attempt removes it otherwise; what happened to the pipeline is to be told first.
            if let Err(left) = remove(invocation, api).await {
                log(invocation, &format!("The trigger was not removed yet. {}", left.message)).await?;
            }
            return Err(error);
        }
    };
    let given = Map::from_iter([("pipelineUrl".to_owned(), pipeline["web_url"].clone())]);
    keep(invocation, ANSWERED, Value::Object(given.clone())).await?;
    Ok(given)
}

/// Deletes the trigger that this step made.
async fn remove(invocation: &Invocation<'_>, api: &GitlabApi) -> Result<(), ActionError> {
    let Some(path) = kept(invocation, TRIGGER).await?.filter(|path| !path.is_empty()) else { return Ok(()) };
    match api.send(Method::DELETE, &path, None).await {
        Err(error) if !error.is(404) => Err(error.into()),
        _ => keep(invocation, TRIGGER, "").await,
    }
}
