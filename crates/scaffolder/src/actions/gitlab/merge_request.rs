//! `publish:gitlab:merge-request`.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use integrations::{ApiError, GitlabApi, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::commits::{Change, CommitAction, head};
use super::inputs::schema;
use super::{asked_project, default_branch, host, log, needs, output, project, user};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

/// How often it is asked whether GitLab has thought about a merge request that it was just given.
const TRIES: u32 = 50;
/// The pause between two of them.
const PAUSE: Duration = Duration::from_millis(200);
/// What GitLab says of one that it still thinks about.
const THINKS: [&str; 4] = ["preparing", "checking", "unchecked", "approvals_syncing"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    title: String,
    #[serde(default)]
    description: String,
    branch_name: String,
    target_branch_name: Option<String>,
    source_path: Option<String>,
    target_path: Option<String>,
    commit_action: Option<CommitAction>,
    projectid: Option<String>,
    #[serde(default)]
    remove_source_branch: bool,
    assignee: Option<String>,
    #[serde(default)]
    reviewers: Vec<String>,
    #[serde(default)]
    assign_reviewers_from_approval_rules: bool,
    labels: Option<Labels>,
    #[serde(default)]
    auto_merge: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Labels {
    One(String),
    Many(Vec<String>),
}

fn inputs() -> Value {
    json!({
        "title": { "type": "string", "description": "The title of the merge request, and the message of the commit." },
        "description": { "type": "string", "description": "What the merge request says about itself, in Markdown." },
        "branchName": { "type": "string", "description": "The branch that the change is committed to." },
        "targetBranchName": { "type": "string", "description": "The branch that the change is for; the default one if left out." },
        "sourcePath": { "type": "string", "description": "The folder of the workspace that is proposed; `targetPath` if left out, and `.` for all of it." },
        "targetPath": { "type": "string", "description": "The folder of the project that it goes to; its root if left out." },
        "commitAction": {
            "type": "string", "enum": ["create", "delete", "update", "skip", "auto"],
            "description": "What happens to each file: it is made or changed where it differs (`auto`, if left out), made, deleted or changed. With `skip` nothing is committed.",
        },
        "projectid": { "type": "string", "description": "The number or the path of the project; newer templates say `project=` in the repoUrl." },
        "removeSourceBranch": { "type": "boolean", "description": "Whether the branch goes with the merge." },
        "assignee": { "type": "string", "description": "The user name of the person whom it is assigned to." },
        "reviewers": { "type": "array", "items": { "type": "string" }, "description": "The user names of people who are asked for a review." },
        "assignReviewersFromApprovalRules": { "type": "boolean", "description": "Whether those who may approve by the rules of the project are asked for a review as well." },
        "labels": {
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
            "description": "Its labels, as a list or with commas between them.",
        },
        "autoMerge": { "type": "boolean", "description": "Whether GitLab merges it as soon as everything that it needs is there." },
    })
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let given = object(
        &["targetBranchName", "projectid", "projectPath", "mergeRequestUrl"],
        json!({
            "targetBranchName": { "type": "string", "description": "The branch that the change is for." },
            "projectid": { "type": "string", "description": "The project as the step names it." },
            "projectPath": { "type": "string", "description": "Its path, with the groups that it is in." },
            "mergeRequestUrl": { "type": "string", "description": "The address of the merge request." },
        }),
    );
    let about = about(
        "publish:gitlab:merge-request",
        "Proposes the workspace as a merge request: one commit on a new branch, in which files of the workspace stand in the place of those \
         that have the same name. What the `.gitignore` files in it name stays out, and links do too.",
        schema(&["title", "branchName"], inputs()),
        &[(
            "Propose what was rendered.",
            "steps:\n  - id: propose\n    action: publish:gitlab:merge-request\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      branchName: add-docs\n      title: Add documentation\n      description: Written by the template of the platform team.\n      removeSourceBranch: true\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            let api = host(&reach, &asked.repo_url, asked.token.as_ref())?;
            let name = match &asked.projectid {
                Some(name) => name.clone(),
                None => asked_project(&asked.repo_url)?,
            };
            asked.propose(&invocation, &api, &name).await
        })
    })
}

