//! `gitlab:user:info`.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::host_schema;
use super::{host, id};
use crate::action::{About, Action, ActionError, Done};
use crate::actions::{Reach, about, input, object, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    user_id: Option<Value>,
}

/// What is told of somebody, by GitLab's names of it.
const FIELDS: [(&str, &str); 8] = [
    ("id", "id"),
    ("username", "username"),
    ("name", "name"),
    ("state", "state"),
    ("webUrl", "web_url"),
    ("email", "email"),
    ("createdAt", "created_at"),
    ("publicEmail", "public_email"),
];

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "userId": { "type": "number", "description": "The number of the person; the person whose token it is if left out." },
    });
    let text = |description: &str| json!({ "type": "string", "description": description });
    let given = object(
        &["id", "username", "name", "state", "webUrl"],
        json!({
            "id": { "type": "number", "description": "Their number." },
            "username": text("Their user name."),
            "name": text("The name that people read."),
            "state": text("Whether they can sign in: `active`, `blocked` and others."),
            "webUrl": text("The address of their page."),
            "email": text("Their e-mail address, where the token may see it."),
            "createdAt": text("Since when they are known."),
            "publicEmail": text("The e-mail address that they show to everybody."),
        }),
    );
    let about = about(
        "gitlab:user:info",
        "Tells who a person at GitLab is.",
        host_schema(&[], own),
        &[(
            "Tell whose token it is.",
            "steps:\n  - id: me\n    action: gitlab:user:info\n    input:\n      repoUrl: gitlab.com\n      token: ${{ secrets.gitlab }}\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let api = host(&reach, &asked.repo_url, asked.token.as_ref())?;
            let path = asked
                .user_id
                .as_ref()
                .map_or_else(|| "/user".to_owned(), |user| format!("/users/{}", id(user)));
            let found = api.find(&path).await?.ok_or_else(|| {
                ActionError::new(format!(
                    "{} has no user {}.",
                    api.host(),
                    path.trim_start_matches("/users/")
                ))
            })?;
            let told = |(name, field): &(&str, &str)| {
                let value = found.get(*field).filter(|value| !value.is_null())?;
                Some(((*name).to_owned(), value.clone()))
            };
            Ok(Done::Output(FIELDS.iter().filter_map(told).collect()))
        })
    })
}
