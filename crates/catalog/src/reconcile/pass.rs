//! One pass over all files: what is intended, compared with what the log holds.

mod write;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::try_join_all;
use integrations::{Integrations, is_pattern};
use model::{Problem, ProblemCode};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use rustc_hash::{FxHashMap, FxHashSet};

use super::claims::{Claims, duplicate};
use super::keep;
use super::known::{Known, KnownFile, PATTERN, Stamp};
use super::place::Place;
use crate::config::OrphanStrategy;
use crate::reading::{self, FileReading, FileTarget, ReadEntity, RemoteText, Source};
use crate::remote::{self, Fetched, Marks, Signals};
use crate::store::{self, Change, FileEntity, RefreshState};

/// Files read between two looks at the queue; they are read by [`READERS`] threads.
const FILES_PER_ROUND: usize = 64;
/// Threads that read files.
const READERS: usize = 2;
/// Changes written in one transaction, so that a large catalog appears bit by bit and a killed process loses little.
const CHANGES_PER_COMMIT: usize = 500;

/// What a pass found and did.
pub(super) struct Outcome {
    /// Whether anything was written.
    pub(super) changed: bool,
    /// Newest `seq` after the pass.
    pub(super) seq: i64,
    /// What the next pass compares with, to see at once that nothing changed.
    pub(super) known: Known,
}

/// A file to visit, and how the pass came to it.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) place: Place,
    pub(super) source: usize,
    pub(super) parent: String,
    pub(super) optional: bool,
}

/// What was fetched from addresses, and how to have more fetched. Cheap to clone.
#[derive(Clone)]
pub(super) struct Away {
    pub(super) database: Database,
    pub(super) integrations: Integrations,
    pub(super) signals: Signals,
    /// As it was when the pass began.
    pub(super) marks: Arc<Marks>,
}

impl Away {
    fn fetched(&self) -> Fetched<'_> {
        Fetched { database: &self.database, integrations: &self.integrations, marks: &self.marks }
    }
}

/// The pass in progress.
pub(super) struct Pass<'a> {
    pub(super) database: &'a Database,
    feed: &'a Feed,
    pub(super) sources: Arc<Vec<Source>>,
    pub(super) stamp: Stamp,
    pub(super) away: Away,
    forced: &'a FxHashSet<String>,
    now: i64,
    /// What was known before of the files that the pass is about, by location reference.
    pub(super) states: Arc<FxHashMap<String, RefreshState>>,
    /// Reference to hash of every entity that the log holds and the pass is about, as it was when the pass began.
    pub(super) log: Arc<FxHashMap<String, String>>,
    claims: Claims,
    pub(super) visited: FxHashSet<String>,
    known: Known,
    changes: Vec<Change>,
    changed_states: Vec<RefreshState>,
    wrote: bool,
}

impl<'a> Pass<'a> {
    /// A pass that knows nothing yet. Files in `forced` are read although they look unchanged.
    pub(super) fn new(
        database: &'a Database,
        feed: &'a Feed,
        sources: Arc<Vec<Source>>,
        stamp: Stamp,
        away: Away,
        forced: &'a FxHashSet<String>,
    ) -> Self {
        Self {
            database,
            feed,
            sources,
            known: Known::new(stamp.clone()),
            stamp,
            away,
            forced,
            now: crate::clock::now(),
            states: Arc::default(),
            log: Arc::default(),
            claims: Claims::default(),
            visited: FxHashSet::default(),
            changes: Vec::new(),
            changed_states: Vec::new(),
            wrote: false,
        }
    }

    /// Brings the log in line with the files of all sources.
    ///
    /// # Errors
    /// The database failed. What was committed until then is right; the next pass goes on from there.
    pub(super) async fn over_all_files(mut self, orphans: OrphanStrategy) -> Result<Outcome, Error> {
        let states = store::refresh_states(self.database).await?;
        self.states = Arc::new(states.into_iter().map(|state| (state.location_ref.clone(), state)).collect());
        self.log = Arc::new(store::current_hashes(self.database).await?);
        let queue = self.start().await?;
        self.visit_all(queue).await?;
        self.finish(orphans).await?;
        self.want_addresses(true).await?;
        self.outcome().await
    }

    pub(super) async fn outcome(self) -> Result<Outcome, Error> {
        let seq = store::newest_seq(self.database).await?;
        Ok(Outcome { changed: self.wrote, seq, known: self.known })
    }

