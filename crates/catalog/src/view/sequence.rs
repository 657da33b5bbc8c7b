//! A part of a set in an order, found without sorting all of it.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::order::OrderIndex;

/// The entities of a set in an order, not listed anywhere: places are counted along the order in reading direction,
/// entities that are not in the set included.
pub(super) struct Sequence<'a> {
    index: &'a OrderIndex,
    within: &'a RoaringBitmap,
    descending: bool,
    /// How many entities of the set are in the order.
    pub(super) total: u64,
}

impl<'a> Sequence<'a> {
    pub(super) fn new(index: &'a OrderIndex, within: &'a RoaringBitmap, descending: bool) -> Self {
        Self { index, within, descending, total: within.intersection_len(index.members()) }
    }

    /// Turns a rank boundary into a place in reading direction, and back.
    pub(super) fn turn(&self, boundary: usize) -> usize {
        if self.descending { self.index.entries().len() - boundary } else { boundary }
    }

    /// The ranks of up to `limit` entities from the start of `places` on, after skipping some.
    pub(super) fn forward(&self, places: Range<usize>, skip: usize, limit: usize) -> Vec<usize> {
        if self.descending {
            self.down(self.ranks(places), skip, limit)
        } else {
            self.up(places, skip, limit)
        }
    }

    /// The ranks of up to `limit` entities from the end of `places` backwards.
    pub(super) fn backward(&self, places: Range<usize>, limit: usize) -> Vec<usize> {
        if self.descending { self.up(self.ranks(places), 0, limit) } else { self.down(places, 0, limit) }
    }

    fn ranks(&self, places: Range<usize>) -> Range<usize> {
        self.turn(places.end)..self.turn(places.start)
    }

    fn up(&self, ranks: Range<usize>, skip: usize, limit: usize) -> Vec<usize> {
        self.walk(ranks.clone(), skip, limit).unwrap_or_else(|| self.pick(ranks, skip, limit, |rank| rank))
    }

    fn down(&self, ranks: Range<usize>, skip: usize, limit: usize) -> Vec<usize> {
        let end = ranks.end;
        self.walk(ranks.clone().rev(), skip, limit)
            .unwrap_or_else(|| self.pick(ranks, skip, limit, |rank| end - rank))
    }

    /// Walks the order until the page is full; gives up when sorting the set would have been cheaper.
    fn walk(
        &self,
        ranks: impl ExactSizeIterator<Item = usize>,
        skip: usize,
        limit: usize,
    ) -> Option<Vec<usize>> {
        let entries = self.index.entries();
        if self.total == entries.len() as u64 {
            return Some(ranks.skip(skip).take(limit).collect());
        }
        // A step asks the set, which costs several times as much as the rank of one of its entities.
        const COST_OF_STEP: usize = 4;
        let total = usize::try_from(self.total).unwrap_or(usize::MAX);
        let patience = (total / COST_OF_STEP).saturating_add(16);
        let exhaustive = ranks.len() <= patience;
        let expected = skip.saturating_add(limit).saturating_mul(entries.len()) / total.max(1);
        if expected > patience && !exhaustive {
            return None;
        }
        let mut found = Vec::new();
        let mut skipped = 0;
        for rank in ranks.take(patience) {
            if found.len() == limit {
                return Some(found);
            }
            if self.within.contains(entries[rank].id) {
                if skipped < skip { skipped += 1 } else { found.push(rank) }
            }
        }
        (exhaustive || found.len() == limit).then_some(found)
    }

    /// Looks at the whole set and sorts the part that is asked for.
    fn pick(
        &self,
        ranks: Range<usize>,
        skip: usize,
        limit: usize,
        key: impl Fn(usize) -> usize,
    ) -> Vec<usize> {
        let end = skip.saturating_add(limit);
        // Holds the first `end` and as many that may turn out to be later; what is later than all of them stays out.
        let mut first: Vec<usize> = Vec::new();
        let mut bound = usize::MAX;
        for rank in self.within.iter().filter_map(|id| self.index.rank_of(id)) {
            let rank = rank as usize;
            if !ranks.contains(&rank) || key(rank) >= bound {
                continue;
            }
            first.push(rank);
            if first.len() >= end.saturating_mul(2).max(64) {
                let (_, last, _) = first.select_nth_unstable_by_key(end, |rank| key(*rank));
                bound = key(*last);
                first.truncate(end);
            }
        }
        first.sort_unstable_by_key(|rank| key(*rank));
        first.truncate(end);
        first.drain(..skip.min(first.len()));
        first
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view::order::Entry;

    const ENTRIES: usize = 500;

    proptest! {
        #[test]
        fn both_ways_find_the_same_part(
            step in prop::sample::select(&[1_usize, 3, 7, 499][..]),
            share in 1_u32..60,
            part in (0..=ENTRIES, 0..=ENTRIES),
            skip in 0_usize..90,
            limit in prop_oneof![0_usize..90, Just(usize::MAX)],
            descending in any::<bool>(),
        ) {
            // Steps without a common divisor with the length visit every id once.
            let ids = (0..ENTRIES).map(|rank| u32::try_from(rank * step % ENTRIES).unwrap());
            let index = OrderIndex::from_sorted(ids.map(|id| Entry { value: 0, id }));
            // Ids that are not in the order as well.
            let within: RoaringBitmap = (0..600).filter(|id| id % share == 0).collect();
            let sequence = Sequence::new(&index, &within, descending);
            let places = part.0.min(part.1)..part.0.max(part.1);

            let mut ranks: Vec<usize> = (0..ENTRIES).collect();
            if descending {
                ranks.reverse();
            }
            let own = |rank: &usize| within.contains(index.entries()[*rank].id);
            let listed: Vec<usize> = ranks[places.clone()].iter().copied().filter(own).collect();
            let forward: Vec<usize> = listed.iter().copied().skip(skip).take(limit).collect();
            let backward: Vec<usize> = listed.iter().rev().copied().take(limit).collect();
            prop_assert_eq!(sequence.forward(places.clone(), skip, limit), forward.clone());
            prop_assert_eq!(sequence.backward(places.clone(), limit), backward);

            let end = ENTRIES;
            let picked = if descending {
                sequence.pick(sequence.ranks(places), skip, limit, |rank| end - rank)
            } else {
                sequence.pick(places, skip, limit, |rank| rank)
            };
            prop_assert_eq!(picked, forward);
        }
    }
}
