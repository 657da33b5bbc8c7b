//! A pass over a few files that changed while everything around them stayed as it was: what people do all day.
//!
//! It costs what these files cost, however large the catalog is. As soon as other files could have a say (an entity moves
//! from one to another, or is claimed twice), it does nothing and leaves the decision to a whole pass.

use std::sync::Arc;

use model::ProblemCode;
use platform::error::Error;
use rustc_hash::{FxHashMap, FxHashSet};

use super::known::COMPLETE;
use super::pass::{Outcome, Pass, Visit, blocking, read_file};
use super::place::Place;
use crate::config::OrphanStrategy;
use crate::reading::FileReading;
use crate::store::{self, RefreshState};

/// More files than this are as well read by a whole pass, which reads them with several threads.
pub(super) const MOST: usize = 64;

/// A file that changed: where it belongs, what was known of it, and what it says now.
struct Changed {
    visit: Visit,
    before: RefreshState,
    reading: FileReading,
}

impl Pass<'_> {
    /// Brings the log in line with these files, which the last pass knew. `None` when that takes a whole pass; nothing was
    /// written then.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn over_some_files(
        mut self,
        files: Vec<Place>,
        orphans: OrphanStrategy,
    ) -> Result<Option<Outcome>, Error> {
        let Some(changed) = self.read_again(files).await? else { return Ok(None) };
        let all = |file: &Changed| {
            let before = file.before.entities.iter().map(|entity| entity.entity_ref.clone());
            let now = file.reading.entities.iter().map(|entity| entity.entity_ref.to_string());
            before.chain(now).collect::<Vec<_>>()
        };
        let entity_refs: Vec<String> = changed.iter().flat_map(all).collect();
        let log = store::current_hashes_of(self.database, &entity_refs).await?;
        if has_moved(&changed, &log) || self.is_awaited(&changed).await? {
            return Ok(None);
        }
        let known = changed.iter().map(|file| file.before.clone()).chain([complete()]);
        let states: FxHashMap<_, _> = known.map(|state| (state.location_ref.clone(), state)).collect();
        self.states = states.into();
        self.log = log.into();
        for Changed { visit, reading, .. } in changed {
            self.visited.insert(visit.place.location_ref());
            self.take_in(&visit, reading).await?;
        }
        self.finish(orphans).await?;
        self.want_addresses(false).await?;
        self.outcome().await.map(Some)
    }

    /// Reads the files; `None` when one of them does not stand where it stood, or leads elsewhere now.
    async fn read_again(&self, files: Vec<Place>) -> Result<Option<Vec<Changed>>, Error> {
        let location_refs: Vec<String> = files.iter().map(Place::location_ref).collect();
        let states = store::refresh_states_of(self.database, &location_refs).await?;
        let mut states: FxHashMap<String, RefreshState> =
            states.into_iter().map(|state| (state.location_ref.clone(), state)).collect();
        let mut changed = Vec::with_capacity(files.len());
        for place in files {
            let Some(before) = states.remove(&place.location_ref()) else { return Ok(None) };
            let source = self.sources.iter().position(|source| source.location.to_string() == before.origin);
            let (Some(source), Some(parent)) = (source, before.parent.clone()) else { return Ok(None) };
            let visit = Visit { place, source, parent, optional: false };
            let (sources, stamp, away) = (Arc::clone(&self.sources), self.stamp.clone(), self.away.clone());
            let (visit, reading) = blocking(move || {
                let reading = read_file(&visit, &sources[visit.source], &stamp, &away);
                (visit, reading)
            })
            .await?;
            // Whether a missing file is a mistake depends on what leads to it.
            if reading.missing || reading.pending || reading.targets != before.targets {
                return Ok(None);
            }
            changed.push(Changed { visit, before, reading });
        }
        Ok(Some(changed))
    }

    /// Whether another file describes an entity that one of these gave up, or the other way round.
    async fn is_awaited(&self, changed: &[Changed]) -> Result<bool, Error> {
        let gives_up = |file: &Changed| {
            let now: FxHashSet<String> =
                file.reading.entities.iter().map(|entity| entity.entity_ref.to_string()).collect();
            file.before.entities.iter().any(|entity| !now.contains(&entity.entity_ref))
        };
        let is_duplicate = |problem: &model::Problem| problem.code == ProblemCode::Duplicate;
        if changed.iter().any(|file| file.before.problems.iter().any(is_duplicate)) {
            return Ok(true);
        }
        Ok(changed.iter().any(gives_up)
            && store::file_problems(self.database).await?.iter().any(is_duplicate))
    }
}

/// The mark of a pass that ended: there was one, or nothing would be known of these files.
fn complete() -> RefreshState {
    RefreshState { location_ref: COMPLETE.to_owned(), ..RefreshState::default() }
}

/// Whether a file describes an entity that was not its own and that somebody described already, or two of them the same.
fn has_moved(changed: &[Changed], log: &FxHashMap<String, String>) -> bool {
    let mut described = FxHashSet::default();
    changed.iter().any(|file| {
        let own: FxHashSet<&str> =
            file.before.entities.iter().map(|entity| entity.entity_ref.as_str()).collect();
        file.reading.entities.iter().any(|entity| {
            let entity_ref = entity.entity_ref.to_string();
            let is_new = !own.contains(entity_ref.as_str());
            (is_new && log.contains_key(&entity_ref)) || !described.insert(entity_ref)
        })
    })
}
