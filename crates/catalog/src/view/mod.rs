//! The read view: the whole catalog in memory, built from the log, answering every read.
//!
//! A view takes in versions and answers questions. It does no I/O, waits for nothing and knows neither callers nor
//! HTTP. A view of a past moment is a view that was given the versions of that moment.
//!
//! Every reference that is mentioned anywhere has an id, whether the entity exists or not; `all` says which exist. So
//! a relation to an entity that comes later needs no special case. Sets of entities are bitmaps of ids.

mod apply;
mod field;
mod filter;
mod index;
mod interner;
mod neighbourhood;
mod order;
mod orders;
mod page;
mod posting;
mod prepare;
mod relations;
mod search;
mod sequence;
mod write;

#[cfg(test)]
mod tests;

use model::EntityRef;
use roaring::RoaringBitmap;

use self::index::Index;
use self::interner::Interner;
use self::orders::Orders;
use self::relations::Relations;

pub use self::neighbourhood::{Joined, Neighbourhood, Reach};
pub use self::page::{Order, Page, Position, Start};

/// An entity within one view: stands for the same reference as long as the view lives.
pub type EntityId = u32;

/// The catalog in memory.
#[derive(Default)]
pub struct View {
    seq: i64,
    /// When the newest version was made, in Unix milliseconds.
    changed: i64,
    live: RoaringBitmap,
    /// Canonical references; the number of a reference is the id of its entity.
    refs: Interner,
    /// JSON objects without `relations`, by id; nothing for entities that do not exist.
    documents: Vec<Option<Box<[u8]>>>,
    index: Index,
    relations: Relations,
    orders: Orders,
}

impl View {
    /// The newest `seq` taken in; 0 when there was none.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// When the newest version that was taken in was made, in Unix milliseconds; 0 when there was none.
    #[must_use]
    pub fn changed(&self) -> i64 {
        self.changed
    }

    /// How many entities there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a catalog is counted, nobody asks whether it is empty")]
    pub fn len(&self) -> u32 {
        u32::try_from(self.live.len()).unwrap_or(u32::MAX)
    }

    /// The ids of all entities that exist.
    #[must_use]
    pub fn all(&self) -> &RoaringBitmap {
        &self.live
    }

    /// The entity with this reference, if it exists.
    #[must_use]
    pub fn id(&self, entity_ref: &EntityRef) -> Option<EntityId> {
        self.id_of(&entity_ref.to_string())
    }

    /// The entity with this canonical reference (`kind:namespace/name` in lower case), if it exists.
    #[must_use]
    pub fn id_of(&self, canonical_ref: &str) -> Option<EntityId> {
        self.refs.find(canonical_ref).filter(|id| self.live.contains(*id))
    }

    /// The id that stands for this canonical reference, whether the entity exists, did once, or is only mentioned.
    #[must_use]
    pub fn known(&self, canonical_ref: &str) -> Option<EntityId> {
        self.refs.find(canonical_ref)
    }

    /// The entity whose `metadata.uid` this is.
    #[must_use]
    pub fn id_by_uid(&self, uid: &str) -> Option<EntityId> {
        self.field("metadata.uid")?.holding(&uid.to_lowercase())?.iter().next()
    }

    /// The canonical reference of an entity; empty for an id that is not from this view.
    #[must_use]
    pub fn entity_ref(&self, id: EntityId) -> &str {
        self.refs.lower(id)
    }

    /// The entity as a JSON object without `relations`, as its sources say; empty if it does not exist.
    #[must_use]
    pub fn document(&self, id: EntityId) -> &[u8] {
        self.documents.get(id as usize).and_then(Option::as_deref).unwrap_or_default()
    }

    /// The relations of an entity as (type, canonical reference of the target, whether the target exists), sorted by
    /// type and target.
    #[must_use]
    pub fn relations(&self, id: EntityId) -> Vec<(&'static str, &str, bool)> {
        let relations = self.relations.of(id, &self.refs).into_iter();
        relations
            .map(|(relation, target)| {
                (self.relations.name(relation), self.refs.lower(target), self.live.contains(target))
            })
            .collect()
    }

    /// The first, by reference, that an entity is related to by a type (in lower case), whether it exists or not.
    #[must_use]
    pub fn first_related(&self, id: EntityId, relation: &str) -> Option<&str> {
        let targets = self.relations.targets(id, self.relations.find(relation)?);
        targets.map(|target| self.refs.lower(target)).min()
    }

    /// Those that an entity is related to by a type (in lower case), whether they exist or not, by canonical reference.
    #[must_use]
    pub fn targets(&self, id: EntityId, relation: &str) -> Vec<&str> {
        let Some(relation) = self.relations.find(relation) else { return Vec::new() };
        let mut targets: Vec<&str> =
            self.relations.targets(id, relation).map(|target| self.refs.lower(target)).collect();
        targets.sort_unstable();
        targets
    }

    /// The relations that documents declare to entities that do not exist, as (source, type, canonical reference of
    /// the target), by target.
    pub fn dangling(&self) -> impl Iterator<Item = (EntityId, &'static str, &str)> {
        let missing = self.relations.related() - &self.live;
        missing.into_iter().flat_map(move |target| {
            let said = self.relations.said_of(target);
            said.map(move |(source, relation)| {
                (source, self.relations.name(relation), self.refs.lower(target))
            })
        })
    }

    /// Gives back memory that was taken for more than came; worth it after many versions at once.
    pub fn shrink_to_fit(&mut self) {
        self.documents.shrink_to_fit();
        self.refs.shrink_to_fit();
        self.index.shrink_to_fit();
        self.relations.shrink_to_fit();
    }

    /// Bytes held on the heap, about; looks at everything, so ask seldom.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let documents = self.documents.iter().flatten().map(|document| document.len()).sum::<usize>();
        documents
            + self.documents.capacity() * size_of::<Option<Box<[u8]>>>()
            + self.live.serialized_size()
            + self.refs.heap_bytes()
            + self.index.heap_bytes()
            + self.relations.heap_bytes()
            + self.orders.heap_bytes()
    }
}
