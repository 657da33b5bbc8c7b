//! `gitlab:projectAccessToken:create` and `gitlab:projectDeployToken:create`. GitLab tells a token once, so that neither can be
//! repeated without a second token.

use std::sync::Arc;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::schema;
use super::{answered, host, id, keep, log, needs, number, project};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Repeat};
use crate::actions::{Reach, about, hiding, input, object};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    project_id: Value,
    name: Option<String>,
    username: Option<String>,
    access_level: Option<Value>,
    scopes: Option<Vec<String>>,
    expires_at: Option<String>,
}

/// What people are told of both.
const ASKS: &str =
    "If the portal ends while it is asked for, the run waits for a person, who looks whether it was made.";

pub(super) fn access(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "projectId": { "type": ["number", "string"], "description": "The number of the project, or its path with its groups." },
        "name": { "type": "string", "description": "What the token is called." },
        "accessLevel": { "type": "number", "description": "What it may do: 10 (guest), 20 (reporter), 30 (developer), 40 (maintainer, if left out) or 50 (owner)." },
        "scopes": { "type": "array", "items": { "type": "string", "description": "A scope." }, "description": "What it is for, by GitLab's names, such as `read_repository`." },
        "expiresAt": { "type": "string", "description": "The day at which it ends, as in `2027-01-31`; in 365 days if left out." },
    });
    let given = object(
        &["access_token"],
        json!({ "access_token": { "type": "string", "description": "The token, which is hidden wherever people read." } }),
    );
    let about = about(
        "gitlab:projectAccessToken:create",
        &format!("Makes a token that programs use a GitLab project with. {ASKS}"),
        schema(&["projectId"], own),
        &[(
            "Let a registry read the project.",
            "steps:\n  - id: token\n    action: gitlab:projectAccessToken:create\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      projectId: acme/shops/shop\n      name: registry\n      accessLevel: 20\n      scopes: [read_repository]\n",
        )],
    );
    let about = About { output: given, dry_run: false, repeat: Repeat::Ask, ..about };
    hiding(&["access_token"], about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { create(&reach, &invocation, "access_tokens").await })
    })
}

pub(super) fn deploy(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "projectId": { "type": ["number", "string"], "description": "The number of the project, or its path with its groups." },
        "name": { "type": "string", "description": "What the token is called." },
        "username": { "type": "string", "description": "The user name that goes with it; GitLab makes one if left out." },
        "scopes": { "type": "array", "items": { "type": "string" }, "description": "What it is for, by GitLab's names, such as `read_registry`." },
    });
    let given = object(
        &["deploy_token", "user"],
        json!({
            "deploy_token": { "type": "string", "description": "The token, which is hidden wherever people read." },
            "user": { "type": "string", "description": "The user name that goes with it." },
        }),
    );
    let about = about(
        "gitlab:projectDeployToken:create",
        &format!(
            "Makes a token that machines fetch code, images and packages of a GitLab project with. {ASKS}"
        ),
        schema(&["projectId", "name", "scopes"], own),
        &[(
            "Let a cluster fetch images.",
            "steps:\n  - id: token\n    action: gitlab:projectDeployToken:create\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      projectId: acme/shops/shop\n      name: cluster\n      scopes: [read_registry]\n",
        )],
    );
    let about = About { output: given, dry_run: false, repeat: Repeat::Ask, ..about };
    hiding(&["deploy_token"], about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { create(&reach, &invocation, "deploy_tokens").await })
    })
}

async fn create(reach: &Reach, invocation: &Invocation<'_>, kind: &str) -> Result<Done, ActionError> {
    if let Some(given) = answered(invocation).await? {
        return Ok(Done::Output(given));
    }
    let asked: Input = input(invocation.input.clone())?;
    let api = host(reach, &asked.repo_url, asked.token.as_ref())?;
    let is_access = kind == "access_tokens";
    let mut body = Map::new();
    let mut say = |name: &str, value: Option<Value>| body.extend(value.map(|value| (name.to_owned(), value)));
    say("name", asked.name.map(Value::from));
    say("username", asked.username.map(Value::from));
    say("scopes", asked.scopes.map(Value::from));
    if is_access {
        let in_a_year = Timestamp::now().saturating_add(SignedDuration::from_hours(365 * 24));
        let day = asked.expires_at.or_else(|| in_a_year.ok()?.to_string().get(..10).map(str::to_owned));
        say("expires_at", day.map(Value::from));
        say("access_level", Some(asked.access_level.map_or_else(|| json!(40), |level| number(&level))));
    }
    let name = id(&asked.project_id);
    log(invocation, &format!("Making a token of the project {name}.")).await?;
    let path = format!("{}/{kind}", project(&name));
    let answer = api.send(Method::POST, &path, Some(&Value::Object(body))).await.map_err(|error| {
        let is_open = error.later;
        let mut error = needs(error, "Maintainer", "the project");
        if is_open {
            error.message += " It may have been made all the same: look there before you retry the run.";
        }
        error
    })?;
    let given = if is_access {
        Map::from_iter([("access_token".to_owned(), answer["token"].clone())])
    } else {
        Map::from_iter([
            ("deploy_token".to_owned(), answer["token"].clone()),
            ("user".to_owned(), answer["username"].clone()),
        ])
    };
    keep(invocation, ANSWERED, Value::Object(given.clone())).await?;
    Ok(Done::Output(given))
}
