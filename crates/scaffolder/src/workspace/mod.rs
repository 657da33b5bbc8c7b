//! The folder of a run: what its steps read and write.
//!
//! Everything is done through the handle of the folder, by paths that [`simplify`] took, so that neither a name nor a link
//! in the content leads out of it. What the content may grow to is bounded by [`Limits`].

mod archive;
mod merge;
mod path;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tokio::sync::RwLock;

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
    work: Arc<Work>,
}

/// The work of [`Workspace::blocking`], which goes on when nobody waits for it any more.
#[derive(Debug, Default)]
struct Work {
    /// Held for reading by each thread that works.
    going: Arc<RwLock<()>>,
    is_halted: AtomicBool,
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
        let workspace = Self { limits, ..Self::over(root, &path) };
        workspace.measure()?;
        Ok(workspace)
    }

    /// A folder that is read only, and stays as it is. Nobody looks whether it fits the limits.
    ///
    /// # Errors
    /// There is no such folder, or it can't be opened.
    pub fn view(folder: &Path) -> Result<Self> {
        let root = Dir::open_ambient_dir(folder, ambient_authority()).map_err(|cause| failed("", cause))?;
        Ok(Self::over(root, folder))
    }

    /// A folder in it, by itself. The way there may lead over links inside of it.
    ///
    /// # Errors
    /// There is no such folder, or it can't be opened.
    pub fn folder(&self, path: &str) -> Result<Self> {
        let path = simplify(path)?;
        let root = self.root.open_dir(or_root(&path)).map_err(|cause| failed(&path, cause))?;
        let work = Arc::clone(&self.work);
        Ok(Self { limits: self.limits, work, ..Self::over(root, &self.path.join(path)) })
    }

    fn over(root: Dir, path: &Path) -> Self {
        Self {
            root: Arc::new(root),
            path: path.into(),
            limits: Limits::default(),
            used: Arc::default(),
            numbers: Arc::default(),
            work: Arc::default(),
        }
    }

    /// What it may hold.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
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
        let going = Arc::clone(&self.work.going).read_owned().await;
        let done = crate::turn::blocking(move || {
            let _going = going;
            work(&workspace)
        });
        done.await.unwrap_or_else(|stopped| {
            Err(failed("", io::Error::other(format!("the work with files broke off: {stopped}"))).into())
        })
    }

    /// Ends what [`Self::blocking`] is doing, as far as it changes something, and waits until it does no more.
    pub async fn halt(&self) {
        self.work.is_halted.store(true, Ordering::SeqCst);
        let all = self.work.going.write().await;
        self.work.is_halted.store(false, Ordering::SeqCst);
        drop(all);
    }

    /// The path of something that is to be changed.
    fn changed(&self, path: &str) -> Result<String> {
        if self.work.is_halted.load(Ordering::SeqCst) {
            return Err(WorkspaceError::Refused("The step was stopped meanwhile.".to_owned()));
        }
        simplify(path)
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
