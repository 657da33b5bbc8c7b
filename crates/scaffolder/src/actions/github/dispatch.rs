//! `github:actions:dispatch`.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use integrations::encode_part;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::{named_texts, schema};
use super::{keep, log, needs, repository};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Repeat};
use crate::actions::{Reach, about, input, object, simple};

/// Most inputs that a workflow takes.
const MOST_INPUTS: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    workflow_id: String,
    branch_or_tag_name: String,
    #[serde(default)]
    workflow_inputs: BTreeMap<String, String>,
    #[serde(default)]
    return_workflow_run_details: bool,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "workflowId": { "type": "string", "description": "The file of the workflow, such as `build.yml`." },
        "branchOrTagName": { "type": "string", "description": "The branch or tag that it runs on." },
        "workflowInputs": named_texts("What the workflow is told, by the names of its inputs; at most 25."),
        "returnWorkflowRunDetails": { "type": "boolean", "description": "Whether the step gives the number and the addresses of the run." },
    });
    let output = object(
        &[],
        json!({
            "workflowRunId": { "type": "number", "description": "The number of the workflow's run." },
            "workflowRunUrl": { "type": "string", "description": "Its address in GitHub's API." },
            "workflowRunHtmlUrl": { "type": "string", "description": "Its address in a browser." },
        }),
    );
    let about = about(
        "github:actions:dispatch",
        "Starts a workflow of GitHub Actions that has the trigger `workflow_dispatch`. \
         If the portal ends while it is asked for, the run waits for a person, who looks whether it was started.",
        schema(&["workflowId", "branchOrTagName"], [own]),
        &[(
            "Start the first build.",
            "steps:\n  - id: build\n    action: github:actions:dispatch\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      workflowId: build.yml\n      branchOrTagName: main\n      workflowInputs:\n        environment: test\n",
        )],
    );
    let about = About { output, dry_run: false, repeat: Repeat::Ask, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { dispatch(&reach, &invocation).await })
    })
}

async fn dispatch(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    if let Some(Value::Object(given)) = invocation.journal.kept(invocation.step, ANSWERED).await? {
        return Ok(Done::Output(given));
    }
    let asked: Input = input(invocation.input.clone())?;
    let given = asked.workflow_inputs.len();
    if given > MOST_INPUTS {
        return Err(ActionError::new(format!(
            "workflowInputs has {given} entries, and GitHub takes {MOST_INPUTS}. Put several values into one."
        )));
    }
    let repository = repository(reach, &asked.repo_url, asked.token.as_ref())?;
    let (workflow, reference) = (&asked.workflow_id, &asked.branch_or_tag_name);
    log(invocation, &format!("Starting {workflow} on {reference} of {}.", repository.page())).await?;
    let mut body = json!({ "ref": reference, "inputs": asked.workflow_inputs });
    if asked.return_workflow_run_details {
        body["return_run_details"] = json!(true);
    }
    let path = format!("/actions/workflows/{}/dispatches", encode_part(workflow));
    let answer = repository.send(Method::POST, &path, Some(&body)).await.map_err(|error| {
        let is_open = error.later;
        let mut error = needs(error, "Actions: write", &format!("the workflow {workflow} and {reference}"));
        if is_open {
            error.message += " It may have been started all the same: look there before you retry the run.";
        }
        error
    })?;
    let mut given = Map::new();
    let fields = [
        ("workflowRunId", "workflow_run_id"),
        ("workflowRunUrl", "run_url"),
        ("workflowRunHtmlUrl", "html_url"),
    ];
    for (name, field) in fields {
        if let Some(value) = answer.get(field).filter(|_| asked.return_workflow_run_details) {
            given.insert(name.to_owned(), value.clone());
        }
    }
    keep(invocation, ANSWERED, Value::Object(given.clone())).await?;
    Ok(Done::Output(given))
}
