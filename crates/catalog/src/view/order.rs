//! Entities in the order of one field: sorted once on first use, then kept up to date.

use std::cmp::Ordering;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::EntityId;

/// The rank of an entity that is not in the order.
const NO_RANK: u32 = u32::MAX;

/// One entity in an order. Those with equal values are sorted by reference, so that no two are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The number of the value that sorts; what it numbers depends on the field.
    pub(super) value: u32,
    pub(super) id: EntityId,
}

/// The entities that have one field, ascending by it.
#[derive(Clone, Debug, Default)]
pub(super) struct OrderIndex {
    entries: Vec<Entry>,
    /// Place in `entries` by entity id.
    ranks: Vec<u32>,
    members: RoaringBitmap,
}

impl OrderIndex {
    /// Takes entries that are sorted; of several of one entity the first counts.
    pub(super) fn from_sorted(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut order = Self::default();
        order.entries.extend(entries.into_iter().filter(|entry| order.members.insert(entry.id)));
        order.entries.shrink_to_fit();
        order.rank(0..order.entries.len());
        order
    }

    /// All entries, ascending.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entities in the order.
    pub(super) fn members(&self) -> &RoaringBitmap {
        &self.members
    }

    /// The place of an entity among the entries.
    pub(super) fn rank_of(&self, id: EntityId) -> Option<u32> {
        self.ranks.get(id as usize).copied().filter(|rank| *rank != NO_RANK)
    }

    /// Takes entities out and puts entries in, without sorting the rest again. Of several added entries of one entity
    /// the smallest counts. Values of entities in `gone` are not compared: they may be gone as well.
    pub(super) fn update(
        &mut self,
        gone: &RoaringBitmap,
        mut added: Vec<Entry>,
        compare: impl Fn(&Entry, &Entry) -> Ordering,
    ) {
        let mut removed: Vec<usize> =
            gone.iter().filter_map(|id| self.rank_of(id)).map(|rank| rank as usize).collect();
        removed.sort_unstable();
        for rank in &removed {
            self.members.remove(self.entries[*rank].id);
            self.ranks[self.entries[*rank].id as usize] = NO_RANK;
        }
        added.sort_unstable_by(&compare);
        added.retain(|entry| self.members.insert(entry.id));

        let rest = without(&self.entries, &removed);
        let places: Vec<usize> = added
            .iter()
            .map(|entry| rest.partition_point(|other| compare(other, entry) == Ordering::Less))
            .collect();
        // What lies before the first change keeps its rank, and what lies behind the last if as many came as went.
        let first = removed.first().into_iter().chain(places.first()).min().copied().unwrap_or(rest.len());
        let last =
            removed.last().into_iter().chain(places.last()).max().map_or(0, |place| place + added.len());
        let unmoved = removed.len() == added.len();
        self.entries = with(&rest, &added, &places);
        let end = if unmoved { last.min(self.entries.len()) } else { self.entries.len() };
        self.rank(first..end);
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.ranks.capacity() * size_of::<u32>()
            + self.members.serialized_size()
    }

    /// Writes down the ranks of these entries.
    fn rank(&mut self, ranks: Range<usize>) {
        let length = self.members.max().map_or(0, |id| id as usize + 1);
        self.ranks.resize(length, NO_RANK);
        let start = ranks.start;
        for (place, entry) in self.entries.get(ranks).unwrap_or_default().iter().enumerate() {
            self.ranks[entry.id as usize] = u32::try_from(start + place).unwrap_or(NO_RANK);
        }
    }
}

/// The entries without those at some places, which ascend.
fn without(entries: &[Entry], places: &[usize]) -> Vec<Entry> {
    let mut rest = Vec::with_capacity(entries.len());
    let mut start = 0;
    for place in places {
        rest.extend_from_slice(&entries[start..*place]);
        start = place + 1;
    }
    rest.extend_from_slice(&entries[start..]);
    rest
}

/// The entries with others put in, each before the entry at its place; places ascend.
fn with(entries: &[Entry], added: &[Entry], places: &[usize]) -> Vec<Entry> {
    let mut all = Vec::with_capacity(entries.len() + added.len());
    let mut start = 0;
    for (entry, place) in added.iter().zip(places) {
        all.extend_from_slice(&entries[start..*place]);
        all.push(*entry);
        start = *place;
    }
    all.extend_from_slice(&entries[start..]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(u32, u32)]) -> Vec<Entry> {
        list.iter().map(|(value, id)| Entry { value: *value, id: *id }).collect()
    }

    fn by_value(left: &Entry, right: &Entry) -> Ordering {
        (left.value, left.id).cmp(&(right.value, right.id))
    }

    #[test]
    fn the_first_entry_of_an_entity_counts() {
        let order = OrderIndex::from_sorted(entries(&[(1, 7), (2, 3), (3, 7)]));
        assert_eq!(order.entries(), entries(&[(1, 7), (2, 3)]));
        assert_eq!((order.rank_of(7), order.rank_of(3), order.rank_of(5)), (Some(0), Some(1), None));
    }

    #[test]
    fn an_update_removes_moves_and_adds() {
        let mut order = OrderIndex::from_sorted(entries(&[(1, 0), (2, 1), (3, 2), (4, 3)]));
        let gone = [1, 2, 9].into_iter().collect();
        order.update(&gone, entries(&[(9, 2), (5, 8), (0, 2), (5, 4)]), by_value);
        assert_eq!(order.entries(), entries(&[(0, 2), (1, 0), (4, 3), (5, 4), (5, 8)]));
        assert_eq!((order.rank_of(2), order.rank_of(1), order.rank_of(8)), (Some(0), None, Some(4)));
        assert_eq!(order.members().iter().collect::<Vec<_>>(), [0, 2, 3, 4, 8]);
    }
}
