//! What the last pass saw, so that the next look tells at once whether anything changed.

use std::collections::VecDeque;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::reading::{self, FileTarget, Source};

/// The files of the last pass as they were then.
#[derive(Default)]
pub(super) struct Known {
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
            if reading::fingerprint(&path, &known.dependencies) != known.fingerprint {
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
