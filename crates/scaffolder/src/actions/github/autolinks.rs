//! `github:autolinks:create`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::json;

use super::inputs::schema;
use super::protection::yes;
use super::repository;
use crate::action::{About, Action, ActionError};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    key_prefix: String,
    url_template: String,
    #[serde(default = "yes")]
    is_alphanumeric: bool,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "keyPrefix": { "type": "string", "description": "What stands before the number of a ticket, such as `SHOP-`." },
        "urlTemplate": { "type": "string", "description": "The address of a ticket, with `<num>` for its number." },
        "isAlphanumeric": { "type": "boolean", "default": true, "description": "Whether a number may hold letters and `-` too." },
    });
    let about = about(
        "github:autolinks:create",
        "Makes links of the ticket numbers in issues, pull requests and commits of a GitHub repository.",
        schema(&["keyPrefix", "urlTemplate"], [own]),
        &[(
            "Link tickets.",
            "steps:\n  - id: link\n    action: github:autolinks:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      keyPrefix: SHOP-\n      urlTemplate: https://tickets.example.com/SHOP-<num>\n",
        )],
    );
    let about = About { dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let repository = repository(&reach, &asked.repo_url, asked.token.as_ref())?;
            let links = repository.send(Method::GET, "/autolinks", None).await?;
            let mut links = links.as_array().into_iter().flatten();
            if let Some(link) = links.find(|link| link["key_prefix"] == asked.key_prefix) {
                let is_same = link["url_template"] == asked.url_template
                    && link["is_alphanumeric"] == asked.is_alphanumeric;
                // GitHub can't change one, and what somebody else set is not removed.
                return if is_same {
                    nothing()
                } else {
                    Err(ActionError::new(format!(
                        "{} links {} already, to {}. Remove that autolink there, or choose another prefix.",
                        repository.page(),
                        asked.key_prefix,
                        link["url_template"].as_str().unwrap_or_default()
                    )))
                };
            }
            let body = json!({
                "key_prefix": asked.key_prefix, "url_template": asked.url_template,
                "is_alphanumeric": asked.is_alphanumeric,
            });
            repository.send(Method::POST, "/autolinks", Some(&body)).await?;
            nothing()
        })
    })
}
