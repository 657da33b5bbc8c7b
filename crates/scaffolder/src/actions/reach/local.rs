//! Folders and files of this machine. They are read through the handle of the root that allows them, so that no link leads
//! out of it.

use std::path::PathBuf;

use super::{SourceContent, SourceFile};
use crate::action::ActionError;
use crate::workspace::{Kind, Workspace, WorkspaceError};

pub(super) async fn folder(root: PathBuf, path: String) -> Result<Vec<SourceFile>, ActionError> {
    let work = move || {
        let root = Workspace::view(&root)?;
        // The way to the folder may lead over links, as long as they stay inside.
        let folder = root.folder(&path)?;
        let mut files = Vec::new();
        let mut left = folder.limits().bytes;
        for entry in folder.walk("")? {
            let content = match entry.kind {
                Kind::Folder => SourceContent::Folder,
                Kind::Link(says) => SourceContent::Link(says),
                Kind::File { length, executable } => {
                    left = left.checked_sub(length).ok_or_else(|| {
                        WorkspaceError::Refused(format!(
                            "{path:?} has more than {} bytes.",
                            folder.limits().bytes
                        ))
                    })?;
                    SourceContent::File { bytes: folder.read(&entry.path)?.into(), executable }
                }
            };
            files.push(SourceFile { path: entry.path, content });
        }
        Ok(files)
    };
    blocking(work).await
}

pub(super) async fn file(root: PathBuf, path: String) -> Result<SourceContent, ActionError> {
    let work = move || {
        let root = Workspace::view(&root)?;
        let executable = matches!(root.kind(&path)?, Some(Kind::File { executable: true, .. }));
        Ok(SourceContent::File { bytes: root.read(&path)?.into(), executable })
    };
    blocking(work).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WorkspaceError> + Send + 'static,
) -> Result<T, ActionError> {
    match crate::turn::blocking(work).await {
        Ok(done) => done.map_err(|error| match error {
            WorkspaceError::Missing(path) => {
                ActionError::new(format!("There is no {path:?} in the folder of the template."))
            }
            error => error.into(),
        }),
        Err(stopped) => Err(ActionError::new(format!("Reading broke off: {stopped}."))),
    }
}
