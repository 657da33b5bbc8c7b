//! What the last pass saw, so that the next look tells at once whether anything changed.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use integrations::is_pattern;
use platform::database::Database;
use platform::error::Error;
use rustc_hash::{FxHashMap, FxHashSet};
use sha1::{Digest as _, Sha1};

use super::place::Place;
use crate::reading::{self, FileTarget, Source};
use crate::remote::{self, Marks};
use crate::store;

/// The name of the state that is there while the states of all files are those of a pass that ended. It is removed with
/// the first write of a pass and comes back with the last one, so that a killed pass is not taken for a whole one.
pub(super) const COMPLETE: &str = "pass:complete";

/// What the state of a pattern in an address is remembered under, before the address.
pub(super) const PATTERN: &str = "pattern:";

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

    /// The stamped fingerprint of a file as it is now, or as it was fetched last.
    pub(super) fn of(&self, place: &Place, dependencies: &[PathBuf], marks: &Marks) -> String {
        match place {
            Place::File(path) => self.on(&reading::fingerprint(path, dependencies)),
            Place::Url(address) => {
                let signs: Vec<&str> =
                    dependencies.iter().map(|path| remote::sign_of(marks, &path.to_string_lossy())).collect();
                self.on(&reading::remote_fingerprint(remote::sign_of(marks, address), &signs))
            }
        }
    }

    /// The stamped form of a fingerprint.
    pub(super) fn on(&self, fingerprint: &str) -> String {
        format!("{} {fingerprint}", self.0)
    }
}

/// The files of the last pass as they were then.
pub(super) struct Known {
    stamp: Stamp,
    pub(super) files: FxHashMap<Place, KnownFile>,
    /// Patterns in addresses; their targets are the files that they meant.
    pub(super) patterns: FxHashMap<String, KnownFile>,
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
    Files(Vec<Place>),
    /// Which files there are.
    Structure,
}

impl Known {
    /// Nothing known yet.
    pub(super) fn new(stamp: Stamp) -> Self {
        Self { stamp, files: FxHashMap::default(), patterns: FxHashMap::default(), folders: Vec::new() }
    }

    /// What the last pass of an earlier process knew; nothing if there is none that ended.
    pub(super) async fn recall(database: &Database, stamp: Stamp) -> Result<Option<Self>, Error> {
        let mut known = Self::new(stamp);
        let mut is_complete = false;
        store::refresh_marks(database, |mark| {
            is_complete |= mark.location_ref == COMPLETE;
            let pattern = mark.location_ref.strip_prefix(PATTERN).map(str::to_owned);
            let place = Place::of(&mark.location_ref);
            let file = KnownFile {
                fingerprint: mark.fingerprint,
                dependencies: mark.dependencies.into_iter().map(PathBuf::from).collect(),
                targets: mark.targets,
            };
            for target in
                file.targets.iter().filter(|target| reading::address_of(&target.location_ref).is_none())
            {
                known.folders.extend(reading::expand_target(&target.location_ref).folders);
            }
            match (pattern, place) {
                (Some(pattern), _) => drop(known.patterns.insert(pattern, file)),
                (None, Some(place)) => drop(known.files.insert(place, file)),
                (None, None) => {}
            }
        })
        .await?;
        Ok(is_complete.then_some(known))
    }

    /// What differs from the last pass.
    pub(super) fn difference(&self, sources: &[Source], marks: &Marks) -> Difference {
        let mut queue = VecDeque::new();
        for source in sources {
            match source.address() {
                Some(address) => queue.push_back(Place::Url(address.to_owned())),
                None => queue.extend(reading::expand(source).files.into_iter().map(Place::File)),
            }
        }
        let mut changed = Vec::new();
        let mut visited = FxHashSet::default();
        let mut patterns = 0;
        while let Some(place) = queue.pop_front() {
            if visited.contains(&place) {
                continue;
            }
            let known = match &place {
                Place::Url(address) if is_pattern(address) => {
                    patterns += 1;
                    let sign = self.stamp.on(remote::sign_of(marks, address));
                    self.patterns.get(address).filter(|known| known.fingerprint == sign)
                }
                place => self.files.get(place),
            };
            let Some(known) = known else { return Difference::Structure };
            if self.files.contains_key(&place) && self.has_changed(&place, marks) {
                changed.push(place.clone());
            }
            for target in &known.targets {
                match reading::address_of(&target.location_ref) {
                    Some(address) => queue.push_back(Place::Url(address.to_owned())),
                    None => {
                        queue.extend(
                            reading::expand_target(&target.location_ref).files.into_iter().map(Place::File),
                        );
                    }
                }
            }
            visited.insert(place);
        }
        let is_all =
            visited.len() == self.files.len() + self.patterns.len() && patterns == self.patterns.len();
        if is_all { Difference::Files(changed) } else { Difference::Structure }
    }

    /// The files that may say something else when these files changed: those of them that are descriptors, and those that
    /// read one of them.
    pub(super) fn concerned(&self, changed: &FxHashSet<PathBuf>) -> Vec<Place> {
        let is_own = |place: &Place| place.path().is_some_and(|path| changed.contains(path));
        let reads = |file: &KnownFile| file.dependencies.iter().any(|path| changed.contains(path));
        let own = changed.iter().map(|path| Place::File(path.clone()));
        let own = own.filter(|place| self.files.contains_key(place));
        let readers = self.files.iter().filter(|(place, file)| !is_own(place) && reads(file));
        let concerned = own.chain(readers.map(|(place, _)| place.clone()));
        // No file of this machine reads what lies behind an address.
        let nothing = Marks::default();
        concerned.filter(|place| place.path().is_some() && self.has_changed(place, &nothing)).collect()
    }

    /// Whether a file is not as it was.
    fn has_changed(&self, place: &Place, marks: &Marks) -> bool {
        let is_other =
            |known: &KnownFile| self.stamp.of(place, &known.dependencies, marks) != known.fingerprint;
        self.files.get(place).is_none_or(is_other)
    }

    /// Takes over what a pass over some files saw of them; returns whether there are other paths to watch now.
    pub(super) fn take_over(&mut self, seen: Self) -> bool {
        let mut moved = false;
        for (place, file) in seen.files {
            let dependencies = file.dependencies.clone();
            let before = self.files.insert(place, file);
            moved |= before.is_none_or(|before| before.dependencies != dependencies);
        }
        moved
    }

    /// The files, what they depend on, and folders where new ones may appear, for whoever watches them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let on_disk = |(place, file): (&'_ Place, &'_ KnownFile)| {
            place
                .path()
                .map(|path| std::iter::once(path).chain(&file.dependencies).cloned().collect::<Vec<_>>())
        };
        self.files.iter().filter_map(on_disk).flatten().chain(self.folders.iter().cloned()).collect()
    }

    /// All addresses that were visited, or that placeholders in them read.
    pub(super) fn addresses(&self) -> FxHashSet<String> {
        let own = |(place, file): (&Place, &KnownFile)| match place {
            Place::File(_) => Vec::new(),
            Place::Url(address) => {
                let read = file.dependencies.iter().map(|path| path.to_string_lossy().into_owned());
                std::iter::once(address.clone()).chain(read).collect()
            }
        };
        self.files.iter().flat_map(own).chain(self.patterns.keys().cloned()).collect()
    }
}
