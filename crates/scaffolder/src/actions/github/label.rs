//! `github:issues:label`.

use std::sync::Arc;

use http::Method;
use platform::Secret;
use serde::Deserialize;
use serde_json::json;

use super::inputs::{schema, texts};
use super::repository;
use crate::action::{About, Action, ActionError};
use crate::actions::{Reach, about, input, nothing, simple};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    number: f64,
    labels: Vec<String>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "number": { "type": "number", "description": "The number of the issue or the pull request." },
        "labels": texts("The labels that it gets beside those that it has."),
    });
    let about = about(
        "github:issues:label",
        "Adds labels to an issue or a pull request of a GitHub repository.",
        schema(&["number", "labels"], [own]),
        &[(
            "Label a pull request.",
            "steps:\n  - id: label\n    action: github:issues:label\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      number: 7\n      labels: [template]\n",
        )],
    );
    let about = About { dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { repo_url, token, number, labels } = input(invocation.input.clone())?;
            if number.fract() != 0.0 || number < 1.0 {
                return Err(ActionError::new(format!("{number} is no number of an issue.")));
            }
            let repository = repository(&reach, &repo_url, token.as_ref())?;
            // Labels of an issue are a set: one that is there stays.
            let path = format!("/issues/{number}/labels");
            repository.send(Method::POST, &path, Some(&json!({ "labels": labels }))).await?;
            nothing()
        })
    })
}
