//! Who is near whom: relations followed from some entities outwards, nearest first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{EntityId, View};

/// Which relations are followed, and how far.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// So many relations away at most; nothing means any number.
    pub max_depth: Option<u32>,
    /// Kinds, in lower case, that are let in; empty means all.
    pub kinds: &'a [String],
    /// Relation types, seen from where they are followed from; empty means all.
    pub relations: &'a [String],
    /// Entities whose neighbours are found however far away they are.
    pub expanded: &'a [EntityId],
    /// Entities whose relations are not followed.
    pub collapsed: &'a [EntityId],
    /// So many entities at most.
    pub limit: usize,
}

/// What joins some entities, and what joins them with others.
#[derive(Debug, Default)]
pub struct Joined {
    /// Place of the source, type, place of the target.
    pub relations: Vec<(usize, &'static str, usize)>,
    /// Of each entity: how many others are next to it that are not among these.
    pub hidden: Vec<u32>,
}

/// The entities near some others.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    /// Each once, with its distance, by distance and then by reference. Entities that do not exist are here like others.
    pub found: Vec<(EntityId, u32)>,
    /// Entities next to those found for which there was no room.
    pub left_off: usize,
}

impl Reach<'_> {
    fn follows(&self, relation: &str) -> bool {
        self.relations.is_empty() || self.relations.iter().any(|followed| followed == relation)
    }

    fn leads_on_from(&self, id: EntityId, depth: u32) -> bool {
        !self.collapsed.contains(&id)
            && (self.max_depth.is_none_or(|most| depth < most) || self.expanded.contains(&id))
    }

    fn lets_in(&self, entity_ref: &str) -> bool {
        let kind = entity_ref.split_once(':').map_or("", |(kind, _)| kind);
        self.kinds.is_empty() || self.kinds.iter().any(|other| other == kind)
    }
}

impl View {
    /// The id of whatever is mentioned anywhere by this canonical reference, whether the entity exists or not.
    #[must_use]
    pub fn mentioned(&self, canonical_ref: &str) -> Option<EntityId> {
        self.refs.find(canonical_ref)
    }

    /// The entities that relations lead to from the roots, which are let in whatever their kind.
    #[must_use]
    pub fn neighbourhood(&self, roots: &[EntityId], reach: &Reach<'_>) -> Neighbourhood {
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        let mut level: Vec<EntityId> = roots.iter().copied().filter(|root| seen.insert(*root)).collect();
        let mut left_off = 0;
        for depth in 0.. {
            level.sort_unstable_by_key(|id| self.entity_ref(*id));
            let room = reach.limit.saturating_sub(found.len());
            left_off += level.len().saturating_sub(room);
            level.truncate(room);
            found.extend(level.iter().map(|id| (*id, depth)));
            // Where something found no room, what is behind it would be shown without it.
            level.retain(|id| reach.leads_on_from(*id, depth));
            if level.is_empty() || left_off > 0 {
                break;
            }
            let mut next = Vec::new();
            for (relation, target) in level.iter().flat_map(|id| self.relations.of(*id, &self.refs)) {
                if reach.follows(self.relations.name(relation))
                    && reach.lets_in(self.entity_ref(target))
                    && seen.insert(target)
                {
                    next.push(target);
                }
            }
            level = next;
        }
        Neighbourhood { found, left_off }
    }

    /// The relations among these entities that may be followed, and how many lead elsewhere.
    #[must_use]
    pub fn relations_among(&self, found: &[(EntityId, u32)], reach: &Reach<'_>) -> Joined {
        let places: FxHashMap<EntityId, usize> =
            found.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
        let mut joined = Joined { relations: Vec::new(), hidden: Vec::with_capacity(found.len()) };
        let mut elsewhere = Vec::new();
        for (place, (id, _)) in found.iter().enumerate() {
            elsewhere.clear();
            for (relation, target) in self.relations.of(*id, &self.refs) {
                let name = self.relations.name(relation);
                if !reach.follows(name) {
                    continue;
                }
                match places.get(&target) {
                    Some(target) => joined.relations.push((place, name, *target)),
                    None if reach.lets_in(self.entity_ref(target)) => elsewhere.push(target),
                    None => {}
                }
            }
            elsewhere.sort_unstable();
            elsewhere.dedup();
            joined.hidden.push(u32::try_from(elsewhere.len()).unwrap_or(u32::MAX));
        }
        joined
    }
}
