//! `publish:github:pull-request`.

use std::sync::Arc;

use http::Method;
use integrations::{Found, GithubRepository, NewCommit, Person, RepoUrl, TreeFile, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::inputs::{schema, texts};
use super::{author, keep, kept, log, output, repository};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::content::content;
use crate::actions::{Reach, about, input, nothing, object, simple};
use crate::workspace::simplify;

/// The commit that an earlier attempt made.
const COMMIT: &str = "commit";
/// Most files that a step deletes.
const MOST_DELETED: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    branch_name: String,
    target_branch_name: Option<String>,
    title: String,
    description: String,
    #[serde(default)]
    draft: bool,
    source_path: Option<String>,
    target_path: Option<String>,
    #[serde(default)]
    files_to_delete: Vec<String>,
    #[serde(default)]
    reviewers: Vec<String>,
    #[serde(default)]
    team_reviewers: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
    commit_message: Option<String>,
    #[serde(default)]
    update: bool,
    #[serde(default)]
    force_fork: bool,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    #[serde(default)]
    force_empty_git_author: bool,
    create_when_empty: Option<bool>,
}

fn inputs() -> Value {
    json!({
        "branchName": { "type": "string", "description": "The branch that the change is pushed to." },
        "filesToDelete": texts("Files of the repository that go."),
        "targetBranchName": { "type": "string", "description": "The branch that the change is for; the default one if left out." },
        "title": { "type": "string", "description": "The title of the pull request." },
        "description": { "type": "string", "description": "What the pull request says about itself, in Markdown." },
        "draft": { "type": "boolean", "description": "Whether it is a draft." },
        "sourcePath": { "type": "string", "description": "The folder of the workspace that is proposed; all of it if left out." },
        "targetPath": { "type": "string", "description": "The folder of the repository that it goes to; its root if left out." },
        "reviewers": texts("People who are asked for a review."),
        "assignees": texts("People it is assigned to."),
        "teamReviewers": texts("Teams that are asked for a review."),
        "commitMessage": { "type": "string", "description": "The message of the commit; the title if left out." },
        "update": { "type": "boolean", "description": "Whether a branch and a pull request that are there already are overwritten." },
        "forceFork": { "type": "boolean", "description": "Whether the change is pushed to a fork, even if the token may push to the repository." },
        "gitAuthorName": { "type": "string", "description": "The name of the commit's author; the person whose token it is if left out." },
        "gitAuthorEmail": { "type": "string", "description": "The e-mail address of the author." },
        "forceEmptyGitAuthor": { "type": "boolean", "description": "Whether no author is named, so that GitHub can sign what an app commits." },
        "createWhenEmpty": { "type": "boolean", "description": "Whether there is a pull request even if nothing differs; `true` if left out." },
    })
}

pub(super) fn action(reach: Arc<Reach>) -> Arc<dyn Action> {
    let given = object(
        &["targetBranchName", "remoteUrl", "pullRequestNumber"],
        json!({
            "targetBranchName": { "type": "string", "description": "The branch that the change is for." },
            "remoteUrl": { "type": "string", "description": "The address of the pull request." },
            "pullRequestNumber": { "type": "number", "description": "Its number." },
        }),
    );
    let about = about(
        "publish:github:pull-request",
        "Proposes the workspace as a pull request: its files are added to those of the repository, in the place of those that have \
         the same name. What the `.gitignore` files in it name stays out.",
        schema(&["branchName", "title", "description"], [inputs()]),
        &[(
            "Propose what was rendered.",
            "steps:\n  - id: propose\n    action: publish:github:pull-request\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      branchName: add-docs\n      title: Add documentation\n      description: Written by the template of the platform team.\n",
        )],
    );
    simple(About { output: given, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let asked: Input = input(invocation.input.clone())?;
            if invocation.dry_run {
                return asked.try_out(&invocation).await;
            }
            let repository = repository(&reach, &asked.repo_url, asked.token.as_ref())?;
            let found = repository.existing().await?;
            let target = asked.target_branch_name.clone().unwrap_or_else(|| found.default_branch.clone());
            asked.propose(&invocation, &repository.named(&found), &found, &target).await
        })
    })
}

