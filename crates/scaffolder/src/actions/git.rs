//! `git:publish`.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use integrations::{FirstCommit, Person};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, json};

use super::content::some_content;
use super::{Reach, about, input, object, simple};
use crate::action::{About, Action, ActionError, Done, Invocation};

/// When the commit is made, in seconds since 1970: with it, every attempt makes the same commit.
const AT: &str = "at";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    remote_url: String,
    #[serde(default = "main_branch")]
    default_branch: String,
    git_commit_message: Option<String>,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    source_path: Option<String>,
    username: Option<String>,
    password: Option<Secret<String>>,
}

fn main_branch() -> String {
    "main".to_owned()
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let schema = object(
        &["remoteUrl"],
        json!({
            "remoteUrl": text("The address that Git pushes to. `portico.scaffolder.gitPublish.allow` of the configuration says where that may be."),
            "defaultBranch": { "type": "string", "default": "main", "description": "The branch that the content goes to. It is not there yet." },
            "gitCommitMessage": { "type": "string", "default": "initial commit", "description": "The message of the commit." },
            "gitAuthorName": { "type": "string", "default": "Scaffolder", "description": "The name of its author." },
            "gitAuthorEmail": text("The e-mail address of its author."),
            "sourcePath": text("The folder of the workspace that is pushed; all of it if left out."),
            "username": text("Who pushes, in the place of the configured name; with `password`."),
            "password": text("Their password or token, from the secrets of the form."),
        }),
    );
    let output = object(
        &["remoteUrl", "commitHash"],
        json!({
            "remoteUrl": text("The address that Git clones it from."),
            "commitHash": text("The hash of the commit."),
        }),
    );
    let about = about(
        "git:publish",
        "Pushes the workspace as one commit to a repository of any Git server, which is there and does not have the branch yet. \
         What the `.gitignore` files in it name stays out.",
        schema,
        &[(
            "Push what was rendered.",
            "steps:\n  - id: push\n    action: git:publish\n    input:\n      remoteUrl: https://git.acme.test/shop.git\n      gitCommitMessage: Begin the shop\n",
        )],
    );
    simple(About { output, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { publish(&reach, &invocation).await })
    })
}

async fn publish(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let input: Input = input(invocation.input.clone())?;
    let credentials = match (input.username.as_deref(), input.password.as_ref()) {
        (Some(username), Some(password)) => Some((username, password)),
        (None, None) => None,
        _ => return Err(ActionError::new("username and password belong together: give both, or neither.")),
    };
    let remote = reach.integrations().git_remote(&input.remote_url, credentials)?;
    let files = some_content(invocation.workspace, input.source_path.as_deref()).await?;
    let branch = &input.default_branch;
    let line = format!("Pushing {} files to the branch {branch} of {}.", files.len(), remote.url());
    invocation.journal.log(Some(invocation.step), &line).await?;
    let author = Person {
        name: input.git_author_name.unwrap_or_else(|| "Scaffolder".to_owned()),
        email: input.git_author_email.unwrap_or_else(|| "scaffolder@backstage.io".to_owned()),
    };
    let message = input.git_commit_message.as_deref().unwrap_or("initial commit");
    let commit = FirstCommit { message, author: &author, at: at(invocation).await?, files: &files };
    let hash = remote.begin(branch, &commit).await?;
    Ok(Done::Output(Map::from_iter([
        ("remoteUrl".to_owned(), json!(remote.url())),
        ("commitHash".to_owned(), json!(hash)),
    ])))
}

/// When the first attempt of the step came here.
pub(super) async fn at(invocation: &Invocation<'_>) -> Result<i64, ActionError> {
    let kept = invocation.journal.kept(invocation.step, AT).await?;
    if let Some(at) = kept.and_then(|kept| kept.as_i64()) {
        return Ok(at);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    invocation.journal.keep(invocation.step, AT, now.into()).await?;
    Ok(now)
}
