//! What the last pass saw, so that the next look tells at once whether anything changed.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use platform::database::Database;
use platform::error::Error;
use rustc_hash::{FxHashMap, FxHashSet};
use sha1::{Digest as _, Sha1};

use crate::reading::{self, FileTarget, Source};
use crate::store;

/// The name of the state that is there while the states of all files are those of a pass that ended. It is removed with
/// the first write of a pass and comes back with the last one, so that a killed pass is not taken for a whole one.
pub(super) const COMPLETE: &str = "pass:complete";

/// Whatever beside the files decides what is read from them: the settings and the version of this program. It is part
/// of every fingerprint, so that a change of it reads every file again.
#[derive(Clone)]
pub(crate) struct Stamp(Arc<str>);

impl Stamp {
    /// A stamp for these settings.
    pub(crate) fn new(settings: &str) -> Self {
        let digest = Sha1::digest(format!("{} {settings}", env!("CARGO_PKG_VERSION")));
        let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self(short.into())
    }

    /// The stamped fingerprint of a file as it is now.
    pub(super) fn of(&self, path: &Path, dependencies: &[PathBuf]) -> String {
        self.on(&reading::fingerprint(path, dependencies))
    }

    /// The stamped form of a fingerprint.
    pub(super) fn on(&self, fingerprint: &str) -> String {
        format!("{} {fingerprint}", self.0)
    }
}

/// The files of the last pass as they were then.
pub(super) struct Known {
    stamp: Stamp,
    pub(super) files: FxHashMap<PathBuf, KnownFile>,
    /// Folders in which a new file would belong to the target of a Location entity.
    pub(super) folders: Vec<PathBuf>,
}

/// A file as it was.
pub(super) struct KnownFile {
    pub(super) fingerprint: String,
    pub(super) dependencies: Vec<PathBuf>,
    pub(super) targets: Vec<FileTarget>,
}

impl Known {
    /// Nothing known yet.
    pub(super) fn new(stamp: Stamp) -> Self {
        Self { stamp, files: FxHashMap::default(), folders: Vec::new() }
    }

    /// What the last pass of an earlier process knew; nothing if there is none that ended.
    pub(super) async fn recall(database: &Database, stamp: Stamp) -> Result<Option<Self>, Error> {
        let mut known = Self::new(stamp);
        let mut is_complete = false;
        for mark in store::refresh_marks(database).await? {
            is_complete |= mark.location_ref == COMPLETE;
            let Some(path) = mark.location_ref.strip_prefix("file:") else { continue };
            let file = KnownFile {
                fingerprint: mark.fingerprint,
                dependencies: mark.dependencies.into_iter().map(PathBuf::from).collect(),
                targets: mark.targets,
            };
            for target in &file.targets {
                known.folders.extend(reading::expand_target(&target.location_ref).folders);
            }
            known.files.insert(PathBuf::from(path), file);
        }
        Ok(is_complete.then_some(known))
    }

    /// Whether the sources still lead to exactly these files, and none of them changed.
    pub(super) fn is_current(&self, sources: &[Source]) -> bool {
        let mut queue = VecDeque::new();
        for source in sources {
            queue.extend(reading::expand(source).files);
        }
        let mut visited = FxHashSet::default();
        while let Some(path) = queue.pop_front() {
            if visited.contains(&path) {
                continue;
            }
            let Some(known) = self.files.get(&path) else { return false };
            if self.stamp.of(&path, &known.dependencies) != known.fingerprint {
                return false;
            }
            for target in &known.targets {
                queue.extend(reading::expand_target(&target.location_ref).files);
            }
            visited.insert(path);
        }
        visited.len() == self.files.len()
    }

    /// The files, what they depend on, and folders where new ones may appear, for whoever watches them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let dependencies = self.files.values().flat_map(|file| &file.dependencies);
        self.files.keys().chain(dependencies).chain(&self.folders).cloned().collect()
    }
}
