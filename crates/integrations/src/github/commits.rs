//! Commits over the Git data API: trees and blobs, a commit, and the branch that points to it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use http::Method;
use serde_json::{Value, json};

use super::{ApiError, GithubRepository};
use crate::parts::encode;
use crate::{TreeContent, TreeFile};

/// Most bytes of files that are sent within one tree.
const MOST_INLINE_BYTES: usize = 2 * 1024 * 1024;
/// Most entries of one tree.
const MOST_ENTRIES: usize = 1_000;
/// Blobs that are sent at the same time.
const AT_ONCE: usize = 4;
/// How often, and after which pause, a commit is looked for that is about to be there.
const LOOKS: (u32, Duration) = (20, Duration::from_millis(500));
/// The file that a repository begins with.
const README: &str = "README.md";

/// What is committed.
#[derive(Clone, Debug)]
pub struct NewCommit<'a> {
    /// The message.
    pub message: &'a str,
    /// The tree, as [`GithubRepository::tree`] gives it.
    pub tree: &'a str,
    /// The commit that it goes on from; nothing for the first one of a history.
    pub parent: Option<&'a str>,
    /// Who wrote it; whoever's token it is if left out.
    pub author: Option<&'a Person>,
}

/// Who wrote a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

impl GithubRepository {
    /// Makes a tree of files, over an older tree if there is one; paths of `deleted` are taken out of that. Objects are named by
    /// their content, so doing it twice makes one.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn tree(
        &self,
        base: Option<&str>,
        files: &[TreeFile],
        deleted: &[String],
    ) -> Result<String, ApiError> {
        let entries: Vec<_> = files.iter().map(|file| self.entry(file).boxed()).collect();
        let mut entries = futures::stream::iter(entries).buffered(AT_ONCE);
        let (mut tree, mut part, mut bytes) = (base.map(str::to_owned), Vec::new(), 0);
        for path in deleted {
            part.push(json!({ "path": path, "mode": "100644", "type": "blob", "sha": null }));
        }
        while let Some((entry, length)) = entries.try_next().await? {
            if bytes + length > MOST_INLINE_BYTES || part.len() >= MOST_ENTRIES {
                tree = Some(self.part(tree.as_deref(), std::mem::take(&mut part)).await?);
                bytes = 0;
            }
            bytes += length;
            part.push(entry);
        }
        match tree {
            Some(tree) if part.is_empty() => Ok(tree),
            tree => self.part(tree.as_deref(), part).await,
        }
    }

    /// An entry of a tree, and how many bytes of it are sent with the tree.
    async fn entry(&self, file: &TreeFile) -> Result<(Value, usize), ApiError> {
        let (mode, bytes) = match &file.content {
            TreeContent::Link(says) => ("120000", says.as_bytes()),
            TreeContent::File { bytes, executable: true } => ("100755", bytes.as_ref()),
            TreeContent::File { bytes, executable: false } => ("100644", bytes.as_ref()),
        };
        let mut entry = json!({ "path": file.path, "mode": mode, "type": "blob" });
        if let Some(text) = text(bytes) {
            entry["content"] = json!(text);
            return Ok((entry, text.len()));
        }
        let blob = json!({ "content": STANDARD.encode(bytes), "encoding": "base64" });
        let blob = self.send(Method::POST, "/git/blobs", Some(&blob)).await?;
        entry["sha"] = json!(self.sha(&blob)?);
        Ok((entry, 0))
    }

    async fn part(&self, base: Option<&str>, entries: Vec<Value>) -> Result<String, ApiError> {
        let mut tree = json!({ "tree": entries });
        if let Some(base) = base {
            tree["base_tree"] = json!(base);
        }
        let tree = self.send(Method::POST, "/git/trees", Some(&tree)).await?;
        self.sha(&tree)
    }

    /// Waits until a commit is there: a new fork gets its objects a moment later.
    ///
    /// # Errors
    /// It did not come, or the host said no.
    pub async fn wait_for(&self, commit: &str) -> Result<(), ApiError> {
        let (looks, pause) = LOOKS;
        for _ in 0..looks {
            match self.find(&format!("/git/commits/{}", encode(commit))).await {
                Ok(Some(_)) => return Ok(()),
                Err(error) if !error.is(409) => return Err(error),
                Ok(None) | Err(_) => tokio::time::sleep(pause).await,
            }
        }
        Err(ApiError::later(format!("{} is still being made", self.page())))
    }

    /// Makes a commit, to which no branch points yet.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn commit(&self, new: &NewCommit<'_>) -> Result<String, ApiError> {
        let parents: Vec<&str> = new.parent.into_iter().collect();
        let mut commit = json!({ "message": new.message, "tree": new.tree, "parents": parents });
        if let Some(author) = new.author {
            commit["author"] = json!({ "name": author.name, "email": author.email });
        }
        let commit = self.send(Method::POST, "/git/commits", Some(&commit)).await?;
        self.sha(&commit)
    }

    /// The commit that a branch points to; nothing without such a branch, or in a repository without commits.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn head(&self, branch: &str) -> Result<Option<String>, ApiError> {
        match self.find(&format!("/git/ref/heads/{}", encoded(branch))).await {
            Ok(Some(found)) => self.sha(&found["object"]).map(Some),
            Ok(None) => Ok(None),
            // "Git Repository is empty."
            Err(error) if error.is(409) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The commit of the branch that a new repository begins with, which the host may make a moment later; nothing if it does
    /// not come.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn first_head(&self, branch: &str) -> Result<Option<String>, ApiError> {
        let (looks, pause) = LOOKS;
        for _ in 0..looks {
            if let Some(head) = self.head(branch).await? {
                return Ok(Some(head));
            }
            tokio::time::sleep(pause).await;
        }
        Ok(None)
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn tree_of(&self, commit: &str) -> Result<String, ApiError> {
        let commit = self.send(Method::GET, &format!("/git/commits/{}", encode(commit)), None).await?;
        self.sha(&commit["tree"])
    }

    /// Makes a branch that points to a commit.
    ///
    /// # Errors
    /// There is one of its name, or the host said no.
    pub async fn create_branch(&self, branch: &str, commit: &str) -> Result<(), ApiError> {
        let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        self.send(Method::POST, "/git/refs", Some(&body)).await.map(drop)
    }

    /// Points a branch to a commit, whatever it pointed to.
    ///
    /// # Errors
    /// There is no such branch, or the host said no.
    pub async fn force_branch(&self, branch: &str, commit: &str) -> Result<(), ApiError> {
        let path = format!("/git/refs/heads/{}", encoded(branch));
        self.send(Method::PATCH, &path, Some(&json!({ "sha": commit, "force": true }))).await.map(drop)
    }

    /// Removes a branch. One that is gone is gone.
    ///
    /// # Errors
    /// The host said no.
    pub async fn delete_branch(&self, branch: &str) -> Result<(), ApiError> {
        match self.send(Method::DELETE, &format!("/git/refs/heads/{}", encoded(branch)), None).await {
            Err(error) if !error.is(404) && !error.is(422) => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether a commit is all that a new repository begins with: the first of its history, with a README and nothing else.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn is_beginning(&self, commit: &str) -> Result<bool, ApiError> {
        let commit = self.send(Method::GET, &format!("/git/commits/{}", encode(commit)), None).await?;
        if commit["parents"].as_array().is_none_or(|parents| !parents.is_empty()) {
            return Ok(false);
        }
        let tree = self.sha(&commit["tree"])?;
        let tree = self.send(Method::GET, &format!("/git/trees/{tree}"), None).await?;
        Ok(tree["tree"].as_array().is_some_and(|entries| entries.iter().all(|entry| entry["path"] == README)))
    }

    /// Whether a commit is part of the history of another one.
    ///
    /// # Errors
    /// The host did not answer, or said no.
    pub async fn leads_to(&self, commit: &str, head: &str) -> Result<bool, ApiError> {
        let compared = self.find(&format!("/compare/{}...{}", encode(commit), encode(head))).await?;
        Ok(compared
            .is_some_and(|compared| matches!(compared["status"].as_str(), Some("ahead" | "identical"))))
    }

    /// Gives a repository without commits a first one, on its default branch: the Git data API answers no empty repository.
    ///
    /// # Errors
    /// There is a commit meanwhile, or the host said no.
    pub async fn begin(&self) -> Result<(), ApiError> {
        let text = STANDARD.encode(format!("# {}\n", self.name()));
        let body = json!({ "message": "Initial commit", "content": text });
        self.send(Method::PUT, &format!("/contents/{README}"), Some(&body)).await.map(drop)
    }

    fn sha(&self, object: &Value) -> Result<String, ApiError> {
        let sha = object["sha"]
            .as_str()
            .filter(|sha| matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_hexdigit()));
        sha.map(str::to_owned)
            .ok_or_else(|| ApiError::later(format!("{} gave an object without a name", self.api().host())))
    }
}

/// The content as text that JSON carries unchanged.
fn text(bytes: &[u8]) -> Option<&str> {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= MOST_INLINE_BYTES / 2 && text.chars().all(is_plain))
}

fn encoded(branch: &str) -> String {
    branch.split('/').map(encode).collect::<Vec<_>>().join("/")
}
