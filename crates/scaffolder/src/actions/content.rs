//! What of the workspace goes into a repository.

use std::collections::BTreeMap;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use integrations::{TreeContent, TreeFile};

use crate::action::ActionError;
use crate::workspace::{Kind, Workspace, simplify};

/// Names what stays out of a repository.
const GITIGNORE: &str = ".gitignore";

/// The files and links of a folder of the workspace, the whole of it if none is named, by their paths from there. What the
/// `.gitignore` files in it name stays out, as it would if a person committed the folder. Links are taken as they are and
/// not followed.
pub(super) async fn content(
    workspace: &Workspace,
    folder: Option<&str>,
) -> Result<Vec<TreeFile>, ActionError> {
    let folder = simplify(folder.unwrap_or_default())?;
    let files = workspace.blocking(move |workspace| files(&workspace.folder(&folder)?)).await?;
    Ok(files)
}

/// As [`content`], of a folder that has to hold something.
pub(super) async fn some_content(
    workspace: &Workspace,
    folder: Option<&str>,
) -> Result<Vec<TreeFile>, ActionError> {
    let files = content(workspace, folder).await?;
    if files.is_empty() {
        let what = folder.map_or_else(|| "The workspace".to_owned(), |folder| format!("{folder:?}"));
        return Err(ActionError::new(format!(
            "{what} holds no files that could be published. Fetch or write them in a step before this one."
        )));
    }
    Ok(files)
}

fn files(folder: &Workspace) -> Result<Vec<TreeFile>, ActionError> {
    let entries = folder.walk("")?;
    let mut rules = Rules::default();
    for entry in &entries {
        if let (Some(parent), Kind::File { .. }) = (entry.path.strip_suffix(GITIGNORE), &entry.kind)
            && (parent.is_empty() || parent.ends_with('/'))
        {
            rules.add(parent.trim_end_matches('/'), &folder.read(&entry.path)?);
        }
    }
    let mut files = Vec::new();
    let mut left_out: Option<String> = None;
    for entry in entries {
        // Folders come before what is in them.
        if left_out.as_ref().is_some_and(|folder| entry.path.starts_with(folder)) {
            continue;
        }
        if rules.leave_out(&entry.path, entry.kind == Kind::Folder) {
            left_out = (entry.kind == Kind::Folder).then(|| format!("{}/", entry.path));
            continue;
        }
        let content = match entry.kind {
            Kind::Folder => continue,
            Kind::Link(says) => TreeContent::Link(says),
            Kind::File { executable, .. } => {
                TreeContent::File { bytes: folder.read(&entry.path)?.into(), executable }
            }
        };
        files.push(TreeFile { path: entry.path, content });
    }
    Ok(files)
}

/// The `.gitignore` files of a folder, by the folders that they are in.
#[derive(Default)]
struct Rules(BTreeMap<String, Gitignore>);

impl Rules {
    fn add(&mut self, folder: &str, text: &[u8]) {
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(text).lines() {
            // A line that can't be read says nothing, as in Git.
            let _unreadable = builder.add_line(None, line);
        }
        if let Ok(rules) = builder.build() {
            self.0.insert(folder.to_owned(), rules);
        }
    }

    /// Whether a path stays out: the nearest file that says something about it decides.
    fn leave_out(&self, path: &str, is_folder: bool) -> bool {
        let mut folder = path;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let below = path[folder.len()..].trim_start_matches('/');
            match self.0.get(folder).map(|rules| rules.matched(below, is_folder)) {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                Some(Match::None) | None => {}
            }
        }
        false
    }
}
