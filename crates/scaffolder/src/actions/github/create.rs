//! `github:repo:create`, and what it has in common with `publish:github`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::Method;
use integrations::{ApiError, Found, GithubRepository, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::{address_output, named_texts, schema, texts};
use super::protection::yes;
use super::sealed::Seal;
use super::{keep, log, output, repository};
use crate::action::{About, Action, ActionError, Invocation};
use crate::actions::{Reach, about, input, simple};

/// What says that this step makes the repository, and since when, in seconds since 1970.
const CREATING: &str = "creating";
/// How much the clocks of the host and of this machine may differ, in seconds.
const CLOCKS: i64 = 5 * 60;

/// What a repository is made with. The names are those of the inputs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    description: Option<String>,
    homepage: Option<String>,
    access: Option<String>,
    #[serde(default)]
    repo_visibility: Visibility,
    #[serde(default)]
    delete_branch_on_merge: bool,
    #[serde(default = "yes")]
    allow_merge_commit: bool,
    #[serde(default = "yes")]
    allow_squash_merge: bool,
    squash_merge_commit_title: Option<String>,
    squash_merge_commit_message: Option<String>,
    #[serde(default = "yes")]
    allow_rebase_merge: bool,
    #[serde(default)]
    allow_auto_merge: bool,
    #[serde(default)]
    allow_update_branch: bool,
    #[serde(default)]
    collaborators: Vec<Collaborator>,
    has_projects: Option<bool>,
    has_wiki: Option<bool>,
    has_issues: Option<bool>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    repo_variables: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, Secret<String>>,
    oidc_customization: Option<OidcCustomization>,
    custom_properties: Option<Value>,
    #[serde(default)]
    subscribe: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    #[default]
    Private,
    Public,
    Internal,
}

#[derive(Debug, Deserialize)]
struct Collaborator {
    access: String,
    user: Option<String>,
    team: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OidcCustomization {
    #[serde(default = "yes")]
    use_default: bool,
    include_claim_keys: Option<Vec<String>>,
}

pub(super) fn inputs() -> Value {
    let with_access = |who: &str| {
        let mut schema = json!({ "type": "object", "additionalProperties": false });
        schema["properties"] = json!({ "access": { "type": "string" } });
        schema["properties"][who] = json!({ "type": "string" });
        schema["required"] = json!(["access", who]);
        schema
    };
    json!({
        "description": { "type": "string", "description": "What people read beside its name." },
        "homepage": { "type": "string", "description": "The address of its home page." },
        "access": { "type": "string", "description": "A person, or a team as `acme/team-name`, who may administer it." },
        "repoVisibility": { "type": "string", "enum": ["private", "public", "internal"], "description": "Who may see it; `private` if left out." },
        "deleteBranchOnMerge": { "type": "boolean", "default": false, "description": "Whether a branch is deleted once it is merged." },
        "allowMergeCommit": { "type": "boolean", "default": true, "description": "Whether pull requests can be merged with a merge commit." },
        "allowSquashMerge": { "type": "boolean", "default": true, "description": "Whether pull requests can be merged as one commit." },
        "squashMergeCommitTitle": { "type": "string", "enum": ["PR_TITLE", "COMMIT_OR_PR_TITLE"], "default": "COMMIT_OR_PR_TITLE", "description": "The title of that commit." },
        "squashMergeCommitMessage": { "type": "string", "enum": ["PR_BODY", "COMMIT_MESSAGES", "BLANK"], "default": "COMMIT_MESSAGES", "description": "The message of that commit." },
        "allowRebaseMerge": { "type": "boolean", "default": true, "description": "Whether pull requests can be rebased." },
        "allowAutoMerge": { "type": "boolean", "default": false, "description": "Whether pull requests can be merged by themselves once they may be." },
        "allowUpdateBranch": { "type": "boolean", "default": false, "description": "Whether the branch of a pull request can be brought up to date by a button." },
        "collaborators": { "type": "array", "items": { "anyOf": [with_access("user"), with_access("team")] }, "description": "More people and teams, and what each may do." },
        "hasProjects": { "type": "boolean", "description": "Whether it has projects." },
        "hasWiki": { "type": "boolean", "default": true, "description": "Whether it has a wiki." },
        "hasIssues": { "type": "boolean", "default": true, "description": "Whether it has issues." },
        "topics": texts("Its topics."),
        "repoVariables": named_texts("Variables for its workflows."),
        "secrets": named_texts("Secrets for its workflows."),
        "oidcCustomization": {
            "type": "object",
            "properties": {
                "useDefault": { "type": "boolean", "default": true },
                "includeClaimKeys": { "type": "array", "items": { "type": "string" } },
            },
            "additionalProperties": false,
            "description": "What the subject of the tokens says that its workflows sign in elsewhere with.",
        },
        "customProperties": {
            "type": "object",
            "additionalProperties": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
            "description": "Properties that the organisation gives its repositories.",
        },
        "subscribe": { "type": "boolean", "description": "Whether the person whose token it is watches it." },
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    #[serde(default)]
    auto_init: bool,
    workflow_access: Option<String>,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "autoInit": { "type": "boolean", "default": false, "description": "Whether it begins with a commit that holds a README." },
        "workflowAccess": { "type": "string", "enum": ["none", "organization", "user"], "description": "Who else may use its workflows." },
    });
    let about = about(
        "github:repo:create",
        "Makes a repository on GitHub, without content.",
        schema(&[], [inputs(), own]),
        &[(
            "Make a private repository.",
            "steps:\n  - id: create\n    action: github:repo:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      description: The shop\n      topics: [java]\n",
        )],
    );
    let about = About { output: address_output(false), dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { repo_url, token, auto_init, workflow_access, settings } =
                input(invocation.input.clone())?;
            let repository = repository(&reach, &repo_url, token.as_ref())?;
            let (repository, found) = settings.create(&invocation, &repository, auto_init).await?;
            if let Some(access) = workflow_access {
                let body = json!({ "access_level": access });
                repository.send(Method::PUT, "/actions/permissions/access", Some(&body)).await?;
            }
            output([
                ("remoteUrl", json!(repository.remote())),
                ("repoContentsUrl", json!(repository.contents(&found.default_branch))),
            ])
        })
    })
}

