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
use integrations::{ApiError, GithubRepository};
use platform::Secret;
use serde_json::Value;

use super::common::{author, keep, kept, log, mark, output};
use super::{Catalog, Reach};
use crate::action::{Action, ActionError};

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
