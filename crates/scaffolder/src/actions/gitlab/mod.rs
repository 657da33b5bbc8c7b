//! What steps do on GitLab.
//!
//! Every request is one that can be repeated: an action looks first what an earlier attempt did, by what it kept in the
//! journal and by what is on the host, and goes on from there.

mod commits;
mod group;
mod inputs;
mod issue;
mod merge_request;
mod migrate;
mod pipeline;
mod publish;
mod push;
mod token;
mod user;
mod variable;

use std::sync::Arc;

use integrations::{ApiError, GitlabApi, RepoUrl, encode_part};
use platform::Secret;
use serde_json::Value;

use super::Reach;
use super::common::{answered, author, keep, kept, log, mark, output};
use crate::action::{Action, ActionError};

pub(super) fn actions(reach: &Arc<Reach>) -> Vec<Arc<dyn Action>> {
    vec![
        publish::action(Arc::clone(reach)),
        merge_request::action(Arc::clone(reach)),
        push::action(Arc::clone(reach)),
        variable::action(Arc::clone(reach)),
        issue::create(Arc::clone(reach)),
        issue::edit(Arc::clone(reach)),
        group::ensure_exists(Arc::clone(reach)),
        group::access(Arc::clone(reach)),
        token::access(Arc::clone(reach)),
        token::deploy(Arc::clone(reach)),
        pipeline::action(Arc::clone(reach)),
        user::action(Arc::clone(reach)),
        migrate::action(Arc::clone(reach)),
    ]
}

/// The host that a step names.
fn host(reach: &Reach, repo_url: &str, token: Option<&Secret<String>>) -> Result<GitlabApi, ActionError> {
    let host = RepoUrl::host_in(repo_url).map_err(ActionError::new)?;
    Ok(reach.integrations().gitlab(host, token)?)
}

/// The path of the API for a project, by its number or its full path.
fn project(id: &str) -> String {
    format!("/projects/{}", encode_part(id))
}

/// A number or a path as a template may write it.
fn id(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        number => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
    }
}

/// A number as GitLab reads it: templates may write `7.0` or `"7"`.
fn number(value: &Value) -> Value {
    let whole = match value {
        Value::Number(_) => id(value).parse::<i64>().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    whole.map_or_else(|| value.clone(), Value::from)
}

/// The project that a `repoUrl` names, by its number or its full path.
fn asked_project(repo_url: &str) -> Result<String, ActionError> {
    let address = RepoUrl::parse(repo_url).map_err(ActionError::new)?;
    if let Some(project) = address.part("project") {
        return Ok(project.to_owned());
    }
    let (owner, name) = owner_and_name(repo_url)?;
    Ok(format!("{owner}/{name}"))
}

/// The branch that visitors of a project see; nothing while it is empty, though GitLab names one then too.
fn default_branch(project: &Value) -> Option<&str> {
    project["default_branch"].as_str().filter(|_| project["empty_repo"] != true)
}

/// The number of the person of a user name.
async fn user(api: &GitlabApi, name: &str) -> Result<Option<Value>, ApiError> {
    let found = api.get(&format!("/users?username={}", encode_part(name))).await?;
    Ok(found.get(0).map(|user| user["id"].clone()))
}

/// The group or person, and the name of the project, that a `repoUrl` names.
fn owner_and_name(repo_url: &str) -> Result<(String, String), ActionError> {
    let address = RepoUrl::parse(repo_url).map_err(ActionError::new)?;
    let owner = address.part("owner").filter(|owner| owner.split('/').all(is_path));
    let (Some(owner), Some(name)) = (owner, address.part("repo")) else {
        return Err(ActionError::new(format!(
            "The repoUrl needs owner=PATH, a group or a person with letters, digits, -, _ and . only, and repo=NAME, as in \
             {}?owner=acme/shops&repo=shop.",
            address.host()
        )));
    };
    Ok((owner.to_owned(), name.to_owned()))
}

/// Whether GitLab lets a group or a project have this in its address.
fn is_path(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty()
        && name.chars().all(plain)
        && !name.starts_with(['-', '.'])
        && !name.ends_with('.')
        && ![".git", ".atom"].iter().any(|end| name.ends_with(end))
}

/// What GitLab refused, with what the token needs for it. It answers "not found" too where a token may not look.
fn needs(error: ApiError, role: &str, what: &str) -> ActionError {
    let refused = error.is(403) || error.is(404);
    let mut error = ActionError::from(error);
    if refused {
        error.message += &format!(
            " Check that {what} is there, and that the token has the scope \"api\" and the role \"{role}\"."
        );
    }
    error
}