impl Settings {
    /// Makes the repository unless an earlier attempt of this step did, and sets what belongs to it.
    pub(super) async fn create(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        auto_init: bool,
    ) -> Result<(GithubRepository, Found), ActionError> {
        let found = self.create_once(invocation, repository, auto_init).await?;
        let repository = repository.named(&found);
        self.give_access(invocation, &repository).await?;
        self.set_what_belongs_to_it(invocation, &repository).await?;
        Ok((repository, found))
    }

    async fn create_once(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        auto_init: bool,
    ) -> Result<Found, ActionError> {
        let since = invocation.journal.kept(invocation.step, CREATING).await?.and_then(|at| at.as_i64());
        let exists = || {
            ActionError::new(format!(
                "There is a repository {}/{} at {} already, and it is not one that this step made. Choose another name.",
                repository.owner(),
                repository.name(),
                repository.api().host()
            ))
        };
        match (repository.look().await?, since) {
            (Some(_), None) => return Err(exists()),
            // An earlier attempt made it, and did not learn of it.
            (Some(found), Some(since)) => {
                let is_older = found.created_at().is_some_and(|at| at + CLOCKS < since);
                return if is_older { Err(exists()) } else { Ok(found) };
            }
            (None, since) => {
                if since.is_none() {
                    keep(invocation, CREATING, now()).await?;
                }
            }
        }
        let line = format!("Making the repository {}.", repository.page());
        log(invocation, &line).await?;
        Ok(repository.create(self.body(auto_init)).await?)
    }