/// A merge request as GitLab's API tells it.
#[derive(Deserialize)]
struct MergeRequest {
    iid: u64,
    state: String,
    web_url: String,
    sha: Option<String>,
    detailed_merge_status: Option<String>,
    author: Option<Person>,
    #[serde(default)]
    reviewers: Vec<Person>,
    #[serde(default)]
    merge_when_pipeline_succeeds: bool,
}

#[derive(Deserialize)]
struct Person {
    id: u64,
}

fn read(told: Value) -> Result<MergeRequest, ActionError> {
    serde_json::from_value(told)
        .map_err(|error| ActionError::later(format!("The merge request can't be read: {error}.")))
}

impl Input {
    async fn propose(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        name: &str,
    ) -> Result<Done, ActionError> {
        let found =
            api.get(&project(name)).await.map_err(|error| needs(error, "Developer", "the project"))?;
        let base = project(&found["id"].to_string());
        let target = self.target_branch_name.as_deref().or_else(|| default_branch(&found));
        let target = target.ok_or_else(|| {
            ActionError::new(format!(
                "The project {name} is empty, so that nothing can be proposed to it. Push to it first."
            ))
        })?;
        if target == self.branch_name {
            return Err(ActionError::new(format!(
                "The branch {target} can't be proposed to itself. Say another branchName."
            )));
        }
        let change = Change {
            api,
            base: &base,
            branch: &self.branch_name,
            of: target,
            adds: false,
            message: &self.title,
            action: self.commit_action.unwrap_or(CommitAction::Auto),
            source: self
                .source_path
                .as_deref()
                .filter(|path| !path.is_empty())
                .or(self.target_path.as_deref()),
            target: self.target_path.as_deref(),
            allow_empty: false,
        };
        let commit = change.make(invocation).await?;
        if commit.is_none() && head(api, &base, &self.branch_name).await?.is_none() {
            let body = json!({ "branch": self.branch_name, "ref": target });
            api.send(Method::POST, &format!("{base}/repository/branches"), Some(&body)).await?;
        }
        let request = self.open(invocation, api, &base, target, commit.as_deref()).await?;
        let request = self.ask_more(invocation, api, &base, request).await?;
        log(invocation, &format!("The merge request is {}.", request.web_url)).await?;
        output([
            ("targetBranchName", json!(target)),
            ("projectid", json!(name)),
            ("projectPath", found["path_with_namespace"].clone()),
            ("mergeRequestUrl", json!(request.web_url)),
        ])
    }

    /// Opens the merge request, or brings the one that is there up to date.
    async fn open(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        base: &str,
        target: &str,
        commit: Option<&str>,
    ) -> Result<MergeRequest, ActionError> {
        let mut body = json!({
            "title": self.title, "description": self.description, "target_branch": target,
            "remove_source_branch": self.remove_source_branch,
        });
        if let Some(labels) = &self.labels {
            body["labels"] = match labels {
                Labels::One(labels) => json!(labels),
                Labels::Many(labels) => json!(labels.join(",")),
            };
        }
        if let Some(name) = &self.assignee {
            let people = people(invocation, api, std::slice::from_ref(name)).await?;
            if let Some(id) = people.first() {
                body["assignee_id"] = id.clone();
            }
        }
        if !self.reviewers.is_empty() {
            body["reviewer_ids"] = Value::Array(people(invocation, api, &self.reviewers).await?);
        }
        let known = self.known(api, base, target, commit).await?;
        let Some(known) = known else {
            body["source_branch"] = json!(self.branch_name);
            return match api.send(Method::POST, &format!("{base}/merge_requests"), Some(&body)).await {
                Ok(made) => read(made),
                // What an earlier attempt sent came just now.
                Err(error) if error.is(409) => {
                    self.known(api, base, target, commit).await?.ok_or_else(|| error.into())
                }
                Err(error) => Err(needs(error, "Developer", "the project")),
            };
        };
        if known.state != "opened" {
            return Ok(known);
        }
        log(invocation, &format!("Bringing merge request {} up to date.", known.iid)).await?;
        read(api.send(Method::PUT, &format!("{base}/merge_requests/{}", known.iid), Some(&body)).await?)
    }

