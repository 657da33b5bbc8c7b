//! The folder of a run: what its steps read and write.
//!
//! Everything is done through the handle of the folder, by paths that [`simplify`] took, so that neither a name nor a link
//! in the content leads out of it. What the content may grow to is bounded by [`Limits`].

mod archive;
mod path;
#[cfg(test)]
mod tests;

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};

pub use self::path::simplify;

/// What a workspace may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files, folders and links.
    pub entries: u64,
    /// Bytes of all files.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, bytes: 128 * 1024 * 1024 }
    }
}

/// The folder of a run. Cheap to clone; clones are of one folder.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: Arc<Dir>,
    path: Arc<Path>,
    limits: Limits,
    used: Arc<Mutex<Used>>,
    numbers: Arc<AtomicU64>,
}

/// What is in use of [`Limits`].
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    entries: u64,
    bytes: u64,
}

/// What a path names; links are not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File {
        /// Bytes of its content.
        length: u64,
        /// Whether it can be run as a program.
        executable: bool,
    },
    /// A folder.
    Folder,
    /// A symbolic link, with what it says; that may lead anywhere.
    Link(String),
}

/// A thing in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the workspace.
    pub path: String,
    /// What it is.
    pub kind: Kind,
}

/// Why something in a workspace could not be done.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// A name or content breaks a rule of workspaces.
    #[error("{0}")]
    Refused(String),
    /// There is nothing of that name.
    #[error("There is no {0:?} in the workspace.")]
    Missing(String),
    /// The file system said no.
    #[error("{path}: {cause}")]
    Io {
        /// What it was about, as the author of a template names it.
        path: String,
        /// What it said.
        cause: io::Error,
    },
}

type Result<T, E = WorkspaceError> = std::result::Result<T, E>;

impl Workspace {
    /// The workspace in a folder, which is made if there is none.
    ///
    /// # Errors
    /// The folder can't be made or read, or holds more than a workspace may.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        Self::open_within(folder, Limits::default())
    }

    /// As [`Self::open`], with limits of its own.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn open_within(folder: impl Into<PathBuf>, limits: Limits) -> Result<Self> {
        let path: PathBuf = folder.into();
        Dir::create_ambient_dir_all(&path, ambient_authority()).map_err(|cause| failed("", cause))?;
        let root = Dir::open_ambient_dir(&path, ambient_authority()).map_err(|cause| failed("", cause))?;
        let workspace = Self {
            root: Arc::new(root),
            path: path.into(),
            limits,
            used: Arc::default(),
            numbers: Arc::default(),
        };
        workspace.measure()?;
        Ok(workspace)
    }

    /// Where it is on this machine, for programs that need a folder. Call [`Self::measure`] after they wrote there.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does something with files away from the threads that serve requests.
    ///
    /// # Errors
    /// Those of the work itself.
    pub async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WorkspaceError> + Send + 'static,
    {
        let workspace = self.clone();
        tokio::task::spawn_blocking(move || work(&workspace)).await.unwrap_or_else(|stopped| {
            Err(failed("", io::Error::other(format!("the work with files broke off: {stopped}"))).into())
        })
    }

    /// Looks what it holds, for programs other than this one may have written.
    ///
    /// # Errors
    /// It can't be read, or holds more than it may.
    pub fn measure(&self) -> Result<()> {
        let mut used = Used::default();
        for entry in self.walk("")? {
            used.add(1, entry.kind.length());
        }
        used.within(self.limits)?;
        *self.used() = used;
        Ok(())
    }

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

    /// Writes a file whole, in the place of what had its name; folders on the way are made. A reader sees all of it or
    /// nothing.
    ///
    /// # Errors
    /// The path is a folder or leads out, the workspace is full, or the file system says no.
    pub fn write(&self, path: &str, content: &[u8], executable: bool) -> Result<()> {
        let path = simplify(path)?;
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
        let path = simplify(path)?;
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
        let path = simplify(path)?;
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

    /// Removes a file, a link or a folder with all that is in it. Whether there was one.
    ///
    /// # Errors
    /// It is no path here, or the file system says no.
    pub fn remove(&self, path: &str) -> Result<bool> {
        let path = simplify(path)?;
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
        let (from, to) = (simplify(from)?, simplify(to)?);
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
    fn place(&self, path: &str) -> Result<Option<Kind>> {
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

    fn write_new(&self, path: &str, content: &[u8], executable: bool) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt as _;
            options.mode(if executable { 0o755 } else { 0o644 });
        }
        self.root.open_with(path, &options)?.write_all(content)
    }

    fn list_of(&self, folder: &str) -> Result<Vec<Entry>> {
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
    fn kind_of(&self, path: &str) -> Result<Option<Kind>> {
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

    fn with_one_more(&self) -> Result<Used> {
        let mut used = *self.used();
        used.add(1, 0);
        used.within(self.limits)?;
        Ok(used)
    }

    fn used(&self) -> std::sync::MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kind {
    const fn length(&self) -> u64 {
        match self {
            Self::File { length, .. } => *length,
            Self::Folder | Self::Link(_) => 0,
        }
    }
}

impl Used {
    const fn add(&mut self, entries: u64, bytes: u64) {
        self.entries = self.entries.saturating_add(entries);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    const fn remove(&mut self, entries: u64, bytes: u64) {
        self.entries = self.entries.saturating_sub(entries);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    fn within(self, limits: Limits) -> Result<()> {
        if self.entries > limits.entries {
            return Err(WorkspaceError::Refused(format!(
                "The workspace would hold more than {} files, the most that a run may have.",
                limits.entries
            )));
        }
        if self.bytes > limits.bytes {
            return Err(WorkspaceError::Refused(format!(
                "The workspace would hold more than {} bytes, the most that a run may have.",
                limits.bytes
            )));
        }
        Ok(())
    }
}

fn failed(path: &str, cause: io::Error) -> WorkspaceError {
    if cause.kind() == io::ErrorKind::NotFound && !path.is_empty() {
        return WorkspaceError::Missing(path.to_owned());
    }
    let path = if path.is_empty() { "the workspace" } else { path };
    WorkspaceError::Io { path: path.to_owned(), cause }
}

/// The workspace itself has a name too.
const fn or_root(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
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
