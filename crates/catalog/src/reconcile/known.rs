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

/// What differs between the last pass and now.
pub(super) enum Difference {
    /// At most what these files say.
    Files(Vec<PathBuf>),
    /// Which files there are.
    Structure,
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
        store::refresh_marks(database, |mark| {
            is_complete |= mark.location_ref == COMPLETE;
            let Some(path) = mark.location_ref.strip_prefix("file:") else { return };
            let file = KnownFile {
                fingerprint: mark.fingerprint,
                dependencies: mark.dependencies.into_iter().map(PathBuf::from).collect(),
                targets: mark.targets,
            };
            for target in &file.targets {
                known.folders.extend(reading::expand_target(&target.location_ref).folders);
            }
            known.files.insert(PathBuf::from(path), file);
        })
        .await?;
        Ok(is_complete.then_some(known))
    }

    /// What differs from the last pass.
    pub(super) fn difference(&self, sources: &[Source]) -> Difference {
        let mut queue = VecDeque::new();
        for source in sources {
            queue.extend(reading::expand(source).files);
        }
        let mut changed = Vec::new();
        let mut visited = FxHashSet::default();
        while let Some(path) = queue.pop_front() {
            if visited.contains(&path) {
                continue;
            }
            let Some(known) = self.files.get(&path) else { return Difference::Structure };
            if self.has_changed(&path) {
                changed.push(path.clone());
            }
            for target in &known.targets {
                queue.extend(reading::expand_target(&target.location_ref).files);
            }
            visited.insert(path);
        }
        if visited.len() == self.files.len() { Difference::Files(changed) } else { Difference::Structure }
    }

    /// The files that may say something else when these files changed: those of them that are descriptors, and those that
    /// read one of them.
    pub(super) fn concerned(&self, changed: &FxHashSet<PathBuf>) -> Vec<PathBuf> {
        let reads = |file: &KnownFile| file.dependencies.iter().any(|path| changed.contains(path));
        let readers = self.files.iter().filter(|(path, file)| !changed.contains(*path) && reads(file));
        let own = changed.iter().filter(|path| self.files.contains_key(*path));
        let concerned = own.chain(readers.map(|(path, _)| path));
        concerned.filter(|path| self.has_changed(path)).cloned().collect()
    }

    /// Whether a file is not as it was.
    fn has_changed(&self, path: &Path) -> bool {
        self.files.get(path).is_none_or(|known| self.stamp.of(path, &known.dependencies) != known.fingerprint)
    }

    /// Takes over what a pass over some files saw of them; returns whether there are other paths to watch now.
    pub(super) fn take_over(&mut self, seen: Self) -> bool {
        let mut moved = false;
        for (path, file) in seen.files {
            let dependencies = file.dependencies.clone();
            let before = self.files.insert(path, file);
            moved |= before.is_none_or(|before| before.dependencies != dependencies);
        }
        moved
    }

    /// The files, what they depend on, and folders where new ones may appear, for whoever watches them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let dependencies = self.files.values().flat_map(|file| &file.dependencies);
        self.files.keys().chain(dependencies).chain(&self.folders).cloned().collect()
    }
}
