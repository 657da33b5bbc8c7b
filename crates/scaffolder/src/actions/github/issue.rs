//! `github:issues:create`.

use std::sync::Arc;

use http::Method;
use integrations::{GithubRepository, RepoUrl, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::{schema, texts};
use super::{PAGE, keep, kept, log, mark, needs, output, repository};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

/// What says that an earlier attempt came as far as to ask for the issue.
const ASKED: &str = "asked";
/// Most pages of issues that are searched for the one of an earlier attempt.
const MOST_PAGES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    title: String,
    #[serde(default)]
    body: String,
    assignees: Option<Vec<String>>,
    milestone: Option<Value>,
    labels: Option<Vec<String>>,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "title": { "type": "string", "description": "The title." },
        "body": { "type": "string", "description": "What it says, in Markdown." },
        "assignees": texts("The logins of the people who are to do it."),
        "milestone": { "type": ["string", "number"], "description": "The number of its milestone." },
        "labels": texts("Its labels."),
    });
    let given = object(
        &["issueUrl", "issueNumber"],
        json!({
            "issueUrl": { "type": "string", "description": "Its address in a browser." },
            "issueNumber": { "type": "number", "description": "Its number." },
        }),
    );
    let about = about(
        "github:issues:create",
        "Opens an issue in a GitHub repository. Its text ends with a comment that readers do not see, \
         by which a step that was interrupted finds its issue again.",
        schema(&["title"], [own]),
        &[(
            "Ask for a review.",
            "steps:\n  - id: ask\n    action: github:issues:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      title: Review the new service\n      labels: [template]\n",
        )],
    );
    simple(About { output: given, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { open(&reach, &invocation).await })
    })
}

async fn open(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    if invocation.dry_run {
        return try_out(invocation, &asked).await;
    }
    let repository = repository(reach, &asked.repo_url, asked.token.as_ref())?;
    let mark = mark(invocation);
    let earlier = match kept(invocation, ASKED).await? {
        Some(_) => find(&repository, &mark).await?,
        None => None,
    };
    let issue = match earlier {
        Some(issue) => issue,
        None => {
            keep(invocation, ASKED, mark.as_str()).await?;
            let mut body =
                json!({ "title": asked.title, "body": format!("{}\n\n{mark}", asked.body).trim_start() });
            if let Some(assignees) = &asked.assignees {
                body["assignees"] = json!(assignees);
            }
            if let Some(milestone) = &asked.milestone {
                body["milestone"] = milestone.clone();
            }
            if let Some(labels) = &asked.labels {
                body["labels"] = json!(labels);
            }
            repository
                .send(Method::POST, "/issues", Some(&body))
                .await
                .map_err(|error| needs(error, "Issues: write", "the repository, with issues turned on,"))?
        }
    };
    log(invocation, &format!("The issue is {}.", issue["html_url"].as_str().unwrap_or_default())).await?;
    output([("issueUrl", issue["html_url"].clone()), ("issueNumber", issue["number"].clone())])
}

async fn try_out(invocation: &Invocation<'_>, asked: &Input) -> Result<Done, ActionError> {
    let address = RepoUrl::parse(&asked.repo_url).map_err(ActionError::new)?;
    log(invocation, &format!("Would open the issue {:?} in {}.", asked.title, asked.repo_url)).await?;
    let part = |name: &str| encode_part(address.part(name).unwrap_or_default());
    let url = format!("https://{}/{}/{}/issues/1", address.host(), part("owner"), part("repo"));
    output([("issueUrl", json!(url)), ("issueNumber", json!(1))])
}

/// The issue with a mark, among the newest.
async fn find(repository: &GithubRepository, mark: &str) -> Result<Option<Value>, ActionError> {
    for page in 1..=MOST_PAGES {
        let path = format!("/issues?state=all&sort=created&direction=desc&per_page={PAGE}&page={page}");
        let found = repository
            .send(Method::GET, &path, None)
            .await
            .map_err(|error| needs(error, "Issues: write", "the repository, with issues turned on,"))?;
        let Value::Array(found) = found else { return Ok(None) };
        let is_last = found.len() < PAGE;
        let own =
            found.into_iter().find(|issue| issue["body"].as_str().is_some_and(|body| body.contains(mark)));
        if own.is_some() || is_last {
            return Ok(own);
        }
    }
    Ok(None)
}
