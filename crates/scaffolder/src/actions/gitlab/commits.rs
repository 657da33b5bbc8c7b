//! Commits that are made over the API.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use integrations::{ApiError, GitlabApi, TreeContent, TreeFile, encode_part};
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{keep, kept, log, needs};
use crate::action::{ActionError, Invocation};
use crate::actions::content::content;
use crate::workspace::simplify;

/// The commit that an earlier attempt made.
const COMMIT: &str = "commit";
/// The commit that an earlier attempt wanted to go on from; empty in an empty repository.
const PARENT: &str = "parent";

/// What happens to the files of a project that the workspace has too.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum CommitAction {
    Create,
    Update,
    Delete,
    Skip,
    Auto,
}

/// A commit to be made.
pub(super) struct Change<'a> {
    pub(super) api: &'a GitlabApi,
    /// The path of the project in the API.
    pub(super) base: &'a str,
    pub(super) branch: &'a str,
    /// The branch that this one is made of if it is not there.
    pub(super) of: &'a str,
    /// Whether a branch that is there and went on from `of` may be added to.
    pub(super) adds: bool,
    pub(super) message: &'a str,
    pub(super) action: CommitAction,
    pub(super) source: Option<&'a str>,
    pub(super) target: Option<&'a str>,
    pub(super) allow_empty: bool,
}

impl Change<'_> {
    /// Makes the commit, unless an earlier attempt did. Nothing if there is nothing to commit.
    pub(super) async fn make(&self, invocation: &Invocation<'_>) -> Result<Option<String>, ActionError> {
        if let Some(commit) = kept(invocation, COMMIT).await? {
            return Ok(Some(commit));
        }
        if let Some(parent) = kept(invocation, PARENT).await?
            && let Some(commit) = self.find(&parent).await?
        {
            return self.made(invocation, commit).await;
        }
        let head = head(self.api, self.base, self.branch).await?;
        let start = match &head {
            Some(_) if self.adds => None,
            _ => head_of(self.api, self.base, self.of).await?,
        };
        let is_new = head.is_none();
        let parent = head.clone().or_else(|| start.clone()).unwrap_or_default();
        let actions = self.actions(invocation, &parent).await?;
        if actions.is_empty() && !self.allow_empty {
            log(invocation, "Nothing differs, so there is no commit.").await?;
            return Ok(None);
        }
        if !is_new && !self.adds && head != start {
            return Err(ActionError::new(format!(
                "There is a branch {} already. Name another one, or propose it as it is by commitAction: skip.",
                self.branch
            )));
        }
        let mut body = json!({
            "branch": self.branch, "commit_message": self.message, "actions": actions,
        });
        if self.allow_empty {
            body["allow_empty"] = json!(true);
        }
        if let Some(start) = start.filter(|_| is_new) {
            body["start_sha"] = json!(start);
        }
        keep(invocation, PARENT, parent.as_str()).await?;
        log(invocation, &format!("Committing {} changes to the branch {}.", actions.len(), self.branch))
            .await?;
        let path = format!("{}/repository/commits", self.base);
        match self.api.send(Method::POST, &path, Some(&body)).await {
            Ok(commit) => self.made(invocation, commit["id"].as_str().unwrap_or_default().to_owned()).await,
            Err(error) if error.is(400) => match self.find(&parent).await? {
                // What an earlier attempt sent came just now.
                Some(commit) => self.made(invocation, commit).await,
                None => Err(error.into()),
            },
            Err(error) => Err(needs(error, "Developer", &format!("the branch {}", self.branch))),
        }
    }

    async fn made(&self, invocation: &Invocation<'_>, commit: String) -> Result<Option<String>, ActionError> {
        keep(invocation, COMMIT, commit.as_str()).await?;
        Ok(Some(commit))
    }

    /// The commit with this message and this parent, among the newest of the branch.
    async fn find(&self, parent: &str) -> Result<Option<String>, ApiError> {
        let branch = encode_part(self.branch);
        let path = format!("{}/repository/commits?ref_name={branch}&per_page=100", self.base);
        let Some(Value::Array(commits)) = self.api.find(&path).await? else { return Ok(None) };
        let parents = if parent.is_empty() { json!([]) } else { json!([parent]) };
        let says = |commit: &Value| {
            commit["message"].as_str().is_some_and(|said| said.trim() == self.message.trim())
        };
        let own = commits.iter().find(|commit| commit["parent_ids"] == parents && says(commit));
        Ok(own.and_then(|commit| commit["id"].as_str()).map(str::to_owned))
    }

    /// What is done with each file of the workspace.
    async fn actions(&self, invocation: &Invocation<'_>, parent: &str) -> Result<Vec<Value>, ActionError> {
        if self.action == CommitAction::Skip {
            return Ok(Vec::new());
        }
        let folder = simplify(self.target.unwrap_or_default())?;
        let mut files = Vec::new();
        for TreeFile { path, content } in content(invocation.workspace, self.source).await? {
            files.push((simplify(format!("{folder}/{path}").trim_start_matches('/'))?, content));
        }
        let known = match self.action {
            CommitAction::Auto => self.known(files.iter().map(|(path, _)| &**path), parent).await?,
            _ => BTreeMap::new(),
        };
        let mut actions = Vec::new();
        for (path, content) in &files {
            let TreeContent::File { bytes, executable } = content else {
                log(
                    invocation,
                    &format!("{path} is a link, which GitLab's API can't commit. It is left out."),
                )
                .await?;
                continue;
            };
            let there = known.get(path);
            let what = match self.action {
                CommitAction::Delete => {
                    actions.push(json!({ "action": "delete", "file_path": path }));
                    continue;
                }
                CommitAction::Update => "update",
                CommitAction::Auto if there.is_some() => "update",
                _ => "create",
            };
            if there.is_none_or(|there| there.id != blob(bytes, there.id.len())) {
                actions.push(json!({
                    "action": what, "file_path": path, "encoding": "base64", "content": STANDARD.encode(bytes),
                }));
            }
            // Whether a file can be run is said by an action of its own.
            let runs = there.is_some_and(|there| there.mode == EXECUTABLE);
            if *executable != runs && (*executable || there.is_some()) {
                actions.push(json!({ "action": "chmod", "file_path": path, "execute_filemode": executable }));
            }
        }
        Ok(actions)
    }

    /// The files of a commit that lie beside these, by their paths. A folder is listed only if the commit has it, so that a large
    /// project costs no more than what is committed to it.
    async fn known<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
        commit: &str,
    ) -> Result<BTreeMap<String, Known>, ApiError> {
        let mut known = BTreeMap::new();
        if commit.is_empty() {
            return Ok(known);
        }
        // The root, then each folder behind the one that it is in.
        let mut there = BTreeSet::from([String::new()]);
        for folder in paths.flat_map(folders_of).collect::<BTreeSet<_>>() {
            if !there.contains(folder) {
                continue;
            }
            let path = format!(
                "{}/repository/tree?ref={}&path={}",
                self.base,
                encode_part(commit),
                encode_part(folder)
            );
            for entry in self.api.list(&path).await? {
                let Ok(Entry { id, mode, path, kind }) = serde_json::from_value(entry) else { continue };
                match kind.as_str() {
                    "tree" => drop(there.insert(path)),
                    "blob" => drop(known.insert(path, Known { id, mode })),
                    _ => {}
                }
            }
        }
        Ok(known)
    }
}

