//! `github:branch-protection:create`.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;
use serde_json::json;

use super::inputs::schema;
use super::protection::{self, Rules, yes};
use super::repository;
use crate::action::{About, Action};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    branch: Option<String>,
    #[serde(default = "yes")]
    enforce_admins: bool,
    #[serde(default)]
    block_creations: bool,
    #[serde(flatten)]
    rules: Rules,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "branch": { "type": "string", "description": "The branch; the default branch if left out." },
        "enforceAdmins": { "type": "boolean", "default": true, "description": "Whether the protection holds for administrators too." },
        "blockCreations": { "type": "boolean", "default": false, "description": "Whether only those who may push can make branches that the protection matches." },
    });
    let about = about(
        "github:branch-protection:create",
        "Protects a branch of a GitHub repository, in the place of the protection that it had.",
        schema(&[], [own, protection::inputs()]),
        &[(
            "Ask for two approvals.",
            "steps:\n  - id: protect\n    action: github:branch-protection:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      requiredApprovingReviewCount: 2\n",
        )],
    );
    let about = About { dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let repository = repository(&reach, &asked.repo_url, asked.token.as_ref())?;
            let branch = match asked.branch {
                Some(branch) => branch,
                None => repository.existing().await?.default_branch,
            };
            let more = ("block_creations", json!(asked.block_creations));
            asked.rules.apply(&repository, &branch, asked.enforce_admins, Some(more)).await?;
            nothing()
        })
    })
}