    /// Puts the Location entity of each source into place and lists its files.
    async fn start(&mut self) -> Result<VecDeque<Visit>, Error> {
        let mut queue = VecDeque::new();
        for (index, source) in Arc::clone(&self.sources).iter().enumerate() {
            let listed = {
                let sources = Arc::clone(&self.sources);
                blocking(move || reading::expand(&sources[index])).await?
            };
            let entity = ReadEntity::location(&source.location);
            let parent = entity.entity_ref.to_string();
            self.claims.start(&parent);
            if self.claims.claim(&parent).is_ok() {
                self.put(&entity)?;
            }
            if !listed.complete {
                let origin = source.location.to_string();
                self.keep_files(|state| state.origin == origin);
            }
            self.note(RefreshState {
                origin: source.location.to_string(),
                entities: vec![FileEntity { entity_ref: parent.clone(), hash: entity.hash.clone() }],
                problems: listed.problems,
                refreshed_at: self.now,
                location_ref: parent.clone(),
                ..RefreshState::default()
            });
            let visit = |place| Visit { place, source: index, parent: parent.clone(), optional: false };
            queue.extend(listed.files.into_iter().map(Place::File).map(visit));
            if let Some(address) = source.address() {
                let places = self.places_at(address, index, &parent).await?;
                queue.extend(places.into_iter().map(visit));
            }
        }
        Ok(queue)
    }

    /// The files that an address means: itself, or those that its pattern was found to mean.
    async fn places_at(&mut self, address: &str, source: usize, parent: &str) -> Result<Vec<Place>, Error> {
        if !is_pattern(address) {
            return Ok(vec![Place::Url(address.to_owned())]);
        }
        let found = {
            let (away, address) = (self.away.clone(), address.to_owned());
            blocking(move || away.fetched().listing(&address)).await?
        };
        let (location_ref, origin) =
            (format!("{PATTERN}{address}"), self.sources[source].location.to_string());
        let target =
            |location_ref: String| FileTarget { location_ref, parent: parent.to_owned(), optional: false };
        let before = self.states.get(&location_ref).map(|state| state.targets.clone()).unwrap_or_default();
        let before = before.into_iter().map(|target| target.location_ref);
        let (targets, problems) = match found {
            Ok(listing) => {
                let problems = reading::listing_problems(address, &listing);
                let now: Vec<String> = listing.files.iter().map(|file| format!("url:{file}")).collect();
                // An incomplete list is no proof that something is gone.
                let known =
                    before.filter(|known| listing.truncated && !now.contains(known)).collect::<Vec<_>>();
                (now.into_iter().chain(known).map(target).collect(), problems)
            }
            Err(RemoteText::Missing(why)) => {
                let problem = reading::remote_problem(address, &RemoteText::Missing(why));
                (before.map(target).collect::<Vec<_>>(), problem.into_iter().collect())
            }
            Err(_) => (before.map(target).collect(), Vec::new()),
        };
        let state = RefreshState {
            fingerprint: self.stamp.on(remote::sign_of(&self.away.marks, address)),
            refreshed_at: self.now,
            parent: Some(parent.to_owned()),
            location_ref,
            origin,
            targets,
            problems,
            ..RefreshState::default()
        };
        let known = KnownFile {
            fingerprint: state.fingerprint.clone(),
            dependencies: Vec::new(),
            targets: state.targets.clone(),
        };
        self.known.patterns.insert(address.to_owned(), known);
        let places = state.targets.iter().filter_map(|target| Place::of(&target.location_ref)).collect();
        self.note(state);
        Ok(places)
    }

    /// Has addresses fetched that nothing is known of, and forgets, after a look at everything, those that nobody reads.
    pub(super) async fn want_addresses(&self, is_whole: bool) -> Result<(), Error> {
        let wanted = self.known.addresses();
        let unknown: Vec<String> =
            wanted.iter().filter(|address| !self.away.marks.contains_key(*address)).cloned().collect();
        if !unknown.is_empty() {
            store::want_remote(self.database, &unknown).await?;
            self.away.signals.wanted.notify_one();
        }
        if is_whole {
            let kept = |address: &&String| self.visited.contains(&format!("url:{address}"));
            let is_unwanted = |address: &&String| !wanted.contains(*address) && !kept(address);
            let forgotten: Vec<String> = self.away.marks.keys().filter(is_unwanted).cloned().collect();
            if !forgotten.is_empty() {
                store::forget_remote(self.database, &forgotten).await?;
                self.feed.publish_beside();
            }
        }
        Ok(())
    }

    /// A location that cannot be listed says nothing about its files, least of all that they are gone.
    fn keep_files(&mut self, is_below: impl Fn(&RefreshState) -> bool) {
        for state in Arc::clone(&self.states).values().filter(|state| is_below(state)) {
            self.visited.insert(state.location_ref.clone());
            self.claims.start(&state.location_ref);
            for entity in &state.entities {
                // Taken by an earlier source: that one keeps it.
                let _owner = self.claims.claim(&entity.entity_ref);
            }
        }
    }

