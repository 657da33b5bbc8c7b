//! Folders of a repository, file by file over the Git data API.
//!
//! The API has whole repositories as archives too. Those answer from another host, take all of a repository for one
//! folder of it, and have to be unpacked; objects are named by their content, so a commit in between changes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use platform::Secret;
use serde::Deserialize;
use url::Url;

use super::{Entry, Github, JSON, Tree};
use crate::ReadError;
use crate::answers::parse;
use crate::parts::encode;
use crate::tree::{MAX_TREE_BYTES, MAX_TREE_FILES, TreeContent, TreeFile};

/// Files that are asked for at the same time.
const AT_ONCE: usize = 8;

#[derive(Deserialize)]
struct Blob {
    content: String,
    encoding: String,
}

impl Github {
    pub(super) async fn read_tree(
        &self,
        url: &Url,
        token: Option<&Secret<String>>,
    ) -> Result<Vec<TreeFile>, ReadError> {
        let address = self.address(url)?;
        let repository = format!("/repos/{}/{}/git", address.owner, address.repo);
        let mut object = address.reference.clone().unwrap_or_else(|| "HEAD".to_owned());
        for part in &address.path {
            let folder: Tree = self.object(&format!("{repository}/trees/{}", encode(&object)), token).await?;
            let entry = folder.tree.into_iter().find(|entry| entry.path == *part);
            object = match entry {
                Some(Entry { kind, sha, .. }) if kind == "tree" => sha,
                Some(_) => return Err(ReadError::Missing(format!("{part} is no folder"))),
                None => return Err(ReadError::Missing(format!("there is no folder {part}"))),
            };
        }
        let path = format!("{repository}/trees/{}?recursive=1", encode(&object));
        let tree: Tree = self.object(&path, token).await?;
        let too_large = || {
            ReadError::Refused(format!(
                "the folder has more than {MAX_TREE_FILES} files or {MAX_TREE_BYTES} bytes, the most that is read"
            ))
        };
        let files: Vec<Entry> = tree.tree.into_iter().filter(|entry| entry.kind == "blob").collect();
        let bytes = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.size.unwrap_or(0)));
        if tree.truncated || files.len() > MAX_TREE_FILES || bytes > MAX_TREE_BYTES {
            return Err(too_large());
        }
        let read = futures::stream::iter(files).map(|file| self.tree_file(&repository, file, token));
        let mut files = Vec::new();
        let mut left = MAX_TREE_BYTES;
        let mut read = read.buffered(AT_ONCE);
        while let Some(file) = read.try_next().await? {
            if let TreeContent::File { bytes, .. } = &file.content {
                left = left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
            }
            files.push(file);
        }
        Ok(files)
    }

    async fn tree_file(
        &self,
        repository: &str,
        entry: Entry,
        token: Option<&Secret<String>>,
    ) -> Result<TreeFile, ReadError> {
        let blob: Blob = self.object(&format!("{repository}/blobs/{}", encode(&entry.sha)), token).await?;
        let damaged =
            || ReadError::Later { why: format!("{} came damaged from the host", entry.path), at: None };
        if blob.encoding != "base64" {
            return Err(damaged());
        }
        let encoded: String = blob.content.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(encoded).map_err(|_| damaged())?;
        let content = if entry.mode.as_deref() == Some("120000") {
            TreeContent::Link(String::from_utf8(bytes).map_err(|_| damaged())?)
        } else {
            let executable = entry.mode.as_deref() == Some("100755");
            TreeContent::File { bytes: Bytes::from(bytes), executable }
        };
        Ok(TreeFile { path: entry.path, content })
    }

    async fn object<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&Secret<String>>,
    ) -> Result<T, ReadError> {
        let answer = self.ask_as(path, JSON, None, token).await?;
        let answer = answer
            .ok_or_else(|| ReadError::Later { why: format!("{} gave no answer", self.host), at: None })?;
        parse(answer.body())
    }
}
