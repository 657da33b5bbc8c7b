//! What a pass writes: changes of entities and states of files, in transactions of a bounded size.

use std::path::PathBuf;
use std::sync::Arc;

use platform::error::Error;

use super::Pass;
use crate::config::OrphanStrategy;
use crate::reading::ReadEntity;
use crate::reconcile::keep;
use crate::reconcile::known::{COMPLETE, KnownFile};
use crate::reconcile::place::Place;
use crate::store::{self, Change, Content, RefreshState};

impl Pass<'_> {
    /// Adds an entity to the changes if the log holds something else.
    pub(super) fn put(&mut self, entity: &ReadEntity) -> Result<(), Error> {
        let entity_ref = entity.entity_ref.to_string();
        if self.log.get(&entity_ref) != Some(&entity.hash) {
            let document = serde_json::to_string(&entity.entity).map_err(Error::internal)?;
            self.push(Change { entity_ref, content: Some(Content { hash: entity.hash.clone(), document }) });
        }
        Ok(())
    }

    pub(super) fn push(&mut self, change: Change) {
        let hash = change.content.as_ref().map(|content| &content.hash);
        if self.log.get(&change.entity_ref) != hash {
            self.changes.push(change);
        }
    }

    /// Adds a state to what is written, if it says something new.
    pub(super) fn note(&mut self, state: RefreshState) {
        let same = |before: &RefreshState| {
            RefreshState { refreshed_at: state.refreshed_at, ..before.clone() } == state
        };
        if !self.states.get(&state.location_ref).is_some_and(same) {
            self.changed_states.push(state.clone());
        }
        self.visited.insert(state.location_ref);
    }

    pub(super) fn remember(&mut self, place: &Place, state: &RefreshState) {
        let file = KnownFile {
            fingerprint: state.fingerprint.clone(),
            dependencies: state.dependencies.iter().map(PathBuf::from).collect(),
            targets: state.targets.clone(),
        };
        self.known.files.insert(place.clone(), file);
    }

    pub(super) async fn commit(&mut self, mut removed: Vec<String>) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.changes);
        let states = std::mem::take(&mut self.changed_states);
        if changes.is_empty() && states.is_empty() && removed.is_empty() {
            return Ok(());
        }
        if !self.wrote {
            // From here to the end of the pass, the states say less than the files.
            removed.push(COMPLETE.to_owned());
        }
        match store::append(self.database, changes, states, removed).await? {
            Some(seq) => self.feed.publish(seq),
            // What is wrong with files is told beside the log.
            None => self.feed.publish_beside(),
        }
        self.wrote = true;
        Ok(())
    }

    /// What no file describes any more goes, or is marked; files that are gone are forgotten.
    pub(in crate::reconcile) async fn finish(&mut self, orphans: OrphanStrategy) -> Result<(), Error> {
        let log = Arc::clone(&self.log);
        let gone: Vec<&str> =
            log.keys().map(String::as_str).filter(|entity_ref| !self.claims.holds(entity_ref)).collect();
        let changes = match orphans {
            OrphanStrategy::Delete => gone
                .into_iter()
                .map(|entity_ref| Change { entity_ref: entity_ref.to_owned(), content: None })
                .collect(),
            OrphanStrategy::Keep => keep::orphaned(self.database, &gone).await?,
        };
        for change in changes {
            self.push(change);
        }
        self.visited.insert(COMPLETE.to_owned());
        let states = Arc::clone(&self.states);
        let removed: Vec<String> =
            states.keys().filter(|key| !self.visited.contains(*key)).cloned().collect();
        if self.wrote || !self.states.contains_key(COMPLETE) || self.has_more_to_write(&removed) {
            self.changed_states.push(RefreshState {
                location_ref: COMPLETE.to_owned(),
                refreshed_at: self.now,
                ..RefreshState::default()
            });
        }
        self.commit(removed).await
    }

    fn has_more_to_write(&self, removed: &[String]) -> bool {
        !(self.changes.is_empty() && self.changed_states.is_empty() && removed.is_empty())
    }
}
