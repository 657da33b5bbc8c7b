//! What is in a workspace.

use std::io::{self, Read as _};

use cap_std::fs::Metadata;

use super::{Entry, Kind, Result, Used, Workspace, WorkspaceError, failed, or_root, simplify, under};

impl Workspace {
    /// What a path names, if anything.
    ///
    /// # Errors
    /// It is no path here, or can't be looked at.
    pub fn kind(&self, path: &str) -> Result<Option<Kind>> {
        let path = simplify(path)?;
        self.kind_of(&path)
    }

    /// The content of a file. A link is followed inside of the workspace.
    ///
    /// # Errors
    /// There is no such file, or it can't be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>> {
        let path = simplify(path)?;
        // A named pipe would be waited for without end.
        let metadata = self.root.metadata(or_root(&path)).map_err(|cause| failed(&path, cause))?;
        if !metadata.is_file() {
            return Err(WorkspaceError::Refused(format!("{path:?} is no file.")));
        }
        let file = self.root.open(&path).map_err(|cause| failed(&path, cause))?;
        let mut content = Vec::new();
        file.take(self.limits.bytes.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|cause| failed(&path, cause))?;
        if content.len() as u64 > self.limits.bytes {
            return Err(WorkspaceError::Refused(format!(
                "{path:?} has more than {} bytes.",
                self.limits.bytes
            )));
        }
        Ok(content)
    }

    /// What is in a folder, sorted by name.
    ///
    /// # Errors
    /// There is no such folder, it holds names that can't be paths here, or it can't be read.
    pub fn list(&self, path: &str) -> Result<Vec<Entry>> {
        let path = simplify(path)?;
        self.list_of(&path)
    }

    /// Everything below a folder, sorted by path, folders before what is in them. Links are told, not followed.
    ///
    /// # Errors
    /// As for [`Self::list`], or there is more than a workspace may hold.
    pub fn walk(&self, path: &str) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut folders = vec![simplify(path)?];
        while let Some(folder) = folders.pop() {
            for entry in self.list_of(&folder)? {
                if entry.kind == Kind::Folder {
                    folders.push(entry.path.clone());
                }
                found.push(entry);
            }
            Used { entries: found.len() as u64, bytes: 0 }.within(self.limits)?;
        }
        found.sort_unstable_by(|one, other| one.path.split('/').cmp(other.path.split('/')));
        Ok(found)
    }

    pub(super) fn list_of(&self, folder: &str) -> Result<Vec<Entry>> {
        // The folder itself is not followed when it is a link; what is above it can't be one by now, or stays inside.
        if !matches!(self.kind_of(folder)?, Some(Kind::Folder)) {
            return Err(match self.kind_of(folder)? {
                None => WorkspaceError::Missing(folder.to_owned()),
                Some(_) => WorkspaceError::Refused(format!("{folder:?} is no folder.")),
            });
        }
        let mut found = Vec::new();
        for entry in self.root.read_dir(or_root(folder)).map_err(|cause| failed(folder, cause))? {
            let name = entry.map_err(|cause| failed(folder, cause))?.file_name();
            let name = name.to_str().ok_or_else(|| {
                WorkspaceError::Refused(format!("A name in {folder:?} is not UTF-8: {}.", name.display()))
            })?;
            // What Git keeps about a repository is nothing of the content.
            if name.eq_ignore_ascii_case(".git") {
                continue;
            }
            let path = simplify(&under(folder, name))?;
            if let Some(kind) = self.kind_of(&path)? {
                found.push(Entry { path, kind });
            }
            Used { entries: found.len() as u64, bytes: 0 }.within(self.limits)?;
        }
        found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    /// What a simple path names.
    pub(super) fn kind_of(&self, path: &str) -> Result<Option<Kind>> {
        let metadata = match self.root.symlink_metadata(or_root(path)) {
            Ok(metadata) => metadata,
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(cause) => return Err(failed(path, cause)),
        };
        let kind = metadata.file_type();
        if kind.is_dir() {
            Ok(Some(Kind::Folder))
        } else if kind.is_file() {
            Ok(Some(Kind::File { length: metadata.len(), executable: is_executable(&metadata) }))
        } else if kind.is_symlink() {
            let says = self.root.read_link_contents(path).map_err(|cause| failed(path, cause))?;
            let says = says.to_str().ok_or_else(|| {
                WorkspaceError::Refused(format!("The link {path:?} leads to a name that is not UTF-8."))
            })?;
            Ok(Some(Kind::Link(says.to_owned())))
        } else {
            Err(WorkspaceError::Refused(format!("{path:?} is neither a file nor a folder nor a link.")))
        }
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use cap_std::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
const fn is_executable(_: &Metadata) -> bool {
    false
}