    /// What GitHub's API is told.
    fn body(&self, auto_init: bool) -> Value {
        let visibility = match self.repo_visibility {
            Visibility::Private => "private",
            Visibility::Public => "public",
            Visibility::Internal => "internal",
        };
        let mut body = json!({
            "private": self.repo_visibility != Visibility::Public,
            "visibility": visibility,
            "auto_init": auto_init,
            "delete_branch_on_merge": self.delete_branch_on_merge,
            "allow_merge_commit": self.allow_merge_commit,
            "allow_squash_merge": self.allow_squash_merge,
            "allow_rebase_merge": self.allow_rebase_merge,
            "allow_auto_merge": self.allow_auto_merge,
            "allow_update_branch": self.allow_update_branch,
        });
        if self.allow_squash_merge {
            let title = self.squash_merge_commit_title.as_deref();
            body["squash_merge_commit_title"] = json!(title.unwrap_or("COMMIT_OR_PR_TITLE"));
            let message = self.squash_merge_commit_message.as_deref();
            body["squash_merge_commit_message"] = json!(message.unwrap_or("COMMIT_MESSAGES"));
        }
        let optional = [
            ("description", self.description.as_deref().map(Value::from)),
            ("homepage", self.homepage.as_deref().map(Value::from)),
            ("has_projects", self.has_projects.map(Value::from)),
            ("has_wiki", self.has_wiki.map(Value::from)),
            ("has_issues", self.has_issues.map(Value::from)),
            ("custom_properties", self.custom_properties.clone()),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        body
    }

    /// Lets people and teams in. One that can't be let in is told, as in Backstage; only `access` has to work.
    async fn give_access(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
    ) -> Result<(), ActionError> {
        if let Some(access) = self.access.as_deref().filter(|access| *access != repository.owner()) {
            match access.split_once('/') {
                Some((owner, team)) if owner == repository.owner() => {
                    let_team_in(repository, team, "admin").await?;
                }
                _ => let_user_in(repository, access, "admin").await?,
            }
        }
        for Collaborator { access, user, team } in &self.collaborators {
            let (who, done) = match (user, team) {
                (Some(user), _) => (user, let_user_in(repository, name_of(user), access).await),
                (None, Some(team)) => (team, let_team_in(repository, name_of(team), access).await),
                (None, None) => continue,
            };
            if let Err(error) = done {
                log(invocation, &format!("{who} does not get the access {access}: {error}.")).await?;
            }
        }
        Ok(())
    }

    async fn set_what_belongs_to_it(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
    ) -> Result<(), ActionError> {
        if !self.topics.is_empty() {
            let names: Vec<_> = self.topics.iter().map(|topic| topic.to_lowercase()).collect();
            if let Err(error) =
                repository.send(Method::PUT, "/topics", Some(&json!({ "names": names }))).await
            {
                log(invocation, &format!("It does not get the topics {}: {error}.", names.join(", ")))
                    .await?;
            }
        }
        for (name, value) in &self.repo_variables {
            set_variable(repository, "/actions", name, value).await?;
        }
        if !self.secrets.is_empty() {
            let seal = Seal::of(repository, "/actions").await?;
            for (name, secret) in &self.secrets {
                seal.set(repository, "/actions", name, secret).await?;
            }
        }
        if let Some(OidcCustomization { use_default, include_claim_keys }) = &self.oidc_customization {
            let mut body = json!({ "use_default": use_default });
            if let Some(keys) = include_claim_keys {
                body["include_claim_keys"] = json!(keys);
            }
            repository.send(Method::PUT, "/actions/oidc/customization/sub", Some(&body)).await?;
        }
        if self.subscribe {
            let body = json!({ "subscribed": true, "ignored": false });
            repository.send(Method::PUT, "/subscription", Some(&body)).await?;
        }
        Ok(())
    }
}

/// The name in a reference such as `user:default/jane`, which a login may be given as.
fn name_of(who: &str) -> &str {
    who.rsplit(['/', ':']).next().unwrap_or(who)
}

async fn let_user_in(repository: &GithubRepository, user: &str, access: &str) -> Result<(), ApiError> {
    let path = format!("/collaborators/{}", encode_part(user));
    repository.send(Method::PUT, &path, Some(&json!({ "permission": access }))).await.map(drop)
}

async fn let_team_in(repository: &GithubRepository, team: &str, access: &str) -> Result<(), ApiError> {
    let owner = encode_part(repository.owner());
    let path = format!("/orgs/{owner}/teams/{}{}", encode_part(team), repository.path(""));
    let body = json!({ "permission": access });
    repository.api().send(Method::PUT, &path, Some(&body)).await.map(drop)
}

/// Sets a variable of a place, `/actions` or an environment, in the place of an older one of its name.
pub(super) async fn set_variable(
    repository: &GithubRepository,
    place: &str,
    name: &str,
    value: &str,
) -> Result<(), ApiError> {
    let body =
        Value::Object(Map::from_iter([("name".to_owned(), json!(name)), ("value".to_owned(), json!(value))]));
    match repository.send(Method::POST, &format!("{place}/variables"), Some(&body)).await {
        Err(error) if error.is(409) => {
            let path = format!("{place}/variables/{}", encode_part(name));
            repository.send(Method::PATCH, &path, Some(&body)).await.map(drop)
        }
        done => done.map(drop),
    }
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
