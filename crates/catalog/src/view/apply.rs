//! Taking versions in. The only place where a view changes.

use std::sync::mpsc;

use rustc_hash::FxHashMap;

use super::orders::Changes;
use super::prepare::{Content, Leaves, Prepared, prepare};
use super::{EntityId, View};
use crate::store::Version;

/// Versions that are taken apart at a time, while those before are taken in.
const CHUNK: usize = 512;

impl View {
    /// Takes in versions, given by ascending `seq`. Of several of one entity the last counts.
    pub fn apply(&mut self, versions: &[Version]) {
        let newest = newest_of_each(versions);
        let mut changes = Changes::of(&self.orders);
        if newest.len() <= CHUNK {
            self.take_in_all(prepare(&newest), &mut changes);
        } else {
            std::thread::scope(|scope| {
                let (sender, receiver) = mpsc::sync_channel(1);
                // Ends early only if the receiver is gone, because this thread panics.
                scope.spawn(move || newest.chunks(CHUNK).try_for_each(|chunk| sender.send(prepare(chunk))));
                receiver.into_iter().for_each(|prepared| self.take_in_all(prepared, &mut changes));
            });
        }
        let mut orders = std::mem::take(&mut self.orders);
        orders.follow(self, changes);
        self.orders = orders;
        self.seq = versions.iter().map(|version| version.seq).fold(self.seq, i64::max);
        self.changed = versions.iter().map(|version| version.valid_from).fold(self.changed, i64::max);
    }

    fn take_in_all(&mut self, all: Vec<Prepared<'_>>, changes: &mut Changes) {
        for prepared in all {
            self.take_in(prepared, changes);
        }
    }

    fn take_in(&mut self, prepared: Prepared<'_>, changes: &mut Changes) {
        match prepared.content {
            Some(content) => {
                let id = self.refs.intern(prepared.entity_ref, prepared.entity_ref);
                self.remove(id, changes);
                self.insert(id, content, changes);
            }
            None => {
                if let Some(id) = self.refs.find(prepared.entity_ref) {
                    self.remove(id, changes);
                }
            }
        }
    }

    fn remove(&mut self, id: EntityId, changes: &mut Changes) {
        let Some(document) = self.documents.get_mut(id as usize).and_then(Option::take) else { return };
        // The index does not know what an entity holds, so that this is not kept twice; its document does.
        for (key, value) in Leaves::of_document(&document).iter() {
            self.index.remove(id, key, value.map(|(lower, _)| lower));
        }
        self.live.remove(id);
        changes.entities.insert(id);
        changes.related.insert(id);
        changes.related.extend(self.relations.retract(id));
    }

    fn insert(&mut self, id: EntityId, content: Content, changes: &mut Changes) {
        for (key, value) in content.leaves.iter() {
            if let Some(number) = self.index.insert(id, key, value) {
                changes.insert(id, key, number);
            }
        }
        let mut declared = Vec::with_capacity(content.edges.len());
        for edge in &content.edges {
            let target = self.refs.intern(&edge.target, &edge.target);
            declared.push((self.relations.intern(edge.forward, edge.reverse), target));
            changes.related.insert(target);
        }
        self.relations.declare(id, declared);
        self.live.insert(id);
        changes.entities.insert(id);
        changes.related.insert(id);
        let place = id as usize;
        if self.documents.len() <= place {
            self.documents.resize_with(place + 1, || None);
        }
        self.documents[place] = Some(content.document);
    }
}

/// The last version of each entity, in the order given.
fn newest_of_each(versions: &[Version]) -> Vec<&Version> {
    let last: FxHashMap<&str, i64> =
        versions.iter().map(|version| (version.entity_ref.as_str(), version.seq)).collect();
    versions.iter().filter(|version| last.get(version.entity_ref.as_str()) == Some(&version.seq)).collect()
}
