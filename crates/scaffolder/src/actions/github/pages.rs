//! `github:pages:enable`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::json;

use super::inputs::schema;
use super::repository;
use crate::action::{About, Action};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    build_type: Option<String>,
    source_branch: Option<String>,
    source_path: Option<String>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "buildType": { "type": "string", "enum": ["legacy", "workflow"], "default": "workflow", "description": "Whether a workflow builds the pages, or GitHub does from a branch (`legacy`)." },
        "sourceBranch": { "type": "string", "default": "main", "description": "The branch that holds them." },
        "sourcePath": { "type": "string", "enum": ["/", "/docs"], "default": "/", "description": "The folder of the branch that holds them." },
    });
    let about = about(
        "github:pages:enable",
        "Turns on GitHub Pages for a repository. Pages that are on already are set to what the step says.",
        schema(&[], [own]),
        &[(
            "Publish the folder `docs`.",
            "steps:\n  - id: pages\n    action: github:pages:enable\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      buildType: legacy\n      sourcePath: /docs\n",
        )],
    );
    let about = About { dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let repository = repository(&reach, &asked.repo_url, asked.token.as_ref())?;
            let body = json!({
                "build_type": asked.build_type.as_deref().unwrap_or("workflow"),
                "source": {
                    "branch": asked.source_branch.as_deref().unwrap_or("main"),
                    "path": asked.source_path.as_deref().unwrap_or("/"),
                },
            });
            if repository.find("/pages").await?.is_none() {
                match repository.send(Method::POST, "/pages", Some(&body)).await {
                    // Somebody turned them on meanwhile.
                    Err(error) if error.is(409) => {}
                    done => return done.map_err(Into::into).and_then(|_| nothing()),
                }
            }
            repository.send(Method::PUT, "/pages", Some(&body)).await?;
            nothing()
        })
    })
}
