//! `github:webhook`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::schema;
use super::protection::yes;
use super::{list, log, needs, repository};
use crate::action::{Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    webhook_url: String,
    webhook_secret: Option<Secret<String>>,
    #[serde(default = "push")]
    events: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default = "form")]
    content_type: String,
    #[serde(default)]
    insecure_ssl: bool,
}

fn push() -> Vec<String> {
    vec!["push".to_owned()]
}

fn form() -> String {
    "form".to_owned()
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "webhookUrl": { "type": "string", "description": "The address that is told." },
        "webhookSecret": { "type": "string", "description": "What the messages are signed with, from the secrets of the form." },
        "events": {
            "anyOf": [
                { "type": "array", "items": { "type": "string" } },
                { "type": "array", "items": { "type": "string", "const": "*" } },
            ],
            "default": ["push"],
            "description": "The events that are told, by GitHub's names of them; `*` for all.",
        },
        "active": { "type": "boolean", "default": true, "description": "Whether anything is told yet." },
        "contentType": { "type": "string", "enum": ["form", "json"], "default": "form", "description": "How messages are written." },
        "insecureSsl": { "type": "boolean", "default": false, "description": "Whether any certificate of the address is accepted." },
    });
    let about = about(
        "github:webhook",
        "Lets a GitHub repository tell another system about events. \
         A webhook to the same address that is there already is set to what the step says.",
        schema(&["webhookUrl"], [own]),
        &[(
            "Tell a build server about pushes.",
            "steps:\n  - id: hook\n    action: github:webhook\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      webhookUrl: https://build.example.com/github\n      contentType: json\n",
        )],
    );
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { set(&reach, &invocation).await })
    })
}

async fn set(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    if invocation.dry_run {
        log(invocation, &format!("Would let {} tell {}.", asked.repo_url, asked.webhook_url)).await?;
        return nothing();
    }
    let repository = repository(reach, &asked.repo_url, asked.token.as_ref())?;
    let mut config = json!({
        "url": asked.webhook_url, "content_type": asked.content_type,
        "insecure_ssl": if asked.insecure_ssl { "1" } else { "0" },
    });
    if let Some(secret) = &asked.webhook_secret {
        config["secret"] = json!(secret.expose());
    }
    let mut body = json!({ "config": config, "events": asked.events, "active": asked.active });
    let refused = |error| needs(error, "Webhooks: write", "the repository");
    let hooks = list(&repository, "/hooks").await.map_err(refused)?;
    let known = hooks.iter().find(|hook| hook["config"]["url"] == asked.webhook_url);
    if let Some(id) = known.and_then(|hook| hook["id"].as_u64()) {
        repository.send(Method::PATCH, &format!("/hooks/{id}"), Some(&body)).await.map_err(refused)?;
    } else {
        body["name"] = Value::from("web");
        repository.send(Method::POST, "/hooks", Some(&body)).await.map_err(refused)?;
    }
    nothing()
}
