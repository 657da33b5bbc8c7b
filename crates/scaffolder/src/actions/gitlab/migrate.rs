//! `gitlab:group:migrate`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{answered, host, keep, log, needs, owner_and_name};
use crate::action::{ANSWERED, About, Action, ActionError, Done, Invocation, Repeat};
use crate::actions::{Reach, about, input, object, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    destination_access_token: Secret<String>,
    destination_url: String,
    source_access_token: Secret<String>,
    source_full_path: String,
    source_url: String,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let schema = object(
        &["destinationAccessToken", "destinationUrl", "sourceAccessToken", "sourceFullPath", "sourceUrl"],
        json!({
            "destinationAccessToken": text("A token of the GitLab that the project goes to, from the secrets of the form."),
            "destinationUrl": text("The project as it will be, as in `gitlab.com?owner=acme/shops&repo=shop`."),
            "sourceAccessToken": text("A token of the GitLab that it comes from, from the secrets of the form."),
            "sourceFullPath": text("The path of the project there, with its groups."),
            "sourceUrl": text("The address of the GitLab that it comes from."),
        }),
    );
    let given = object(
        &["importedRepoUrl", "migrationId"],
        json!({
            "importedRepoUrl": text("The address of the project as it will be."),
            "migrationId": { "type": "number", "description": "The number of the migration." },
        }),
    );
    let about = about(
        "gitlab:group:migrate",
        "Lets one GitLab fetch a project from another. It goes on after the step has ended. \
         If the portal ends while it is asked for, the run waits for a person, who looks whether it began.",
        schema,
        &[(
            "Move a project.",
            "steps:\n  - id: move\n    action: gitlab:group:migrate\n    input:\n      sourceUrl: https://old.example.com\n      sourceAccessToken: ${{ secrets.old }}\n      sourceFullPath: acme/shop\n      destinationUrl: gitlab.com?owner=acme/shops&repo=shop\n      destinationAccessToken: ${{ secrets.new }}\n",
        )],
    );
    let about = About { output: given, dry_run: false, repeat: Repeat::Ask, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { migrate(&reach, &invocation).await })
    })
}

async fn migrate(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    if let Some(given) = answered(invocation).await? {
        return Ok(Done::Output(given));
    }
    let asked: Input = input(invocation.input.clone())?;
    let api = host(reach, &asked.destination_url, Some(&asked.destination_access_token))?;
    let (owner, name) = owner_and_name(&asked.destination_url)?;
    let body = json!({
        "configuration": { "url": asked.source_url, "access_token": asked.source_access_token.expose() },
        "entities": [{
            "source_type": "project_entity", "source_full_path": asked.source_full_path,
            "destination_slug": name, "destination_namespace": owner,
        }],
    });
    log(invocation, &format!("Asking {} for {}.", api.host(), asked.source_full_path)).await?;
    let answer = api.send(Method::POST, "/bulk_imports", Some(&body)).await.map_err(|error| {
        let is_open = error.later;
        let mut error = needs(error, "Owner", &format!("the group {owner}"));
        error.message = error.message.replace(asked.source_access_token.expose(), platform::secret::MASK);
        if is_open {
            error.message += " It may have begun all the same: look there before you retry the run.";
        }
        error
    })?;
    let given = Map::from_iter([
        ("importedRepoUrl".to_owned(), json!(api.page(&format!("{owner}/{name}")))),
        ("migrationId".to_owned(), answer["id"].clone()),
    ]);
    keep(invocation, ANSWERED, Value::Object(given.clone())).await?;
    Ok(Done::Output(given))
}