    async fn visit_all(&mut self, mut queue: VecDeque<Visit>) -> Result<(), Error> {
        while !queue.is_empty() {
            let mut round: Vec<Visit> = Vec::with_capacity(FILES_PER_ROUND);
            while round.len() < FILES_PER_ROUND
                && let Some(visit) = queue.pop_front()
            {
                // A file that several locations lead to belongs to the first of them.
                if self.visited.insert(visit.place.location_ref()) {
                    round.push(visit);
                }
            }
            let readings = self.read(&round).await?;
            for (visit, reading) in round.into_iter().zip(readings) {
                let targets = match reading {
                    Some(reading) if reading.pending => self.wait_for(&visit, reading),
                    Some(reading) => self.take_in(&visit, reading).await?,
                    None => self.take_over(&visit).await?,
                };
                for target in targets {
                    queue.extend(self.follow(&visit, target).await?);
                }
                if self.changes.len() >= CHANGES_PER_COMMIT {
                    self.commit(Vec::new()).await?;
                }
            }
        }
        Ok(())
    }

    /// The files that a Location entity leads to.
    async fn follow(&mut self, visit: &Visit, target: FileTarget) -> Result<Vec<Visit>, Error> {
        let FileTarget { location_ref, parent, optional } = target;
        let further = |place| Visit { place, source: visit.source, parent: parent.clone(), optional };
        if let Some(address) = reading::address_of(&location_ref) {
            let places = self.places_at(address, visit.source, &parent).await?;
            return Ok(places.into_iter().map(further).collect());
        }
        let listed = {
            let location_ref = location_ref.clone();
            blocking(move || reading::expand_target(&location_ref)).await?
        };
        self.known.folders.extend(listed.folders);
        if !listed.complete {
            self.keep_files(|state| state.parent.as_deref() == Some(&parent));
        }
        if !listed.problems.is_empty() && !optional {
            let about = |problem: Problem| Problem { entity_ref: Some(parent.clone()), ..problem };
            self.note(RefreshState {
                // Not a file, so it cannot meet one under this name.
                location_ref: format!("{parent} {location_ref}"),
                origin: self.sources[visit.source].location.to_string(),
                problems: listed.problems.into_iter().map(about).collect(),
                refreshed_at: self.now,
                ..RefreshState::default()
            });
        }
        Ok(listed.files.into_iter().map(Place::File).map(further).collect())
    }

    /// Reads the files of a round that changed; `None` stands for an unchanged one.
    async fn read(&self, round: &[Visit]) -> Result<Vec<Option<FileReading>>, Error> {
        let jobs: Vec<(Visit, bool)> = round
            .iter()
            .map(|visit| (visit.clone(), self.forced.contains(&visit.place.location_ref())))
            .collect();
        let parts = jobs.chunks(jobs.len().div_ceil(READERS).max(1)).map(|jobs| {
            let (sources, states, log) =
                (Arc::clone(&self.sources), Arc::clone(&self.states), Arc::clone(&self.log));
            let (jobs, stamp, away) = (jobs.to_vec(), self.stamp.clone(), self.away.clone());
            blocking(move || {
                let read = |(visit, forced): &(Visit, bool)| {
                    let state = states.get(&visit.place.location_ref());
                    let is_same = |state| is_unchanged(&visit.place, state, &stamp, &away.marks, &log);
                    if !forced && state.is_some_and(is_same) {
                        return None;
                    }
                    Some(read_file(visit, &sources[visit.source], &stamp, &away))
                };
                jobs.iter().map(read).collect::<Vec<_>>()
            })
        });
        Ok(try_join_all(parts).await?.into_iter().flatten().collect())
    }

    /// An unchanged file keeps its entities, unless another file claims one of them now.
    async fn take_over(&mut self, visit: &Visit) -> Result<Vec<FileTarget>, Error> {
        let states = Arc::clone(&self.states);
        let location_ref = visit.place.location_ref();
        let Some(state) = states.get(&location_ref) else { return Ok(Vec::new()) };
        let contested = state
            .entities
            .iter()
            .any(|entity| self.claims.holds(&entity.entity_ref) && !state.stale.contains(&entity.entity_ref));
        if contested {
            let reading = {
                let (visit, sources) = (visit.clone(), Arc::clone(&self.sources));
                let (stamp, away) = (self.stamp.clone(), self.away.clone());
                blocking(move || read_file(&visit, &sources[visit.source], &stamp, &away)).await?
            };
            if !reading.pending {
                return self.take_in(visit, reading).await;
            }
        }
        self.claims.start(&location_ref);
        for entity in &state.entities {
            let _free = self.claims.claim(&entity.entity_ref);
        }
        self.remember(&visit.place, state);
        Ok(state.targets.clone())
    }

