//! The orders in use, shared by all readers of a view.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::field::Field;
use super::order::{Entry, OrderIndex};
use super::{EntityId, View};

/// Orders kept at most, because anyone may ask for any field. One takes about 16 bytes per entity.
const KEPT: usize = 16;
/// A batch that changes more than this part of the catalog drops the orders instead of following.
const FOLLOWED_PART: u64 = 4;

/// Orders by field, built on first use.
#[derive(Default)]
pub(super) struct Orders {
    by_ref: OnceLock<Arc<OrderIndex>>,
    by_key: RwLock<FxHashMap<Box<str>, Arc<OrderIndex>>>,
}

/// What a batch of versions changed, as far as orders are concerned.
#[derive(Default)]
pub(super) struct Changes {
    /// Entities that came, went or changed.
    pub(super) entities: RoaringBitmap,
    /// Entities, existing or not, whose relations may have changed.
    pub(super) related: RoaringBitmap,
    /// New leaves of the keys that are in use as orders.
    leaves: FxHashMap<Box<str>, Vec<Entry>>,
}

impl View {
    /// All entities by reference.
    pub(super) fn by_ref(&self) -> Arc<OrderIndex> {
        let order = self.orders.by_ref.get_or_init(|| {
            let mut ids: Vec<EntityId> = self.live.iter().collect();
            ids.sort_unstable_by_key(|id| self.refs.lower(*id));
            Arc::new(OrderIndex::from_sorted(ids.into_iter().map(|id| Entry { value: 0, id })))
        });
        Arc::clone(order)
    }

    /// The entities that have a value of this field, by it.
    pub(super) fn by_field(&self, key: &str, field: Field<'_>) -> Arc<OrderIndex> {
        let kept = self.orders.by_key.read().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone);
        kept.unwrap_or_else(|| {
            let by_ref = self.by_ref();
            // Whoever waits here for another reader to build the order finds it built.
            let mut orders = self.orders.by_key.write().unwrap_or_else(PoisonError::into_inner);
            if orders.len() >= KEPT && !orders.contains_key(key) {
                orders.clear();
            }
            Arc::clone(orders.entry(key.into()).or_insert_with(|| Arc::new(field.sort(&by_ref))))
        })
    }
}

impl Changes {
    /// Starts a batch: which orders are in use decides what is noted.
    pub(super) fn of(orders: &Orders) -> Self {
        let by_key = orders.by_key.read().unwrap_or_else(PoisonError::into_inner);
        Self { leaves: by_key.keys().map(|key| (key.clone(), Vec::new())).collect(), ..Self::default() }
    }

    /// Notes a new leaf.
    pub(super) fn insert(&mut self, id: EntityId, key: &str, value: u32) {
        if let Some(entries) = self.leaves.get_mut(key) {
            entries.push(Entry { value, id });
        }
    }
}

impl Orders {
    /// Brings all orders up to date after a batch.
    pub(super) fn follow(&mut self, view: &View, mut changes: Changes) {
        if changes.entities.len() > view.live.len() / FOLLOWED_PART {
            *self = Self::default();
            return;
        }
        if let Some(by_ref) = self.by_ref.get_mut() {
            let added = (&changes.entities & &view.live).iter().map(|id| Entry { value: 0, id }).collect();
            Arc::make_mut(by_ref).update(&changes.entities, added, |left, right| {
                view.refs.lower(left.id).cmp(view.refs.lower(right.id))
            });
        }
        let by_key = self.by_key.get_mut().unwrap_or_else(PoisonError::into_inner);
        by_key.retain(|key, order| {
            let Some(field) = view.field(key) else { return false };
            let (gone, added) = match field {
                Field::Leaf(_) => (&changes.entities, changes.leaves.remove(key).unwrap_or_default()),
                Field::Relation(_, relation) => {
                    let related = &changes.related & &view.live;
                    let entries = related.iter().flat_map(|id| view.relations.entries(id, relation));
                    (&changes.related, entries.collect())
                }
            };
            Arc::make_mut(order).update(gone, added, |left, right| field.compare(&view.refs, left, right));
            true
        });
    }

    /// Bytes held on the heap, about.
    pub(super) fn heap_bytes(&self) -> usize {
        let by_key = self.by_key.read().unwrap_or_else(PoisonError::into_inner);
        let orders = self.by_ref.get().into_iter().chain(by_key.values());
        orders.map(|order| order.heap_bytes()).sum()
    }
}
