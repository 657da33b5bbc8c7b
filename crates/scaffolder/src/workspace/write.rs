//! Changing what is in a workspace.

use std::io::{self, Write as _};
use std::sync::atomic::Ordering;

use cap_std::fs::OpenOptions;

use super::{Kind, Result, Used, Workspace, WorkspaceError, failed, under};

impl Workspace {
    /// Writes a file whole, in the place of what had its name; folders on the way are made. A reader sees all of it or
    /// nothing.
    ///
    /// # Errors
    /// The path is a folder or leads out, the workspace is full, or the file system says no.
    pub fn write(&self, path: &str, content: &[u8], executable: bool) -> Result<()> {
        let path = self.changed(path)?;
        let before = self.place(&path)?;
        let used = {
            let mut used = *self.used();
            used.remove(u64::from(before.is_some()), before.as_ref().map_or(0, Kind::length));
            used.add(1, content.len() as u64);
            used.within(self.limits)?;
            used
        };
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let part = under(parent, &format!(".part-{}-{number}", std::process::id()));
        let written = self
            .write_new(&part, content, executable)
            .and_then(|()| self.root.rename(&part, &self.root, &path));
        if let Err(cause) = written {
            let _gone = self.root.remove_file(&part);
            return Err(failed(&path, cause));
        }
        *self.used() = used;
        Ok(())
    }

    /// Makes a symbolic link. What it says is kept as it is and never followed out of the workspace.
    ///
    /// # Errors
    /// The path is a folder or leads out, the workspace is full, or the file system says no.
    pub fn link(&self, path: &str, says: &str) -> Result<()> {
        let path = self.changed(path)?;
        if self.place(&path)?.is_some() {
            self.remove(&path)?;
        }
        let used = self.with_one_more()?;
        self.root.symlink_contents(says, &path).map_err(|cause| failed(&path, cause))?;
        *self.used() = used;
        Ok(())
    }

    /// Makes a folder, and those on the way to it.
    ///
    /// # Errors
    /// A file is in the way, the workspace is full, or the file system says no.
    pub fn make_folder(&self, path: &str) -> Result<()> {
        let path = self.changed(path)?;
        let ends =
            path.match_indices('/').map(|(end, _)| end).chain((!path.is_empty()).then_some(path.len()));
        for end in ends {
            let folder = &path[..end];
            // Seen through links, as the file system does on the way to a file.
            if self.root.is_dir(folder) {
                continue;
            }
            let used = self.with_one_more()?;
            self.root.create_dir(folder).map_err(|cause| failed(folder, cause))?;
            *self.used() = used;
        }
        Ok(())
    }

    /// Removes a file, a link or a folder with all that is in it. Whether there was one.
    ///
    /// # Errors
    /// It is no path here, or the file system says no.
    pub fn remove(&self, path: &str) -> Result<bool> {
        let path = self.changed(path)?;
        let mut gone = Used::default();
        match self.kind_of(&path)? {
            None => return Ok(false),
            Some(Kind::Folder) => {
                for entry in self.walk(&path)? {
                    gone.add(1, entry.kind.length());
                }
                if path.is_empty() {
                    for entry in self.list_of("")? {
                        self.remove(&entry.path)?;
                    }
                    return Ok(true);
                }
                gone.add(1, 0);
                self.root.remove_dir_all(&path).map_err(|cause| failed(&path, cause))?;
            }
            Some(kind) => {
                gone.add(1, kind.length());
                self.root.remove_file(&path).map_err(|cause| failed(&path, cause))?;
            }
        }
        self.used().remove(gone.entries, gone.bytes);
        Ok(true)
    }

    /// Gives a file, a link or a folder another name; folders on the way are made.
    ///
    /// # Errors
    /// There is none, something has that name already, or the file system says no.
    pub fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.changed(from)?, self.changed(to)?);
        if from.is_empty() || to.is_empty() {
            return Err(WorkspaceError::Refused("The workspace itself can't be renamed.".to_owned()));
        }
        if self.kind_of(&from)?.is_none() {
            return Err(WorkspaceError::Missing(from));
        }
        if self.kind_of(&to)?.is_some() {
            return Err(WorkspaceError::Refused(format!("There is a {to:?} already.")));
        }
        if to.strip_prefix(&from).is_some_and(|rest| rest.starts_with('/')) {
            return Err(WorkspaceError::Refused(format!("{from:?} can't be moved into itself.")));
        }
        if let Some((parent, _)) = to.rsplit_once('/') {
            self.make_folder(parent)?;
        }
        self.root.rename(&from, &self.root, &to).map_err(|cause| failed(&from, cause))
    }

    /// Makes room for a file or link: its folders. What has its name now, which is no folder.
    pub(super) fn place(&self, path: &str) -> Result<Option<Kind>> {
        if path.is_empty() {
            return Err(WorkspaceError::Refused("The workspace itself can't be a file.".to_owned()));
        }
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.make_folder(parent)?;
        }
        match self.kind_of(path)? {
            Some(Kind::Folder) => {
                Err(WorkspaceError::Refused(format!("{path:?} is a folder, and no file can have its name.")))
            }
            kind => Ok(kind),
        }
    }

    pub(super) fn write_new(&self, path: &str, content: &[u8], executable: bool) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt as _;
            options.mode(if executable { 0o755 } else { 0o644 });
        }
        self.root.open_with(path, &options)?.write_all(content)
    }

    pub(super) fn with_one_more(&self) -> Result<Used> {
        let mut used = *self.used();
        used.add(1, 0);
        used.within(self.limits)?;
        Ok(used)
    }
}
