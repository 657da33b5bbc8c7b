//! Facets and full text: questions about the values of a field.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::field::Field;
use super::prepare::Leaves;
use super::{EntityId, View};

/// Reading a document again costs about as much as looking at this many values of the index.
const VALUES_PER_DOCUMENT: u64 = 1_000;
/// Reading the relations of an entity costs about as much as looking for this many entities in a set.
const LOOKUPS_PER_ENTITY: u64 = 16;
/// A set is copied into a table if it holds fewer entities than this for each value that is looked for in it.
const ENTITIES_PER_VALUE: u64 = 64;

impl View {
    /// The entities of `within` with a value that contains the term, in any case, in one of the fields (keys in lower
    /// case).
    #[must_use]
    pub fn full_text(&self, term: &str, keys: &[String], within: &RoaringBitmap) -> RoaringBitmap {
        let term = term.to_lowercase();
        let finder = Finder::new(&term);
        let mut found: Vec<EntityId> = Vec::new();
        for field in keys.iter().filter_map(|key| self.field(key)) {
            for number in
                field.numbers().filter(|number| finder.find(field.lower(*number).as_bytes()).is_some())
            {
                found.extend(field.holders(number).iter());
            }
        }
        found.sort_unstable();
        found.dedup();
        // Sorted and without duplicates, so it cannot fail.
        RoaringBitmap::from_sorted_iter(found).unwrap_or_default() & within
    }

    /// The values of a field (key in lower case) in the entities of `within`, each as it was first written and with
    /// the number of entities that have it; sorted by value, in any case. Null and very long values do not count.
    #[must_use]
    pub fn facets(&self, within: &RoaringBitmap, key: &str) -> Vec<(String, u32)> {
        let Some(field) = self.field(key) else { return Vec::new() };
        let mut counts = if within.len() < self.live.len() {
            self.counts(field, key, within)
        } else {
            field.numbers().map(|number| (number, field.holders(number).len())).collect()
        };
        counts.retain(|(_, count)| *count > 0);
        counts.sort_unstable_by(|(left, _), (right, _)| field.lower(*left).cmp(field.lower(*right)));
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        counts.into_iter().map(|(number, n)| (field.original(number).to_owned(), count(n))).collect()
    }

    /// Counts by number of the value, from the values or from the entities, whichever are fewer.
    fn counts(&self, field: Field<'_>, key: &str, within: &RoaringBitmap) -> Vec<(u32, u64)> {
        match field {
            Field::Leaf(values) if within.len() * VALUES_PER_DOCUMENT < field.len() => {
                let mut counts = FxHashMap::default();
                for id in within {
                    let leaves = Leaves::of_document(self.document(id));
                    let own = leaves.iter().filter(|(candidate, _)| *candidate == key);
                    let mut own: Vec<u32> = own.filter_map(|(_, value)| values.number(value?.0)).collect();
                    own.sort_unstable();
                    own.dedup();
                    for number in own {
                        *counts.entry(number).or_default() += 1;
                    }
                }
                counts.into_iter().collect()
            }
            Field::Relation(_, relation) if within.len() * LOOKUPS_PER_ENTITY < self.live.len() => {
                let mut counts = FxHashMap::default();
                for target in within.iter().flat_map(|id| self.relations.targets(id, relation)) {
                    *counts.entry(target).or_default() += 1;
                }
                counts.into_iter().collect()
            }
            field => {
                let table = (field.len() * ENTITIES_PER_VALUE > within.len()).then(|| Table::of(within));
                let contains =
                    |id| table.as_ref().map_or_else(|| within.contains(id), |table| table.contains(id));
                let count = |number| field.holders(number).intersection_len(within, contains);
                field.numbers().map(|number| (number, count(number))).collect()
            }
        }
    }
}

/// A set in its plainest form, for very many questions whether it has an id.
struct Table(Vec<u64>);

impl Table {
    fn of(set: &RoaringBitmap) -> Self {
        let mut words = vec![0; set.max().map_or(0, |id| id as usize / 64 + 1)];
        for id in set {
            words[id as usize / 64] |= 1 << (id % 64);
        }
        Self(words)
    }

    fn contains(&self, id: EntityId) -> bool {
        self.0.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }
}
