//! Which entities share a value. Most values belong to one entity, so one costs no allocation.

use roaring::RoaringBitmap;

use super::EntityId;

/// Up to this many ids are kept as a sorted list, which is smaller than a bitmap.
const FEW: usize = 32;

/// A set of entity ids whose form follows its size.
#[derive(Clone, Debug)]
pub(super) enum Posting {
    One(EntityId),
    /// Sorted, without duplicates.
    Few(Vec<EntityId>),
    Many(Box<RoaringBitmap>),
}

impl Default for Posting {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Posting {
    pub(super) fn insert(&mut self, id: EntityId) {
        match self {
            Self::One(one) if *one == id => {}
            Self::One(one) => *self = Self::Few(vec![id.min(*one), id.max(*one)]),
            Self::Few(few) if few.is_empty() => *self = Self::One(id),
            Self::Few(few) => {
                let Err(place) = few.binary_search(&id) else { return };
                few.insert(place, id);
                if few.len() > FEW {
                    *self = Self::Many(Box::new(few.iter().copied().collect()));
                }
            }
            Self::Many(many) => {
                many.insert(id);
            }
        }
    }

    pub(super) fn remove(&mut self, id: EntityId) {
        match self {
            Self::One(one) => {
                if *one == id {
                    *self = Self::default();
                }
            }
            Self::Few(few) => {
                if let Ok(place) = few.binary_search(&id) {
                    few.remove(place);
                }
                if let [one] = few.as_slice() {
                    *self = Self::One(*one);
                }
            }
            Self::Many(many) => {
                many.remove(id);
                // Half the limit, so that a set at the limit does not change its form back and forth.
                if many.len() <= FEW as u64 / 2 {
                    *self = Self::Few(many.iter().collect());
                }
            }
        }
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Few(few) => few.len() as u64,
            Self::Many(many) => many.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Few(few) if few.is_empty())
    }

    pub(super) fn contains(&self, id: EntityId) -> bool {
        match self {
            Self::One(one) => *one == id,
            Self::Few(few) => few.binary_search(&id).is_ok(),
            Self::Many(many) => many.contains(id),
        }
    }

    /// The ids, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = EntityId> {
        let (list, bitmap) = match self {
            Self::One(one) => (std::slice::from_ref(one), None),
            Self::Few(few) => (few.as_slice(), None),
            Self::Many(many) => (&[][..], Some(many.as_ref())),
        };
        list.iter().copied().chain(bitmap.into_iter().flatten())
    }

    /// How many of the ids are in `within`; `contains` answers the same for one id.
    pub(super) fn intersection_len(
        &self,
        within: &RoaringBitmap,
        contains: impl Fn(EntityId) -> bool,
    ) -> u64 {
        match self {
            // Looking up each is cheaper than walking through both, unless they are of similar size.
            Self::Many(many) if many.len() * 8 > within.len() => many.intersection_len(within),
            _ => self.iter().filter(|id| contains(*id)).count() as u64,
        }
    }

    /// Gives back memory that was taken for more ids than came.
    pub(super) fn shrink_to_fit(&mut self) {
        if let Self::Few(few) = self {
            few.shrink_to_fit();
        }
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Few(few) => few.capacity() * size_of::<EntityId>(),
            Self::Many(many) => many.serialized_size() + size_of::<RoaringBitmap>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_as_a_set_in_every_form(steps in prop::collection::vec((any::<bool>(), 0_u32..80), 0..400)) {
            let mut posting = Posting::default();
            let mut expected = BTreeSet::new();
            for (insert, id) in steps {
                if insert {
                    posting.insert(id);
                    expected.insert(id);
                } else {
                    posting.remove(id);
                    expected.remove(&id);
                }
                prop_assert!(posting.iter().eq(expected.iter().copied()));
                prop_assert_eq!(posting.len(), expected.len() as u64);
                prop_assert_eq!(posting.is_empty(), expected.is_empty());
            }
            prop_assert!((0..80).all(|id| posting.contains(id) == expected.contains(&id)));
            let within = (0..80).step_by(3).collect();
            prop_assert_eq!(posting.intersection_len(&within, |id| within.contains(id)), expected.iter().filter(|id| *id % 3 == 0).count() as u64);
        }
    }
}
