//! `publish:gitlab`.

use std::sync::Arc;

use http::Method;
use integrations::{FirstCommit, GitlabApi, encode_part};
use jiff::Timestamp;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::schema;
use super::{author, host, is_path, keep, kept, log, needs, output, owner_and_name, project, user, variable};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::content::some_content;
use crate::actions::git::at;
use crate::actions::{Reach, about, input, object, simple};

/// What says that this step makes the project, and since when.
const CREATING: &str = "creating";
/// How much the clocks of the host and of this machine may differ, in seconds.
const CLOCKS: i64 = 5 * 60;
/// The level of an owner among GitLab's levels of access.
const OWNER: u32 = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    repo_visibility: Option<String>,
    default_branch: Option<String>,
    git_commit_message: Option<String>,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    #[serde(default)]
    sign_commit: bool,
    source_path: Option<Value>,
    #[serde(default)]
    skip_existing: bool,
    #[serde(default)]
    set_user_as_owner: bool,
    owner_username: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    settings: Option<Value>,
    #[serde(default)]
    branches: Vec<Branch>,
    #[serde(default)]
    project_variables: Vec<Value>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    #[serde(default)]
    protect: bool,
    #[serde(default)]
    create: bool,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

fn inputs() -> Value {
    let visibility = |description: &str| json!({ "type": "string", "enum": ["private", "public", "internal"], "description": description });
    let texts = |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    json!({
        "repoVisibility": visibility("Who may see it; `settings.visibility` in newer templates."),
        "defaultBranch": { "type": "string", "description": "The branch that the content goes to, and that visitors see; `master` if left out." },
        "gitCommitMessage": { "type": "string", "description": "The message of the commit; `initial commit` if left out." },
        "gitAuthorName": { "type": "string", "description": "The name of its author; `Scaffolder` if left out." },
        "gitAuthorEmail": { "type": "string", "description": "The e-mail address of its author." },
        "signCommit": { "type": "boolean", "description": "Whether the commit is signed, which this portal can't do: a step that asks for it fails." },
        "sourcePath": { "type": ["string", "boolean"], "description": "The folder of the workspace that is pushed; all of it if left out, nothing if `false`." },
        "skipExisting": { "type": "boolean", "description": "Whether a project that is there already is left as it is; the step fails otherwise." },
        "setUserAsOwner": { "type": "boolean", "description": "Whether the person whose `token` it is becomes an owner." },
        "ownerUsername": { "type": "string", "description": "The user name of somebody who becomes an owner." },
        "topics": texts("Its topics; `settings.topics` in newer templates."),
        "settings": {
            "type": "object",
            "properties": {
                "name": text, "path": text, "auto_devops_enabled": flag, "ci_config_path": text, "description": text,
                "merge_method": { "type": "string", "enum": ["merge", "rebase_merge", "ff"] },
                "squash_option": { "type": "string", "enum": ["default_off", "default_on", "never", "always"] },
                "topics": { "type": "array", "items": text },
                "visibility": { "type": "string", "enum": ["private", "public", "internal"] },
                "only_allow_merge_if_all_discussions_are_resolved": flag,
                "only_allow_merge_if_pipeline_succeeds": flag,
                "allow_merge_on_skipped_pipeline": flag,
            },
            "additionalProperties": false,
            "description": "Settings of the project, by GitLab's names of them.",
        },
        "branches": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": { "name": text, "protect": flag, "create": flag, "ref": text },
                "required": ["name"],
                "additionalProperties": false,
            },
            "description": "Branches that are made of `ref`, or protected.",
        },
        "projectVariables": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": text, "value": text, "description": text,
                    "variable_type": { "type": "string", "enum": ["env_var", "file"] },
                    "protected": flag, "masked": flag, "masked_and_hidden": flag, "raw": flag,
                    "environment_scope": text,
                },
                "required": ["key", "value"],
                "additionalProperties": false,
            },
            "description": "Variables of its pipelines.",
        },
    })
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let given = object(
        &["remoteUrl", "repoContentsUrl", "projectId", "commitHash", "created"],
        json!({
            "remoteUrl": { "type": "string", "description": "Its address." },
            "repoContentsUrl": { "type": "string", "description": "The address of its root folder, for `catalog:register`." },
            "projectId": { "type": "number", "description": "Its number." },
            "commitHash": { "type": "string", "description": "The hash of the commit; empty if nothing was pushed." },
            "created": { "type": "boolean", "description": "Whether the step made it." },
        }),
    );
    let about = about(
        "publish:gitlab",
        "Makes a project on GitLab and fills it with the workspace, as one commit that Git pushes. What the `.gitignore` files \
         in it name stays out.",
        schema(&[], inputs()),
        &[(
            "Publish what was rendered.",
            "steps:\n  - id: publish\n    action: publish:gitlab\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      defaultBranch: main\n      settings:\n        visibility: internal\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { publish(&reach, &invocation).await })
    })
}

