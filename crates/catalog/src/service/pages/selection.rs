//! Which entities the catalog table is about: every filter of the address as a set, each made once.

use model::{EntityListQuery, Facet};
use roaring::RoaringBitmap;

use super::HIDDEN_KIND;
use super::facets::facets;
use crate::view::{EntityId, Order, View};

/// Fields that the text search looks into.
pub(super) const TEXT_FIELDS: [&str; 4] =
    ["metadata.name", "metadata.title", "metadata.description", "spec.profile.displayname"];

/// The filters of a query, evaluated.
pub(super) struct Selection {
    /// All entities that the table is about, without any filter.
    pub(super) shown: RoaringBitmap,
    /// Conditions with the parameter of the field whose alternatives they are.
    conditions: Vec<(Option<&'static str>, RoaringBitmap)>,
}

impl Selection {
    pub(super) fn of(view: &View, query: &EntityListQuery) -> Self {
        let shown = if query.kind.iter().any(|kind| kind.eq_ignore_ascii_case(HIDDEN_KIND)) {
            view.all().clone()
        } else {
            view.all() - view.evaluate(&super::hidden())
        };
        Self::within(view, query, shown)
    }

    /// The filters on entities that were found otherwise.
    fn within(view: &View, query: &EntityListQuery, shown: RoaringBitmap) -> Self {
        let mut conditions: Vec<_> = query
            .conditions()
            .into_iter()
            .map(|condition| (condition.alternatives_of, view.evaluate(&condition.filter)))
            .collect();
        if !query.entity_ref.is_empty() {
            let named = query.entity_ref.iter().filter_map(|named| view.id_of(&named.to_lowercase()));
            conditions.push((None, named.collect()));
        }
        let text = query.text.trim();
        if !text.is_empty() {
            conditions.push((None, view.full_text(text, &TEXT_FIELDS.map(str::to_owned), &shown)));
        }
        Self { shown, conditions }
    }

    /// The entities that satisfy all filters, or all but the chosen values of the filter with this parameter.
    pub(super) fn without(&self, param: Option<&str>) -> RoaringBitmap {
        let mut selected = self.shown.clone();
        for (alternatives_of, set) in &self.conditions {
            if alternatives_of.is_none() || *alternatives_of != param {
                selected &= set;
            }
        }
        selected
    }

    /// The entities that satisfy all filters.
    pub(super) fn all(&self) -> RoaringBitmap {
        self.without(None)
    }
}

/// Those of `found` that satisfy all filters, and the filters with what each would give.
pub(in crate::service) fn narrow(
    view: &View,
    found: &RoaringBitmap,
    query: &EntityListQuery,
) -> (RoaringBitmap, Vec<Facet>) {
    let selection = Selection::within(view, query, found.clone());
    (selection.all(), facets(view, query, &selection))
}

/// The entities on all pages of the table, in its order.
pub(super) fn selected(view: &View, query: &EntityListQuery) -> Vec<EntityId> {
    in_order(view, query, &Selection::of(view, query).all())
}

/// These entities in the order of the query.
pub(super) fn in_order(view: &View, query: &EntityListQuery, within: &RoaringBitmap) -> Vec<EntityId> {
    view.sorted(within, &[order(&query.sort)])
}

/// Turns the `sort` of the address into an order of the view.
fn order(sort: &str) -> Order {
    let (descending, field) = match sort.strip_prefix('-') {
        Some(field) => (true, field),
        None => (false, sort),
    };
    let key = match field {
        "kind" => "kind",
        "owner" => "relations.ownedby",
        "type" => "spec.type",
        "lifecycle" => "spec.lifecycle",
        _ => "metadata.name",
    };
    Order { key: key.to_owned(), descending }
}