    /// A file that cannot be read before something is fetched keeps what it brought, and leads where it led.
    fn wait_for(&mut self, visit: &Visit, reading: FileReading) -> Vec<FileTarget> {
        let states = Arc::clone(&self.states);
        let location_ref = visit.place.location_ref();
        let before = states.get(&location_ref);
        self.claims.start(&location_ref);
        for entity in before.iter().flat_map(|state| &state.entities) {
            // Taken by an earlier file: that one keeps it.
            let _owner = self.claims.claim(&entity.entity_ref);
        }
        let targets = before.map(|state| state.targets.clone()).unwrap_or_default();
        let dependencies = reading.dependencies.iter().map(|path| path.display().to_string()).collect();
        let waiting = RefreshState {
            fingerprint: reading.fingerprint,
            targets: targets.clone(),
            dependencies,
            ..RefreshState::default()
        };
        self.remember(&visit.place, &waiting);
        targets
    }

    /// Takes in what a file says.
    pub(super) async fn take_in(
        &mut self,
        visit: &Visit,
        reading: FileReading,
    ) -> Result<Vec<FileTarget>, Error> {
        let location_ref = visit.place.location_ref();
        if visit.optional && reading.missing {
            let missing = RefreshState { fingerprint: reading.fingerprint, ..RefreshState::default() };
            self.remember(&visit.place, &missing);
            return Ok(Vec::new());
        }
        self.claims.start(&location_ref);
        let mut problems = reading.problems;
        let mut entities = Vec::with_capacity(reading.entities.len());
        for entity in reading.entities {
            let entity_ref = entity.entity_ref.to_string();
            match self.claims.claim(&entity_ref) {
                Ok(()) => self.put(&entity)?,
                Err(owner) => {
                    let path = visit.place.path();
                    let position =
                        path.and_then(|path| reading::locate(path, &entity.entity_ref, "/metadata/name"));
                    problems.push(duplicate(&entity.entity_ref, owner, position));
                    continue;
                }
            }
            entities.push(FileEntity { entity_ref, hash: entity.hash });
        }
        let states = Arc::clone(&self.states);
        let mut stale = Vec::new();
        if let Some(before) = states.get(&location_ref) {
            let lost: Vec<&str> = before
                .entities
                .iter()
                .map(|entity| entity.entity_ref.as_str())
                .filter(|entity_ref| !self.claims.holds(entity_ref))
                .filter(|entity_ref| reading.broken || names(&problems, entity_ref))
                .collect();
            let kept = keep::marked(self.database, &lost, &problems).await?;
            for change in kept {
                let Some(content) = &change.content else { continue };
                let _free = self.claims.claim(&change.entity_ref);
                entities
                    .push(FileEntity { entity_ref: change.entity_ref.clone(), hash: content.hash.clone() });
                stale.push(change.entity_ref.clone());
                self.push(change);
            }
        }
        let state = RefreshState {
            origin: self.sources[visit.source].location.to_string(),
            parent: Some(visit.parent.clone()),
            fingerprint: reading.fingerprint,
            dependencies: reading.dependencies.iter().map(|path| path.display().to_string()).collect(),
            targets: reading.targets.clone(),
            refreshed_at: self.now,
            location_ref,
            entities,
            problems,
            stale,
        };
        self.remember(&visit.place, &state);
        self.note(state);
        Ok(reading.targets)
    }
}

/// Whether a file is as it was, and the log still holds what it gave.
fn is_unchanged(
    place: &Place,
    state: &RefreshState,
    stamp: &Stamp,
    marks: &Marks,
    log: &FxHashMap<String, String>,
) -> bool {
    let dependencies: Vec<PathBuf> = state.dependencies.iter().map(PathBuf::from).collect();
    stamp.of(place, &dependencies, marks) == state.fingerprint
        && state.entities.iter().all(|entity| log.get(&entity.entity_ref) == Some(&entity.hash))
        // What another file keeps may be free by now.
        && !state.problems.iter().any(|problem| problem.code == ProblemCode::Duplicate)
}

/// Reads a file as the source that led to it wants it.
pub(super) fn read_file(visit: &Visit, source: &Source, stamp: &Stamp, away: &Away) -> FileReading {
    let mut reading = match &visit.place {
        Place::File(path) => reading::read_file(path, &source.location, &source.rules, source.root()),
        Place::Url(address) => {
            reading::read_remote(address, &source.location, &source.rules, &away.fetched())
        }
    };
    reading.fingerprint = stamp.on(&reading.fingerprint);
    reading
}

fn names(problems: &[Problem], entity_ref: &str) -> bool {
    problems.iter().any(|problem| {
        problem.entity_ref.as_deref() == Some(entity_ref) && problem.code != ProblemCode::Duplicate
    })
}

/// Runs what waits for the disk apart from what must not.
pub(super) async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
