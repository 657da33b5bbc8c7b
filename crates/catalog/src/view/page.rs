//! Pages: some entities of a set, in an order, and where the pages beside them start.

use std::cmp::Ordering;

use roaring::RoaringBitmap;

use super::order::{Entry, OrderIndex};
use super::sequence::Sequence;
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The value that sorts, in lower case; empty when the order is by reference.
    pub value: String,
    /// Canonical reference of the entity beside the place.
    pub entity_ref: String,
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        let position = |entry: &Entry| Position {
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
