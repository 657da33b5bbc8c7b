//! What steps do on GitHub.
//!
//! Every request is one that can be repeated: an action looks first what an earlier attempt did, by what it kept in the
//! journal and by what is on the host, and goes on from there.

mod autolinks;
mod branch;
mod create;
mod deploy_key;
mod dispatch;
mod environment;
mod inputs;
mod issue;
mod label;
mod pages;
mod protection;
mod publish;
mod pull_request;
mod push;
mod sealed;
mod webhook;

use std::sync::Arc;

use http::Method;
use integrations::{ApiError, GithubRepository, Person};
use platform::Secret;
use serde_json::{Map, Value};

use super::{Catalog, Reach};
use crate::action::{Action, ActionError, Done, Invocation};

/// How many things a page of a list has, at most.
const PAGE: usize = 100;

pub(super) fn actions(reach: &Arc<Reach>, catalog: &Arc<dyn Catalog>) -> Vec<Arc<dyn Action>> {
    vec![
        publish::action(Arc::clone(reach)),
        create::action(Arc::clone(reach)),
        push::action(Arc::clone(reach)),
        pull_request::action(Arc::clone(reach)),
        autolinks::action(Arc::clone(reach)),
        branch::action(Arc::clone(reach)),
        deploy_key::action(Arc::clone(reach)),
        dispatch::action(Arc::clone(reach)),
        environment::action(Arc::clone(reach), Arc::clone(catalog)),
        issue::action(Arc::clone(reach)),
        label::action(Arc::clone(reach)),
        pages::action(Arc::clone(reach)),
        webhook::action(Arc::clone(reach)),
        crate::wait::pull_request(Arc::clone(reach)),
    ]
}

/// The repository that a step names.
fn repository(
    reach: &Reach,
    repo_url: &str,
    token: Option<&Secret<String>>,
) -> Result<GithubRepository, ActionError> {
    Ok(reach.integrations().github_repository(repo_url, token)?)
}

/// What a template calls the author of a commit; whoever's token it is if it names nobody.
fn author(name: Option<String>, email: Option<String>) -> Person {
    Person {
        name: name.unwrap_or_else(|| "Scaffolder".to_owned()),
        email: email.unwrap_or_else(|| "scaffolder@backstage.io".to_owned()),
    }
}

async fn log(invocation: &Invocation<'_>, line: &str) -> Result<(), ActionError> {
    Ok(invocation.journal.log(Some(invocation.step), line).await?)
}

/// A text that an earlier attempt of the step kept.
async fn kept(invocation: &Invocation<'_>, name: &str) -> Result<Option<String>, ActionError> {
    let kept = invocation.journal.kept(invocation.step, name).await?;
    Ok(kept.and_then(|kept| kept.as_str().map(str::to_owned)))
}

async fn keep(invocation: &Invocation<'_>, name: &str, value: impl Into<Value>) -> Result<(), ActionError> {
    Ok(invocation.journal.keep(invocation.step, name, value.into()).await?)
}

/// What a step gives.
fn output<const N: usize>(fields: [(&str, Value); N]) -> Result<Done, ActionError> {
    Ok(Done::Output(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()))
}

/// All of a list of a repository.
async fn list(repository: &GithubRepository, path: &str) -> Result<Vec<Value>, ApiError> {
    let mut all = Vec::new();
    for page in 1.. {
        let found =
            repository.send(Method::GET, &format!("{path}?per_page={PAGE}&page={page}"), None).await?;
        let Value::Array(found) = found else { break };
        let is_last = found.len() < PAGE;
        all.extend(found);
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// What GitHub refused, with what the token needs for it. It answers "not found" too where a token may not look.
fn needs(error: ApiError, permission: &str, what: &str) -> ActionError {
    let refused = error.is(403) || error.is(404);
    let mut error = ActionError::from(error);
    if refused {
        error.message +=
            &format!(" Check that {what} is there, and that the token has the permission \"{permission}\".");
    }
    error
}

impl From<ApiError> for ActionError {
    fn from(error: ApiError) -> Self {
        Self { message: format!("{error}."), later: error.later }
    }
}