/// A pull request as GitHub's API tells it.
#[derive(Deserialize)]
struct PullRequest {
    number: u64,
    state: String,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

impl Input {
    /// What a dry run can say without asking anybody.
    async fn try_out(&self, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
        let address = RepoUrl::parse(&self.repo_url).map_err(ActionError::new)?;
        let files = self.files(invocation).await?;
        let line =
            format!("Would propose {} files on {} of {}.", files.len(), self.branch_name, self.repo_url);
        log(invocation, &line).await?;
        let part = |name: &str| encode_part(address.part(name).unwrap_or_default());
        output([
            ("targetBranchName", json!(self.target_branch_name.as_deref().unwrap_or("main"))),
            (
                "remoteUrl",
                json!(format!("https://{}/{}/{}/pull/1", address.host(), part("owner"), part("repo"))),
            ),
            ("pullRequestNumber", json!(1)),
        ])
    }

    async fn propose(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        found: &Found,
        target: &str,
    ) -> Result<Done, ActionError> {
        let source = if self.force_fork || found.is_read_only() {
            log(invocation, "Pushing to a fork.").await?;
            repository.fork().await?
        } else {
            repository.clone()
        };
        let before = kept(invocation, COMMIT).await?;
        let is_repeated = before.is_some();
        let commit = match before {
            Some(commit) => commit,
            None => match self.commit(invocation, repository, &source, target).await? {
                Some(commit) => commit,
                None => return nothing(),
            },
        };
        let same = self.pull_requests(repository, &source, target).await?;
        let number = match same.iter().find(|pull| is_repeated && pull.head.sha == commit) {
            Some(mine) => mine.number,
            None => {
                self.point(&source, &commit).await?;
                let open = same.iter().find(|pull| pull.state == "open").map(|pull| pull.number);
                self.open(invocation, repository, &source, target, open).await?
            }
        };
        self.ask_people(invocation, repository, number).await?;
        output([
            ("targetBranchName", json!(target)),
            ("remoteUrl", json!(format!("{}/pull/{number}", repository.page()))),
            ("pullRequestNumber", json!(number)),
        ])
    }

    async fn files(&self, invocation: &Invocation<'_>) -> Result<Vec<TreeFile>, ActionError> {
        let mut files = content(invocation.workspace, self.source_path.as_deref()).await?;
        for file in &mut files {
            file.path = self.place(&file.path)?;
        }
        Ok(files)
    }

    /// Where in the repository a path is.
    fn place(&self, path: &str) -> Result<String, ActionError> {
        Ok(simplify(&format!("{}/{path}", self.target_path.as_deref().unwrap_or(".")))?)
    }

    /// Makes the commit, to which no branch points yet; none if nothing differs and that is to be no pull request.
    async fn commit(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        source: &GithubRepository,
        target: &str,
    ) -> Result<Option<String>, ActionError> {
        let files = self.files(invocation).await?;
        let base = repository.head(target).await?.ok_or_else(|| {
            ActionError::new(format!("There is no branch {target} in {}.", repository.page()))
        })?;
        let base_tree = repository.tree_of(&base).await?;
        let deleted = self.deleted(invocation, repository, &base).await?;
        let tree = if files.is_empty() && deleted.is_empty() {
            base_tree.clone()
        } else {
            source.wait_for(&base).await?;
            source.tree(Some(&base_tree), &files, &deleted).await?
        };
        if tree == base_tree && self.create_when_empty == Some(false) {
            log(invocation, "Nothing differs, so there is no pull request.").await?;
            return Ok(None);
        }
        let line = format!("Pushing {} files to {}.", files.len(), source.contents(&self.branch_name));
        log(invocation, &line).await?;
        let message = self.commit_message.as_deref().unwrap_or(&self.title);
        let author = self.author();
        let new = NewCommit { message, tree: &tree, parent: Some(&base), author: author.as_ref() };
        let commit = source.commit(&new).await?;
        keep(invocation, COMMIT, commit.as_str()).await?;
        Ok(Some(commit))
    }