async fn publish(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    if asked.sign_commit {
        return Err(ActionError::new("This portal can't sign commits. Take signCommit out of the step."));
    }
    let api = host(reach, &asked.repo_url, asked.token.as_ref())?;
    let (owner, name) = owner_and_name(&asked.repo_url)?;
    let found = asked.project(invocation, &api, &owner, &name).await?;
    let path = found.project["path_with_namespace"].as_str().unwrap_or_default();
    let number = &found.project["id"];
    let base = project(&number.to_string());
    let branch = asked.default_branch.as_deref().unwrap_or("master");
    let mut commit = String::new();
    if found.created {
        asked.let_owners_in(reach, &api, &base).await?;
        if asked.source_path != Some(Value::Bool(false)) {
            commit = asked.push(invocation, &api, path, branch).await?;
            api.send(Method::PUT, &base, Some(&json!({ "default_branch": branch }))).await?;
            asked.set_branches(&api, &base, branch).await?;
        }
        for variable in &asked.project_variables {
            variable::set(&api, &base, variable).await?;
        }
    }
    let page = api.page(path);
    // As one part, so that whoever reads it knows where the name of the branch ends.
    let contents = encode_part(branch);
    output([
        ("remoteUrl", json!(page)),
        ("repoContentsUrl", json!(format!("{page}/-/blob/{contents}"))),
        ("projectId", number.clone()),
        ("commitHash", json!(commit)),
        ("created", json!(found.created)),
    ])
}

struct Found {
    project: Value,
    created: bool,
}

impl Input {
    /// The project, made if there is none, or by an earlier attempt.
    async fn project(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        owner: &str,
        name: &str,
    ) -> Result<Found, ActionError> {
        let own = self.own_path(name)?;
        let path = format!("{owner}/{own}");
        // Since when an earlier attempt may have made it. What this one is told to be there is somebody else's.
        let begun = kept(invocation, CREATING).await?.filter(|begun| !begun.is_empty());
        if let Some(found) = self.existing(invocation, api, &path, begun.as_deref()).await? {
            return Ok(found);
        }
        let namespace = namespace(api, owner).await?;
        let mut body = json!({
            "name": name, "path": own, "namespace_id": namespace,
            "visibility": self.repo_visibility.as_deref().unwrap_or("private"),
        });
        if !self.topics.is_empty() {
            body["topics"] = json!(self.topics);
        }
        for (name, value) in self.settings.iter().filter_map(Value::as_object).flatten() {
            body[name] = value.clone();
        }
        if begun.is_none() {
            keep(invocation, CREATING, Timestamp::now().to_string()).await?;
        }
        log(invocation, &format!("Making the project {path} at {}.", api.host())).await?;
        let error = match api.send(Method::POST, "/projects", Some(&body)).await {
            Ok(project) => return Ok(Found { project, created: true }),
            Err(error) => error,
        };
        if begun.is_none() && !error.later {
            // Nothing was made, so what is there later is not of this step.
            keep(invocation, CREATING, "").await?;
        }
        if error.is(400) {
            // What an earlier attempt sent may have come just now.
            let found = self.existing(invocation, api, &path, begun.as_deref()).await?;
            return found.ok_or_else(|| error.into());
        }
        Err(needs(error, "Maintainer", &format!("the group {owner}")))
    }

    /// The project of a path, if there is one and the step may go on with it.
    async fn existing(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        path: &str,
        begun: Option<&str>,
    ) -> Result<Option<Found>, ActionError> {
        let Some(project) = api.find(&project(path)).await? else { return Ok(None) };
        let time = |text: Option<&str>| text.and_then(|text| text.parse::<Timestamp>().ok());
        let made = time(project["created_at"].as_str());
        let created = time(begun)
            .zip(made)
            .is_some_and(|(begun, made)| made.as_second() >= begun.as_second().saturating_sub(CLOCKS));
        if !created && !self.skip_existing {
            return Err(ActionError::new(format!(
                "{} is there already. Choose another name, or say skipExisting: true to leave it as it is.",
                api.page(path)
            )));
        }
        if !created {
            log(invocation, &format!("{} is there already and stays as it is.", api.page(path))).await?;
        }
        Ok(Some(Found { project, created }))
    }

