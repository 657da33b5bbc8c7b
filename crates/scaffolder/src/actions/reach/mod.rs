//! What actions may read beside their workspace: the folder of the template, folders that the portal reads its catalog
//! from, and what `integrations` and `backend.reading.allow` name.

mod local;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use integrations::{Integrations, ReadError, TreeContent, TreeFile};
use platform::Secret;
use url::Url;

use crate::action::{ActionError, Base};

/// What may be read.
#[derive(Clone, Debug)]
pub struct Reach {
    integrations: Integrations,
    /// Folders of this machine, beside that of each template.
    roots: Vec<PathBuf>,
}

/// A thing of a folder that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path from the folder, parts divided by `/`; nobody judged it yet.
    pub path: String,
    /// What it is.
    pub content: SourceContent,
}

/// What a thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceContent {
    /// A file.
    File {
        /// Its content.
        bytes: Bytes,
        /// Whether it can be run as a program.
        executable: bool,
    },
    /// A folder.
    Folder,
    /// A symbolic link, with what it says.
    Link(String),
}

/// What an address of a step means.
enum Target {
    /// A path in a folder of this machine.
    Local { root: PathBuf, path: String },
    /// An address on the network.
    Remote(String),
}

impl Reach {
    /// What the configuration lets be read, and folders of this machine: those that the catalog is read from.
    #[must_use]
    pub fn new(integrations: Integrations, roots: Vec<PathBuf>) -> Self {
        Self { integrations, roots }
    }

    /// The Git hosts.
    #[must_use]
    pub const fn integrations(&self) -> &Integrations {
        &self.integrations
    }

    /// A folder with all that is in it, except what Git keeps about a repository.
    ///
    /// # Errors
    /// It can't be read, may not, or is too large.
    pub async fn folder(
        &self,
        base: &Base,
        address: &str,
        token: Option<&Secret<String>>,
    ) -> Result<Vec<SourceFile>, ActionError> {
        match self.target(base, address)? {
            Target::Local { root, path } => local::folder(root, path).await,
            Target::Remote(address) => {
                let (host, url) =
                    self.integrations.host_of(&address).map_err(|error| told(&address, &error))?;
                let files = host.tree(&url, token).await.map_err(|error| told(&address, &error))?;
                Ok(files.into_iter().map(SourceFile::from).collect())
            }
        }
    }

    /// A file.
    ///
    /// # Errors
    /// It can't be read, or may not.
    pub async fn file(
        &self,
        base: &Base,
        address: &str,
        token: Option<&Secret<String>>,
    ) -> Result<SourceContent, ActionError> {
        match self.target(base, address)? {
            Target::Local { root, path } => local::file(root, path).await,
            Target::Remote(address) => {
                let (host, url) =
                    self.integrations.host_of(&address).map_err(|error| told(&address, &error))?;
                let bytes = host.file(&url, token).await.map_err(|error| told(&address, &error))?;
                Ok(SourceContent::File { bytes, executable: false })
            }
        }
    }

    fn target(&self, base: &Base, address: &str) -> Result<Target, ActionError> {
        if address.contains("://") {
            return Ok(Target::Remote(address.to_owned()));
        }
        match base {
            Base::Url(base) => self.beside(base, address).map(Target::Remote),
            Base::File(file) => self.on_this_machine(file, address),
        }
    }

    /// An address beside the file of a template.
    fn beside(&self, base: &Url, address: &str) -> Result<String, ActionError> {
        let resolved =
            self.integrations.resolve(address, base.as_str()).map_err(|error| told(address, &error))?;
        if self.integrations.same_repository(&resolved, base.as_str()) {
            return Ok(resolved);
        }
        Err(ActionError::new(format!("{address:?} leads out of the repository of the template.")))
    }

    /// A path beside the file of a template.
    fn on_this_machine(&self, file: &Path, address: &str) -> Result<Target, ActionError> {
        let folder = file.parent().unwrap_or(file);
        let outside = || {
            ActionError::new(format!(
                "{address:?} is neither in the folder of the template nor in one that this portal reads its catalog from."
            ))
        };
        if address.starts_with(['/', '\\']) || address.contains('\0') {
            return Err(outside());
        }
        let mut wanted = folder.to_path_buf();
        for part in address.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    wanted.pop();
                }
                part => wanted.push(part),
            }
        }
        let roots = std::iter::once(folder).chain(self.roots.iter().map(PathBuf::as_path));
        for root in roots {
            if let Ok(path) = wanted.strip_prefix(root) {
                let path = path.to_str().ok_or_else(outside)?.replace(std::path::MAIN_SEPARATOR, "/");
                return Ok(Target::Local { root: root.to_path_buf(), path });
            }
        }
        Err(outside())
    }
}

impl From<TreeFile> for SourceFile {
    fn from(file: TreeFile) -> Self {
        let content = match file.content {
            TreeContent::File { bytes, executable } => SourceContent::File { bytes, executable },
            TreeContent::Link(says) => SourceContent::Link(says),
        };
        Self { path: file.path, content }
    }
}

fn told(address: &str, error: &ReadError) -> ActionError {
    let message = format!("{address} can't be read: {error}.");
    match error {
        ReadError::Later { .. } => ActionError::later(message),
        ReadError::Missing(_) | ReadError::Refused(_) => ActionError::new(message),
    }
}
