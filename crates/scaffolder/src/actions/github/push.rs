//! `github:repo:push`, and what it has in common with `publish:github`.

use std::sync::Arc;

use http::Method;
use integrations::{Found, GithubRepository, NewCommit};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::{address_output, schema};
use super::protection::{self, Rules, is_matter_of_the_plan, yes};
use super::{author, keep, kept, log, output, repository};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::content::some_content;
use crate::actions::{Reach, about, input, simple};

/// The commit that an earlier attempt made.
const COMMIT: &str = "commit";
/// The branch that the repository began with, if this step gave it its first commit.
pub(super) const BEGAN_WITH: &str = "beganWith";

/// What is pushed and how. The names are those of the inputs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Push {
    #[serde(default = "master")]
    default_branch: String,
    #[serde(default = "yes")]
    protect_default_branch: bool,
    #[serde(default = "yes")]
    protect_enforce_admins: bool,
    git_commit_message: Option<String>,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    source_path: Option<String>,
    #[serde(flatten)]
    rules: Rules,
}

fn master() -> String {
    "master".to_owned()
}

pub(super) fn inputs() -> Value {
    json!({
        "defaultBranch": { "type": "string", "default": "master", "description": "The branch that the content goes to, and that visitors see." },
        "protectDefaultBranch": { "type": "boolean", "default": true, "description": "Whether the branch is protected in the end." },
        "protectEnforceAdmins": { "type": "boolean", "default": true, "description": "Whether the protection holds for administrators too." },
        "gitCommitMessage": { "type": "string", "default": "initial commit", "description": "The message of the commit." },
        "gitAuthorName": { "type": "string", "default": "Scaffolder", "description": "The name of its author." },
        "gitAuthorEmail": { "type": "string", "description": "The e-mail address of its author." },
        "sourcePath": { "type": "string", "description": "The folder of the workspace that is pushed; all of it if left out." },
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    #[serde(flatten)]
    push: Push,
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let about = about(
        "github:repo:push",
        "Fills a repository of GitHub that is empty, or holds a README and nothing else, with the workspace, as one commit. \
         What the `.gitignore` files in it name stays out.",
        schema(&[], [inputs(), protection::inputs()]),
        &[(
            "Push what was rendered.",
            "steps:\n  - id: push\n    action: github:repo:push\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      defaultBranch: main\n      protectDefaultBranch: false\n",
        )],
    );
    let about = About { output: address_output(true), dry_run: false, ..about };
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { repo_url, token, push } = input(invocation.input.clone())?;
            let repository = repository(&reach, &repo_url, token.as_ref())?;
            let found = repository.existing().await?;
            push.run(&invocation, &repository.named(&found), &found).await
        })
    })
}

impl Push {
    /// Fills the repository.
    pub(super) async fn run(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        found: &Found,
    ) -> Result<Done, ActionError> {
        let commit = match kept(invocation, COMMIT).await? {
            Some(commit) => commit,
            None => self.commit(invocation, repository, found).await?,
        };
        let branch = &self.default_branch;
        self.point(repository, &commit).await?;
        if found.default_branch != *branch {
            repository.send(Method::PATCH, "", Some(&json!({ "default_branch": branch }))).await?;
        }
        if let Some(old) = kept(invocation, BEGAN_WITH).await?.filter(|old| old != branch)
            && let Some(head) = repository.head(&old).await?
            && repository.is_beginning(&head).await?
        {
            repository.delete_branch(&old).await?;
        }
        if self.protect_default_branch {
            match self.rules.apply(repository, branch, self.protect_enforce_admins, None).await {
                Err(error) if is_matter_of_the_plan(&error) => {
                    log(invocation, &format!("{branch} is not protected: {error}")).await?;
                }
                done => done?,
            }
        }
        output([
            ("remoteUrl", json!(repository.remote())),
            ("repoContentsUrl", json!(repository.contents(branch))),
            ("commitHash", json!(commit)),
        ])
    }

    /// Makes the commit, to which no branch points yet.
    async fn commit(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        found: &Found,
    ) -> Result<String, ActionError> {
        let files = some_content(invocation.workspace, self.source_path.as_deref()).await?;
        if repository.head(&found.default_branch).await?.is_none() {
            self.begin(invocation, repository, found).await?;
        }
        let line = format!("Pushing {} files to {}.", files.len(), repository.contents(&self.default_branch));
        log(invocation, &line).await?;
        let tree = repository.tree(None, &files, &[]).await?;
        let author = author(self.git_author_name.clone(), self.git_author_email.clone());
        let message = self.git_commit_message.as_deref().unwrap_or("initial commit");
        let new = NewCommit { message, tree: &tree, parent: None, author: Some(&author) };
        let commit = repository.commit(&new).await?;
        keep(invocation, COMMIT, commit.as_str()).await?;
        Ok(commit)
    }

    /// Waits for the first commit of a repository that this step made, or makes one.
    async fn begin(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        found: &Found,
    ) -> Result<(), ActionError> {
        let was_made_here = kept(invocation, BEGAN_WITH).await?.is_some();
        if was_made_here && repository.first_head(&found.default_branch).await?.is_some() {
            return Ok(());
        }
        keep(invocation, BEGAN_WITH, found.default_branch.as_str()).await?;
        repository.begin().await?;
        Ok(())
    }

    /// Points the branch to the commit, unless somebody went on from there already.
    async fn point(&self, repository: &GithubRepository, commit: &str) -> Result<(), ActionError> {
        let branch = &self.default_branch;
        match repository.head(branch).await? {
            Some(head) if head == commit => Ok(()),
            None => Ok(repository.create_branch(branch, commit).await?),
            Some(head) if repository.is_beginning(&head).await? => {
                Ok(repository.force_branch(branch, commit).await?)
            }
            Some(head) if repository.leads_to(commit, &head).await? => Ok(()),
            Some(_) => Err(ActionError::new(format!(
                "The branch {branch} of {} has commits already, and this step overwrites nothing. \
                 Propose the change with publish:github:pull-request.",
                repository.page()
            ))),
        }
    }
}