/// The folders that a path is in, the root among them.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    iter::once("").chain(path.match_indices('/').map(|(end, _)| &path[..end]))
}

/// The mode of a file that can be run.
const EXECUTABLE: &str = "100755";

/// An entry of a tree as the API tells it.
#[derive(Deserialize)]
struct Entry {
    id: String,
    mode: String,
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

/// A file of the project.
struct Known {
    id: String,
    mode: String,
}

/// The name that Git gives a content, in a repository whose names have this many characters.
fn blob(bytes: &[u8], length: usize) -> String {
    let head = format!("blob {}\0", bytes.len());
    if length == 64 {
        format!("{:x}", Sha256::new().chain_update(&head).chain_update(bytes).finalize())
    } else {
        format!("{:x}", Sha1::new().chain_update(&head).chain_update(bytes).finalize())
    }
}

/// The commit that a branch points to, if it is there.
pub(super) async fn head(api: &GitlabApi, base: &str, branch: &str) -> Result<Option<String>, ApiError> {
    let found = api.find(&format!("{base}/repository/branches/{}", encode_part(branch))).await?;
    Ok(found.and_then(|found| found["commit"]["id"].as_str().map(str::to_owned)))
}

/// The same of a branch that others are made of; nothing in an empty repository, which has no name for it yet.
async fn head_of(api: &GitlabApi, base: &str, branch: &str) -> Result<Option<String>, ActionError> {
    if branch.is_empty() {
        return Ok(None);
    }
    let found = head(api, base, branch).await?;
    found.map(Some).ok_or_else(|| ActionError::new(format!("There is no branch {branch} at {}.", api.host())))
}

#[cfg(test)]
mod tests {
    use super::blob;

    #[test]
    fn contents_have_the_names_that_git_gives_them() {
        // As `git hash-object` prints them, in a repository of each kind.
        assert_eq!(blob(b"x\n", 40), "587be6b4c3f93f93c489c0111bba5596147a26cb");
        assert_eq!(blob(b"", 64), "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813");
    }
}
