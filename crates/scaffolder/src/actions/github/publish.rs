//! `publish:github`.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;

use super::create::{self, Settings};
use super::inputs::{address_output, schema};
use super::push::{self, BEGAN_WITH, Push};
use super::{keep, kept, protection, repository};
use crate::action::{About, Action};
use crate::actions::{Reach, about, input, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    push: Push,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let about = about(
        "publish:github",
        "Makes a repository on GitHub and fills it with the workspace, as one commit. What the `.gitignore` files in it name \
         stays out.",
        schema(&[], [create::inputs(), push::inputs(), protection::inputs()]),
        &[(
            "Publish what was rendered.",
            "steps:\n  - id: publish\n    action: publish:github\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      description: The shop\n      defaultBranch: main\n",
        )],
    );
    let about = About { output: address_output(true), dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { repo_url, token, settings, push } = input(invocation.input.clone())?;
            let repository = repository(&reach, &repo_url, token.as_ref())?;
            let (repository, found) = settings.create(&invocation, &repository, true).await?;
            if kept(&invocation, BEGAN_WITH).await?.is_none() {
                keep(&invocation, BEGAN_WITH, found.default_branch.as_str()).await?;
            }
            push.run(&invocation, &repository, &found).await
        })
    })
}