    /// What the address of the project ends with: a name may hold more than that. It is computed here, so that a second
    /// attempt looks at the same address.
    fn own_path(&self, name: &str) -> Result<String, ActionError> {
        let given = self.settings.as_ref().and_then(|settings| settings["path"].as_str());
        let path = given.map_or_else(|| name.split_whitespace().collect::<Vec<_>>().join("-"), str::to_owned);
        let path = if given.is_none() && path != name { path.to_lowercase() } else { path };
        if is_path(&path) {
            return Ok(path);
        }
        Err(ActionError::new(format!(
            "{path:?} can't be the end of an address at GitLab, which has letters from a to z, digits, -, _ and . only. Name the \
             project so in the repoUrl, or by settings.path, and say in settings.name what people read."
        )))
    }

    /// Pushes the workspace. The commit is the same in every attempt, so that Git finds one that is there.
    async fn push(
        &self,
        invocation: &Invocation<'_>,
        api: &GitlabApi,
        path: &str,
        branch: &str,
    ) -> Result<String, ActionError> {
        let folder = self.source_path.as_ref().and_then(Value::as_str);
        let files = some_content(invocation.workspace, folder).await?;
        let remote = api.remote(path)?;
        let line = format!("Pushing {} files to the branch {branch} of {}.", files.len(), remote.url());
        log(invocation, &line).await?;
        let author = author(self.git_author_name.clone(), self.git_author_email.clone());
        let message = self.git_commit_message.as_deref().unwrap_or("initial commit");
        let commit = FirstCommit { message, author: &author, at: at(invocation).await?, files: &files };
        Ok(remote.begin(branch, &commit).await?)
    }

    /// Makes people owners, with the token of the configuration: that of a step may not be allowed to.
    async fn let_owners_in(&self, reach: &Reach, api: &GitlabApi, base: &str) -> Result<(), ActionError> {
        let mut people = Vec::new();
        if self.set_user_as_owner {
            if self.token.is_none() {
                return Err(ActionError::new("setUserAsOwner needs the token of the user in `token`."));
            }
            people.push(api.get("/user").await?["id"].clone());
        }
        if let Some(name) = &self.owner_username {
            people.push(user(api, name).await?.ok_or_else(|| {
                ActionError::new(format!("{} has no user {name}, who is to be an owner.", api.host()))
            })?);
        }
        if people.is_empty() {
            return Ok(());
        }
        let configured = host(reach, &self.repo_url, None)?;
        for id in people {
            let known = configured.find(&format!("{base}/members/{id}")).await?;
            let (method, path) = match &known {
                Some(member) if member["access_level"] == OWNER => continue,
                Some(_) => (Method::PUT, format!("{base}/members/{id}")),
                None => (Method::POST, format!("{base}/members")),
            };
            let body = json!({ "user_id": id, "access_level": OWNER });
            configured.send(method, &path, Some(&body)).await?;
        }
        Ok(())
    }

    async fn set_branches(&self, api: &GitlabApi, base: &str, main: &str) -> Result<(), ActionError> {
        for Branch { name, protect, create, reference } in &self.branches {
            let at = |place: &str| format!("{base}/{place}/{}", encode_part(name));
            if *create && api.find(&at("repository/branches")).await?.is_none() {
                let body = json!({ "branch": name, "ref": reference.as_deref().unwrap_or(main) });
                api.send(Method::POST, &format!("{base}/repository/branches"), Some(&body)).await?;
            }
            if *protect && api.find(&at("protected_branches")).await?.is_none() {
                let body = json!({ "name": name });
                api.send(Method::POST, &format!("{base}/protected_branches"), Some(&body)).await?;
            }
        }
        Ok(())
    }
}

/// The number of the group or the person that a project belongs to.
async fn namespace(api: &GitlabApi, owner: &str) -> Result<Value, ActionError> {
    let found = api.find(&format!("/namespaces/{}", encode_part(owner))).await?;
    found.map(|found| found["id"].clone()).ok_or_else(|| {
        ActionError::new(format!(
            "{} has no group or person {owner} that the token may see. Choose another owner, or make the group with \
             gitlab:group:ensureExists.",
            api.host()
        ))
    })
}
