//! `gitlab:repo:push`.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::commits::{Change, CommitAction};
use super::inputs::schema;
use super::{asked_project, default_branch, host, needs, project};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    branch_name: String,
    commit_message: String,
    source_path: Option<String>,
    target_path: Option<String>,
    commit_action: Option<CommitAction>,
    #[serde(default)]
    allow_empty: bool,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "branchName": { "type": "string", "description": "The branch that the commit goes to. It is made of the default one if it is not there." },
        "commitMessage": { "type": "string", "description": "The message of the commit." },
        "sourcePath": { "type": "string", "description": "The folder of the workspace that is committed; all of it if left out." },
        "targetPath": { "type": "string", "description": "The folder of the project that it goes to; its root if left out." },
        "commitAction": {
            "type": "string", "enum": ["create", "update", "delete", "auto"],
            "description": "What happens to each file: it is made (`create`, if left out), changed, deleted, or made or changed where it differs (`auto`).",
        },
        "allowEmpty": { "type": "boolean", "description": "Whether there is a commit even if nothing differs." },
    });
    let given = object(
        &["projectid", "projectPath"],
        json!({
            "projectid": { "type": "string", "description": "The project as the step names it." },
            "projectPath": { "type": "string", "description": "Its path, with the groups that it is in." },
            "commitHash": { "type": "string", "description": "The hash of the commit; nothing if nothing was committed." },
        }),
    );
    let about = about(
        "gitlab:repo:push",
        "Adds the workspace to a branch of a GitLab project, as one commit. What the `.gitignore` files in it name stays out, and links do too.",
        schema(&["branchName", "commitMessage"], own),
        &[(
            "Add what was rendered.",
            "steps:\n  - id: push\n    action: gitlab:repo:push\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      branchName: main\n      commitMessage: Add the documentation\n      commitAction: auto\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { push(&reach, &invocation).await })
    })
}

async fn push(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    let api = host(reach, &asked.repo_url, asked.token.as_ref())?;
    let name = asked_project(&asked.repo_url)?;
    let found = api.get(&project(&name)).await.map_err(|error| needs(error, "Developer", "the project"))?;
    let change = Change {
        api: &api,
        base: &project(&found["id"].to_string()),
        branch: &asked.branch_name,
        of: default_branch(&found).unwrap_or_default(),
        adds: true,
        message: &asked.commit_message,
        action: asked.commit_action.unwrap_or(CommitAction::Create),
        source: asked.source_path.as_deref(),
        target: asked.target_path.as_deref(),
        allow_empty: asked.allow_empty,
    };
    let commit = change.make(invocation).await?;
    let mut given = Map::from_iter([
        ("projectid".to_owned(), json!(name)),
        ("projectPath".to_owned(), found["path_with_namespace"].clone()),
    ]);
    given.extend(commit.map(|commit| ("commitHash".to_owned(), Value::from(commit))));
    Ok(Done::Output(given))
}
