//! Who is related to whom, in both directions. Entities that do not exist can be targets like any other.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use roaring::{MultiOps as _, RoaringBitmap};

use super::EntityId;
use super::interner::Interner;
use super::posting::Posting;

/// Bytes of written relations that are kept. What finds no room is written anew for each answer, which takes several times
/// as long: it is a few thousand entities' worth of looking up names all over memory for each page of entities.
const ROOM: usize = 48 * 1024 * 1024;

/// A relation type by number. Types come in pairs, so the reverse of a type differs in the lowest bit only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RelationType(u16);

impl RelationType {
    pub(super) fn reverse(self) -> Self {
        Self(self.0 ^ 1)
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// All relations. Only what an entity's own document says is stored with it; the other direction follows from the
/// documents of others.
#[derive(Default)]
pub(super) struct Relations {
    types: Vec<TypeEntry>,
    /// By entity id.
    nodes: Vec<Node>,
    /// Bytes of all that is written.
    written: AtomicUsize,
}

struct TypeEntry {
    name: &'static str,
    lower: String,
    /// The entities, existing or not, that have a relation of this type.
    holders: RoaringBitmap,
}

#[derive(Default)]
struct Node {
    /// What the entity's own document says, sorted.
    declared: Box<[(RelationType, EntityId)]>,
    /// Who says it about this entity, by the type that they say.
    incoming: Vec<(RelationType, Posting)>,
    /// All relations as they are sent, from the first time that they are asked for until they change.
    written: OnceLock<Box<[u8]>>,
}

impl Relations {
    /// The number of a relation type, which is taken in with its reverse if it is new.
    pub(super) fn intern(&mut self, forward: &'static str, reverse: &'static str) -> RelationType {
        if let Some(place) = self.types.iter().position(|entry| entry.name == forward) {
            return number(place);
        }
        for name in [forward, reverse] {
            self.types.push(TypeEntry { name, lower: name.to_lowercase(), holders: RoaringBitmap::new() });
        }
        number(self.types.len() - 2)
    }

    /// The type with this name in lower case.
    pub(super) fn find(&self, lower: &str) -> Option<RelationType> {
        self.types.iter().position(|entry| entry.lower == lower).map(number)
    }

    /// All types known so far.
    pub(super) fn types(&self) -> impl Iterator<Item = RelationType> {
        (0..self.types.len()).map(number)
    }

    /// The name of a type as it is written, such as `ownedBy`.
    pub(super) fn name(&self, relation: RelationType) -> &'static str {
        self.types.get(relation.place()).map_or("", |entry| entry.name)
    }

    /// Takes in what an entity's document says. The entity must have been [retracted](Self::retract) before.
    pub(super) fn declare(&mut self, source: EntityId, mut declared: Vec<(RelationType, EntityId)>) {
        declared.sort_unstable();
        declared.dedup();
        for (relation, target) in declared.iter().copied() {
            self.forget_written(target);
            let incoming = &mut self.node(target).incoming;
            match incoming.iter_mut().find(|(candidate, _)| *candidate == relation) {
                Some((_, sources)) => sources.insert(source),
                None => {
                    incoming.reserve_exact(1);
                    incoming.push((relation, Posting::One(source)));
                }
            }
            self.hold(relation, source, true);
            self.hold(relation.reverse(), target, true);
        }
        self.forget_written(source);
        self.node(source).declared = declared.into();
    }

    /// Takes back what an entity's document said; returns whom it spoke of.
    pub(super) fn retract(&mut self, source: EntityId) -> impl Iterator<Item = EntityId> + use<> {
        self.forget_written(source);
        let declared = std::mem::take(&mut self.node(source).declared);
        for (relation, target) in declared.iter().copied() {
            self.forget_written(target);
            let incoming = &mut self.node(target).incoming;
            if let Some(place) = incoming.iter().position(|(candidate, _)| *candidate == relation) {
                incoming[place].1.remove(source);
                if incoming[place].1.is_empty() {
                    incoming.swap_remove(place);
                }
            }
            for (relation, holder) in [(relation, source), (relation.reverse(), target)] {
                let held = self.has(holder, relation);
                self.hold(relation, holder, held);
            }
        }
        declared.into_iter().map(|(_, target)| target)
    }

    /// The entities, existing or not, that have a relation of this type.
    pub(super) fn holders(&self, relation: RelationType) -> Option<&RoaringBitmap> {
        self.types.get(relation.place()).map(|entry| &entry.holders)
    }

    /// The entities, existing or not, that have a relation of this type to the target: those that say so themselves,
    /// and those of which the target says it.
    pub(super) fn sources(
        &self,
        relation: RelationType,
        target: EntityId,
    ) -> (Option<&Posting>, impl Iterator<Item = EntityId>) {
        let node = self.nodes.get(target as usize);
        let incoming = node.and_then(|node| node.incoming.iter().find(|(said, _)| *said == relation));
        let declared = node.map_or(&[][..], |node| &node.declared);
        let reverse = relation.reverse();
        let told = declared.iter().filter(move |(said, _)| *said == reverse).map(|(_, source)| *source);
        (incoming.map(|(_, sources)| sources), told)
    }

    /// The targets of an entity's relations of this type, each once, in no order.
    pub(super) fn targets(&self, source: EntityId, relation: RelationType) -> impl Iterator<Item = EntityId> {
        // An entity has `relation` to exactly those that have the reverse to it.
        let (incoming, told) = self.sources(relation.reverse(), source);
        let told_only =
            told.filter(move |target| incoming.is_none_or(|incoming| !incoming.contains(*target)));
        incoming.into_iter().flat_map(Posting::iter).chain(told_only)
    }

    /// All relations of an entity, each once, by type and canonical reference of the target.
    pub(super) fn of(&self, id: EntityId, refs: &Interner) -> Vec<(RelationType, EntityId)> {
        let Some(node) = self.nodes.get(id as usize) else { return Vec::new() };
        let mut all = node.declared.to_vec();
        for (said, sources) in &node.incoming {
            all.extend(sources.iter().map(|source| (said.reverse(), source)));
        }
        all.sort_unstable_by_key(|(relation, target)| (self.name(*relation), refs.lower(*target)));
        // Said by both sides.
        all.dedup();
        all
    }

    /// Appends what `write` writes for an entity's relations, or what it wrote before.
    pub(super) fn write(&self, id: EntityId, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(node) = self.nodes.get(id as usize) else { return };
        if let Some(written) = node.written.get() {
            out.extend_from_slice(written);
            return;
        }
        let start = out.len();
        write(out);
        let length = out.len() - start;
        // Readers that come at the same moment may each find room; that is as good as one more byte.
        if self.written.load(Ordering::Relaxed) + length <= ROOM
            && node.written.set(out[start..].into()).is_ok()
        {
            self.written.fetch_add(length, Ordering::Relaxed);
        }
    }

    /// What documents say about an entity, as (source, type that the source says).
    pub(super) fn said_of(&self, id: EntityId) -> impl Iterator<Item = (EntityId, RelationType)> {
        let incoming = self.nodes.get(id as usize).into_iter().flat_map(|node| &node.incoming);
        incoming.flat_map(|(said, sources)| sources.iter().map(|source| (source, *said)))
    }

    /// The entities, existing or not, that have relations.
    pub(super) fn related(&self) -> RoaringBitmap {
        self.types.iter().map(|entry| &entry.holders).union()
    }

    /// Gives back memory that was taken for more than came.
    pub(super) fn shrink_to_fit(&mut self) {
        self.nodes.shrink_to_fit();
        let incoming = self.nodes.iter_mut().flat_map(|node| &mut node.incoming);
        incoming.for_each(|(_, sources)| sources.shrink_to_fit());
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        let node = |node: &Node| {
            size_of_val(&*node.declared)
                + node.incoming.capacity() * size_of::<(RelationType, Posting)>()
                + node.incoming.iter().map(|(_, sources)| sources.heap_bytes()).sum::<usize>()
        };
        self.written.load(Ordering::Relaxed)
            + self.nodes.capacity() * size_of::<Node>()
            + self.nodes.iter().map(node).sum::<usize>()
            + self.types.iter().map(|entry| entry.holders.serialized_size()).sum::<usize>()
    }

    fn has(&self, id: EntityId, relation: RelationType) -> bool {
        self.targets(id, relation).next().is_some()
    }

    fn hold(&mut self, relation: RelationType, id: EntityId, held: bool) {
        if let Some(entry) = self.types.get_mut(relation.place()) {
            if held {
                entry.holders.insert(id)
            } else {
                entry.holders.remove(id)
            };
        }
    }

    fn forget_written(&mut self, id: EntityId) {
        if let Some(written) = self.node(id).written.take() {
            *self.written.get_mut() -= written.len();
        }
    }

    fn node(&mut self, id: EntityId) -> &mut Node {
        let place = id as usize;
        if self.nodes.len() <= place {
            self.nodes.resize_with(place + 1, Node::default);
        }
        &mut self.nodes[place]
    }
}

/// The types are those of a fixed table, far fewer than 65 536.
fn number(place: usize) -> RelationType {
    RelationType(u16::try_from(place).unwrap_or(u16::MAX))
}