    /// The merge request of an earlier attempt, whatever became of it, or one that is open.
    async fn known(
        &self,
        api: &GitlabApi,
        base: &str,
        target: &str,
        commit: Option<&str>,
    ) -> Result<Option<MergeRequest>, ActionError> {
        let (source, target) = (encode_part(&self.branch_name), encode_part(target));
        let path = format!("{base}/merge_requests?state=all&source_branch={source}&target_branch={target}");
        let mut open = None;
        for told in api.list(&path).await? {
            let request = read(told)?;
            if commit.is_some() && request.sha.as_deref() == commit {
                return Ok(Some(request));
            }
            if request.state == "opened" {
                open = Some(request);
            }
        }
        Ok(open)
    }

    /// What can be asked for only when GitLab has thought about the merge request.
    async fn ask_more(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        base: &str,
        mut request: MergeRequest,
    ) -> Result<MergeRequest, ActionError> {
        let wants = self.assign_reviewers_from_approval_rules || self.auto_merge;
        if !wants || request.state != "opened" {
            return Ok(request);
        }
        let path = format!("{base}/merge_requests/{}", request.iid);
        for _ in 0..TRIES {
            let thinks = |said: &String| THINKS.contains(&said.as_str());
            if !request.detailed_merge_status.as_ref().is_some_and(thinks) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            request = read(api.get(&path).await?)?;
        }
        if self.assign_reviewers_from_approval_rules {
            let mut reviewers: Vec<u64> = request.reviewers.iter().map(|person| person.id).collect();
            let state = api.find(&format!("{path}/approval_state")).await?.unwrap_or_default();
            let rules = state["rules"].as_array().into_iter().flatten();
            for person in rules.filter_map(|rule| rule["eligible_approvers"].as_array()).flatten() {
                let id = person["id"].as_u64().unwrap_or_default();
                let is_author = request.author.as_ref().is_some_and(|author| author.id == id);
                if id > 0 && !is_author && !reviewers.contains(&id) {
                    reviewers.push(id);
                }
            }
            request = read(api.send(Method::PUT, &path, Some(&json!({ "reviewer_ids": reviewers }))).await?)?;
        }
        if self.auto_merge && !request.merge_when_pipeline_succeeds {
            // The older name of `auto_merge` is what hosts before GitLab 17.11 know.
            let body = json!({
                "auto_merge": true, "merge_when_pipeline_succeeds": true, "sha": request.sha,
                "should_remove_source_branch": self.remove_source_branch,
            });
            if let Err(error) = api.send(Method::PUT, &format!("{path}/merge"), Some(&body)).await {
                told(invocation, "It is not merged by itself", error).await?;
            }
        }
        Ok(request)
    }
}

/// The numbers of people by their user names. Who is not known is told, as in Backstage.
async fn people(
    invocation: &Invocation<'_>,
    api: &GitlabApi,
    names: &[String],
) -> Result<Vec<Value>, ActionError> {
    let mut people = Vec::new();
    for name in names {
        match user(api, name).await? {
            Some(id) => people.push(id),
            None => log(invocation, &format!("{} has no user {name}, who is not asked.", api.host())).await?,
        }
    }
    Ok(people)
}

/// Tells of a refusal that the step outlives; one that may be gone later ends it.
async fn told(invocation: &Invocation<'_>, what: &str, error: ApiError) -> Result<(), ActionError> {
    if error.later {
        return Err(error.into());
    }
    log(invocation, &format!("{what}: {error}.")).await
}
