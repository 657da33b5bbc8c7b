//! Pages: some entities of a set, in an order, and where the pages beside them start.

use std::cmp::Ordering;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::order::OrderIndex;
use super::{EntityId, View};

/// A field to sort by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Search key in lower case, such as `metadata.name` or `relations.ownedby`. An entity with several values is
    /// sorted by the smallest.
    pub key: String,
    /// Largest first.
    pub descending: bool,
}

/// A place in an order, between entities. It stays meaningful when entities come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The value that sorts, in lower case; empty when the order is by reference.
    pub value: String,
    /// Canonical reference of the entity beside the place.
    pub entity_ref: String,
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After this many entities.
    Offset(usize),
    /// Right after this position.
    After(Position),
    /// So that the page ends right before this position.
    Before(Position),
}

/// Some entities of a set, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The entities of this page.
    pub ids: Vec<EntityId>,
    /// Entities on all pages.
    pub total: u32,
    /// What the next page starts [after](Start::After), if there is one.
    pub next: Option<Position>,
    /// What the page before ends [before](Start::Before), if there is one.
    pub previous: Option<Position>,
}

impl View {
    /// One page of the entities of `within`. Without an order they are sorted by reference; with one, entities
    /// without a value of that field are on no page and not in the total. Equal values are sorted by reference.
    #[must_use]
    pub fn page(&self, within: &RoaringBitmap, order: Option<&Order>, start: &Start, limit: usize) -> Page {
        let descending = order.is_some_and(|order| order.descending);
        let field = order.map(|order| (order, self.field(&order.key)));
        let index = match field {
            None => self.by_ref(),
            Some((order, Some(field))) => self.by_field(&order.key, field),
            Some((_, None)) => return Page::default(),
        };
        let value = |number: u32| field.and_then(|(_, field)| field).map_or("", |field| field.lower(number));
        // First place that is not before the position (`after` false), or that is after it (`after` true).
        let place = |position: &Position, after: bool| {
            index.entries().partition_point(|entry| {
                let here = (value(entry.value), self.refs.lower(entry.id));
                match here.cmp(&(position.value.as_str(), position.entity_ref.as_str())) {
                    Ordering::Less => true,
                    Ordering::Equal => after,
                    Ordering::Greater => false,
                }
            })
        };
        let sequence = Sequence::new(&index, within, descending);
        let end = index.entries().len();
        let (ranks, before, behind) = match start {
            Start::Offset(skip) => {
                let ranks = sequence.forward(0..end, *skip, limit.saturating_add(1));
                (ranks, *skip > 0 && sequence.total > 0, false)
            }
            Start::After(position) => {
                let place = sequence.turn(place(position, !descending));
                let ranks = sequence.forward(place..end, 0, limit.saturating_add(1));
                (ranks, !sequence.backward(0..place, 1).is_empty(), false)
            }
            Start::Before(position) => {
                let place = sequence.turn(place(position, descending));
                let mut ranks = sequence.backward(0..place, limit.saturating_add(1));
                let before = ranks.len() > limit;
                ranks.truncate(limit);
                ranks.reverse();
                (ranks, before, !sequence.forward(place..end, 0, 1).is_empty())
            }
        };
        let entries: Vec<_> = ranks.iter().take(limit).map(|rank| index.entries()[*rank]).collect();
        let position = |entry: &super::order::Entry| Position {
            value: value(entry.value).to_owned(),
            entity_ref: self.refs.lower(entry.id).to_owned(),
        };
        Page {
            next: entries.last().filter(|_| behind || ranks.len() > limit).map(position),
            previous: entries.first().filter(|_| before).map(position),
            ids: entries.into_iter().map(|entry| entry.id).collect(),
            total: u32::try_from(sequence.total).unwrap_or(u32::MAX),
        }
    }

    /// All entities of `within`, sorted by several fields; equal ones by reference, ascending. Entities without a value
    /// of a field come after those with one, in both directions.
    #[must_use]
    pub fn sorted(&self, within: &RoaringBitmap, orders: &[Order]) -> Vec<EntityId> {
        let by_ref = self.by_ref();
        let fields = orders
            .iter()
            .filter_map(|order| Some((self.by_field(&order.key, self.field(&order.key)?), order.descending)));
        let fields: Vec<_> = fields.collect();
        let ranks_of = |index: &OrderIndex, within: &RoaringBitmap| {
            Sequence::new(index, within, false).forward(0..index.entries().len(), 0, usize::MAX)
        };
        let ids_by_ref = |within: &RoaringBitmap| {
            let ids = ranks_of(&by_ref, within).into_iter().map(|rank| by_ref.entries()[rank].id);
            ids.collect::<Vec<_>>()
        };
        match fields.as_slice() {
            [] => ids_by_ref(within),
            [(index, descending)] => {
                let entry = |rank: &usize| index.entries()[*rank];
                let ranks = ranks_of(index, within);
                let mut ids: Vec<EntityId> = if *descending {
                    let groups = ranks.chunk_by(|left, right| entry(left).value == entry(right).value);
                    groups.rev().flatten().map(|rank| entry(rank).id).collect()
                } else {
                    ranks.iter().map(|rank| entry(rank).id).collect()
                };
                ids.extend(ids_by_ref(&(within - index.members())));
                ids
            }
            fields => {
                let mut ids = ids_by_ref(within);
                ids.sort_by(|left, right| {
                    let by_fields =
                        fields.iter().map(|(index, descending)| compare(index, *descending, *left, *right));
                    by_fields.fold(Ordering::Equal, Ordering::then)
                });
                ids
            }
        }
    }
}

/// Compares by the value of a field alone.
fn compare(index: &OrderIndex, descending: bool, left: EntityId, right: EntityId) -> Ordering {
    match (index.rank_of(left), index.rank_of(right)) {
        (Some(left), Some(right)) => {
            let value = |rank: u32| index.entries()[rank as usize].value;
            match value(left) == value(right) {
                true => Ordering::Equal,
                false if descending => right.cmp(&left),
                false => left.cmp(&right),
            }
        }
        (left, right) => left.is_none().cmp(&right.is_none()),
    }
}

/// The entities of a set in an order, not listed anywhere: places are counted along the order in reading direction,
/// entities that are not in the set included.
struct Sequence<'a> {
    index: &'a OrderIndex,
    within: &'a RoaringBitmap,
    descending: bool,
    /// How many entities of the set are in the order.
    total: u64,
}

impl<'a> Sequence<'a> {
    fn new(index: &'a OrderIndex, within: &'a RoaringBitmap, descending: bool) -> Self {
        Self { index, within, descending, total: within.intersection_len(index.members()) }
    }

    /// Turns a rank boundary into a place in reading direction, and back.
    fn turn(&self, boundary: usize) -> usize {
        if self.descending { self.index.entries().len() - boundary } else { boundary }
    }

    /// The ranks of up to `limit` entities from the start of `places` on, after skipping some.
    fn forward(&self, places: Range<usize>, skip: usize, limit: usize) -> Vec<usize> {
        if self.descending {
            self.down(self.ranks(places), skip, limit)
        } else {
            self.up(places, skip, limit)
        }
    }

    /// The ranks of up to `limit` entities from the end of `places` backwards.
    fn backward(&self, places: Range<usize>, limit: usize) -> Vec<usize> {
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
        // A step costs about as much as it costs to look at the rank of one entity of the set.
        let patience = usize::try_from(self.total).unwrap_or(usize::MAX).saturating_add(16);
        let exhaustive = ranks.len() <= patience;
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
