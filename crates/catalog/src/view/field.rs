//! One search key, whether its values come from documents or from relations.

use std::cmp::Ordering;

use roaring::RoaringBitmap;

use super::index::Key;
use super::interner::Interner;
use super::order::{Entry, OrderIndex};
use super::posting::Posting;
use super::relations::{RelationType, Relations};
use super::{EntityId, View};

/// What comes before the type in the search key of a relation.
const RELATIONS: &str = "relations.";

/// A search key of a view. Values have numbers, which hold until the view changes.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    /// Values are leaves of documents, by their number within the key.
    Leaf(&'a Key),
    /// Values are references of the targets, by entity id.
    Relation(&'a View, RelationType),
}

/// The entities that have some value.
pub(super) enum Holders<'a> {
    Posting(&'a Posting),
    Bitmap(RoaringBitmap),
}

impl View {
    /// The field of a key in lower case, if any entity has it.
    pub(super) fn field(&self, key: &str) -> Option<Field<'_>> {
        if let Some(found) = self.index.key(key) {
            return Some(Field::Leaf(found));
        }
        let relation = self.relations.find(key.strip_prefix(RELATIONS)?)?;
        Some(Field::Relation(self, relation))
    }
}

impl<'a> Field<'a> {
    /// The entities that have the field, whatever its value.
    pub(super) fn present(self) -> Holders<'a> {
        match self {
            Self::Leaf(key) => Holders::Posting(key.present()),
            Self::Relation(view, relation) => {
                let holders = view.relations.holders(relation);
                Holders::Bitmap(holders.map_or_else(RoaringBitmap::new, |holders| holders & &view.live))
            }
        }
    }

    /// The entities that have this value, given in lower case.
    pub(super) fn holding(self, lower: &str) -> Option<Holders<'a>> {
        match self {
            Self::Leaf(key) => key.holding(lower).map(Holders::Posting),
            Self::Relation(view, _) => Some(self.holders(view.refs.find(lower)?)),
        }
    }

    /// The entities that have the value of this number.
    pub(super) fn holders(self, number: u32) -> Holders<'a> {
        match self {
            Self::Leaf(key) => Holders::Posting(key.posting(number)),
            Self::Relation(view, relation) => {
                let (incoming, told) = view.relations.sources(relation, number);
                // Who says it exists; whom it is said of may not.
                let mut told = told.filter(|id| view.live.contains(*id)).peekable();
                match incoming {
                    Some(sources) if told.peek().is_none() => Holders::Posting(sources),
                    sources => {
                        let mut all: RoaringBitmap = told.collect();
                        all.extend(sources.into_iter().flat_map(Posting::iter));
                        Holders::Bitmap(all)
                    }
                }
            }
        }
    }

    /// How many distinct values there are, those that only missing entities have included.
    pub(super) fn len(self) -> u64 {
        match self {
            Self::Leaf(key) => key.len() as u64,
            Self::Relation(view, relation) => {
                view.relations.holders(relation.reverse()).map_or(0, RoaringBitmap::len)
            }
        }
    }

    /// The numbers of all values.
    pub(super) fn numbers(self) -> impl Iterator<Item = u32> + use<'a> {
        let (key, targets) = match self {
            Self::Leaf(key) => (Some(key), None),
            // The targets of a relation are those that have its reverse.
            Self::Relation(view, relation) => (None, view.relations.holders(relation.reverse())),
        };
        key.into_iter().flat_map(Key::numbers).chain(targets.into_iter().flatten())
    }

    /// The value of this number in lower case.
    pub(super) fn lower(self, number: u32) -> &'a str {
        match self {
            Self::Leaf(key) => key.lower(number),
            Self::Relation(view, _) => view.refs.lower(number),
        }
    }

    /// The value of this number as it was first written.
    pub(super) fn original(self, number: u32) -> &'a str {
        match self {
            Self::Leaf(key) => key.original(number),
            Self::Relation(view, _) => view.refs.lower(number),
        }
    }

    /// Compares by value, then by reference of the entity.
    pub(super) fn compare(self, refs: &Interner, left: &Entry, right: &Entry) -> Ordering {
        let by_value = match left.value == right.value {
            true => Ordering::Equal,
            false => self.lower(left.value).cmp(self.lower(right.value)),
        };
        by_value.then_with(|| refs.lower(left.id).cmp(refs.lower(right.id)))
    }

    /// Sorts all entities that have a value.
    pub(super) fn sort(self, by_ref: &OrderIndex) -> OrderIndex {
        let mut values: Vec<(&str, u32)> =
            self.numbers().map(|number| (self.lower(number), number)).collect();
        values.sort_unstable();
        let mut entries = Vec::new();
        for (_, value) in values {
            let start = entries.len();
            entries.extend(self.holders(value).iter().map(|id| Entry { value, id }));
            entries[start..].sort_unstable_by_key(|entry| by_ref.rank_of(entry.id));
        }
        OrderIndex::from_sorted(entries)
    }
}

impl Relations {
    /// The targets of an entity's relations of one type, as entries of an order.
    pub(super) fn entries(&self, id: EntityId, relation: RelationType) -> impl Iterator<Item = Entry> {
        self.targets(id, relation).map(move |value| Entry { value, id })
    }
}

impl Holders<'_> {
    pub(super) fn iter(&self) -> impl Iterator<Item = EntityId> {
        let (posting, bitmap) = match self {
            Self::Posting(posting) => (Some(*posting), None),
            Self::Bitmap(bitmap) => (None, Some(bitmap)),
        };
        posting.into_iter().flat_map(Posting::iter).chain(bitmap.into_iter().flatten())
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Posting(posting) => posting.len(),
            Self::Bitmap(bitmap) => bitmap.len(),
        }
    }

    /// How many of the entities are in `within`; `contains` answers the same for one of them.
    pub(super) fn intersection_len(
        &self,
        within: &RoaringBitmap,
        contains: impl Fn(EntityId) -> bool,
    ) -> u64 {
        match self {
            Self::Posting(posting) => posting.intersection_len(within, contains),
            Self::Bitmap(bitmap) => bitmap.intersection_len(within),
        }
    }
}