    fn author(&self) -> Option<Person> {
        let is_named = self.git_author_name.is_some() || self.git_author_email.is_some();
        (is_named && !self.force_empty_git_author)
            .then(|| author(self.git_author_name.clone(), self.git_author_email.clone()))
    }

    /// The files to delete that there are.
    async fn deleted(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        base: &str,
    ) -> Result<Vec<String>, ActionError> {
        if self.files_to_delete.len() > MOST_DELETED {
            return Err(ActionError::new(format!("A step deletes at most {MOST_DELETED} files.")));
        }
        let mut deleted = Vec::new();
        for path in &self.files_to_delete {
            let path = self.place(path)?;
            let encoded: Vec<_> = path.split('/').map(encode_part).collect();
            let found = repository.find(&format!("/contents/{}?ref={base}", encoded.join("/"))).await?;
            if found.is_some() {
                deleted.push(path);
            } else {
                log(invocation, &format!("There is no {path} that could be deleted.")).await?;
            }
        }
        Ok(deleted)
    }

    /// The pull requests from the branch, newest first.
    async fn pull_requests(
        &self,
        repository: &GithubRepository,
        source: &GithubRepository,
        target: &str,
    ) -> Result<Vec<PullRequest>, ActionError> {
        let head = encode_part(&format!("{}:{}", source.owner(), self.branch_name));
        let path = format!("/pulls?state=all&head={head}&base={}&per_page=100", encode_part(target));
        let found = repository.send(Method::GET, &path, None).await?;
        serde_json::from_value(found)
            .map_err(|error| ActionError::later(format!("The pull requests can't be read: {error}.")))
    }

    /// Points the branch to the commit, unless somebody went on from there already.
    async fn point(&self, source: &GithubRepository, commit: &str) -> Result<(), ActionError> {
        let branch = &self.branch_name;
        match source.head(branch).await? {
            None => Ok(source.create_branch(branch, commit).await?),
            Some(head) if head == commit || source.leads_to(commit, &head).await? => Ok(()),
            Some(_) if self.update => Ok(source.force_branch(branch, commit).await?),
            Some(_) => Err(ActionError::new(format!(
                "There is a branch {branch} in {} already. Name another one, or overwrite it by update: true.",
                source.page()
            ))),
        }
    }

    /// Opens the pull request, or brings an open one up to date.
    async fn open(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        source: &GithubRepository,
        target: &str,
        open: Option<u64>,
    ) -> Result<u64, ActionError> {
        if let Some(number) = open {
            log(invocation, &format!("Bringing pull request {number} up to date.")).await?;
            let body = json!({ "title": self.title, "body": self.description });
            repository.send(Method::PATCH, &format!("/pulls/{number}"), Some(&body)).await?;
            return Ok(number);
        }
        let head = if source.owner() == repository.owner() {
            self.branch_name.clone()
        } else {
            format!("{}:{}", source.owner(), self.branch_name)
        };
        let body = json!({
            "title": self.title, "body": self.description, "head": head, "base": target, "draft": self.draft,
        });
        let opened = repository.send(Method::POST, "/pulls", Some(&body)).await?;
        opened["number"].as_u64().ok_or_else(|| ActionError::later("The pull request has no number."))
    }

    /// Asks people for a review. Who can't be asked is told, as in Backstage.
    async fn ask_people(
        &self,
        invocation: &Invocation<'_>,
        repository: &GithubRepository,
        number: u64,
    ) -> Result<(), ActionError> {
        let mut asked = Vec::new();
        if !self.reviewers.is_empty() || !self.team_reviewers.is_empty() {
            let body = json!({ "reviewers": self.reviewers, "team_reviewers": self.team_reviewers });
            asked.push(("reviewers", format!("/pulls/{number}/requested_reviewers"), body));
        }
        if !self.assignees.is_empty() {
            let body = json!({ "assignees": self.assignees });
            asked.push(("assignees", format!("/issues/{number}/assignees"), body));
        }
        for (who, path, body) in asked {
            if let Err(error) = repository.send(Method::POST, &path, Some(&body)).await {
                log(invocation, &format!("The {who} can't be set: {error}.")).await?;
            }
        }
        Ok(())
    }
}
