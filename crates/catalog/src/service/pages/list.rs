//! The catalog table: filters with counts, text, order, pages.

use std::sync::Arc;

use model::{EntityList, EntityListQuery, Facet, FacetValue, Filter};
use platform::access::Caller;
use platform::error::Error;
use roaring::RoaringBitmap;

use super::stamp::Stamp;
use super::summary::summary;
use super::{HIDDEN_KIND, without_owner};
use crate::service::Catalog;
use crate::view::{EntityId, Order, View};

/// Entities on one page.
pub(super) const PAGE_SIZE: usize = 50;
/// Fields that the text search looks into.
pub(super) const TEXT_FIELDS: [&str; 4] =
    ["metadata.name", "metadata.title", "metadata.description", "spec.profile.displayname"];

/// Values of one filter that are sent, beside those that are chosen.
const VALUES: usize = 60;
/// The facet of owners.
const OWNER: &str = "relations.ownedBy";

/// The filters of the table: parameter values, index key, name of the facet.
fn filters(query: &EntityListQuery) -> [(&[String], &'static str, &'static str); 6] {
    [
        (&query.kind, "kind", "kind"),
        (&query.spec_type, "spec.type", "spec.type"),
        (&query.owner, "relations.ownedby", OWNER),
        (&query.lifecycle, "spec.lifecycle", "spec.lifecycle"),
        (&query.tag, "metadata.tags", "metadata.tags"),
        (&query.namespace, "metadata.namespace", "metadata.namespace"),
    ]
}

impl Catalog {
    /// One page of the catalog table.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn list(&self, caller: &Caller, query: &EntityListQuery) -> Result<EntityList, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(&query.at).await?;
        // What is wrong with files is known of now alone.
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let mut list = then.view(|view| {
            let shown = shown(view, query);
            let ids = in_order(view, query, &shown);
            let page_count = ids.len().div_ceil(PAGE_SIZE).max(1);
            let page = (query.page.max(1) as usize).min(page_count);
            let on_page = ids.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
            EntityList {
                items: on_page.filter_map(|id| summary(view, *id, &problems.by_entity)).collect(),
                total: u32::try_from(ids.len()).unwrap_or(u32::MAX),
                catalog_total: u32::try_from(shown.len()).unwrap_or(u32::MAX),
                page: u32::try_from(page).unwrap_or(u32::MAX),
                page_count: u32::try_from(page_count).unwrap_or(u32::MAX),
                facets: facets(view, query, &shown),
                time: then.time.clone(),
                seq: view.seq(),
            }
        });
        if then.is_past() {
            list.items.iter_mut().for_each(|item| item.problem_count = 0);
        }
        list.stamp(&query.at);
        Ok(list)
    }
}

/// The entities on all pages of the table, in its order.
pub(super) fn selected(view: &View, query: &EntityListQuery) -> Vec<EntityId> {
    in_order(view, query, &shown(view, query))
}

/// Those of `found` that satisfy all filters, and the filters with what each would give.
pub(in crate::service) fn narrow(
    view: &View,
    found: &RoaringBitmap,
    query: &EntityListQuery,
) -> (RoaringBitmap, Vec<Facet>) {
    (select(view, query, found, None), facets(view, query, found))
}

pub(super) fn in_order(view: &View, query: &EntityListQuery, shown: &RoaringBitmap) -> Vec<EntityId> {
    view.sorted(&select(view, query, shown, None), &[order(&query.sort)])
}

/// All entities that the table is about.
pub(super) fn shown(view: &View, query: &EntityListQuery) -> RoaringBitmap {
    if query.kind.iter().any(|kind| kind.eq_ignore_ascii_case(HIDDEN_KIND)) {
        view.all().clone()
    } else {
        view.all() - without_filter("kind", HIDDEN_KIND, view)
    }
}

fn without_filter(key: &str, value: &str, view: &View) -> RoaringBitmap {
    view.evaluate(&Filter::In { key: key.to_owned(), values: vec![value.to_owned()] })
}

/// The entities that satisfy all filters, or all but the one of the given facet.
pub(super) fn select(
    view: &View,
    query: &EntityListQuery,
    shown: &RoaringBitmap,
    except: Option<&str>,
) -> RoaringBitmap {
    let mut selected = shown.clone();
    for (values, key, facet) in filters(query) {
        if values.is_empty() || except == Some(facet) {
            continue;
        }
        let mut values: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
        let mut any = Vec::new();
        if facet == OWNER {
            let named = values.len();
            values.retain(|value| value != EntityListQuery::NO_OWNER);
            if values.len() < named {
                any.push(without_owner());
            }
        }
        any.push(Filter::key_in(key, values));
        selected &= view.evaluate(&Filter::Any(any));
    }
    let text = query.text.trim();
    if text.is_empty() {
        return selected;
    }
    let fields = TEXT_FIELDS.map(str::to_owned);
    view.full_text(text, &fields, &selected)
}

/// Values of each filter, counted with all other filters applied, so that a count says what a click would give.
pub(super) fn facets(view: &View, query: &EntityListQuery, shown: &RoaringBitmap) -> Vec<Facet> {
    filters(query)
        .into_iter()
        .map(|(chosen, key, facet)| {
            let within = select(view, query, shown, Some(facet));
            let mut values: Vec<FacetValue> = view
                .facets(&within, key)
                .into_iter()
                .map(|(value, count)| FacetValue { value, count })
                .collect();
            if facet == OWNER {
                let count = view.evaluate(&without_owner()).intersection_len(&within);
                values.extend((count > 0).then(|| FacetValue {
                    value: EntityListQuery::NO_OWNER.to_owned(),
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                }));
            }
            most_frequent(facet, values, chosen)
        })
        .collect()
}

/// The values that are worth sending: a catalog may have thousands of owners and tags.
fn most_frequent(facet: &str, mut values: Vec<FacetValue>, chosen: &[String]) -> Facet {
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    let rare = values.split_off(values.len().min(VALUES));
    let is_chosen =
        |value: &FacetValue| chosen.iter().any(|chosen| chosen.eq_ignore_ascii_case(&value.value));
    let (kept, left_off): (Vec<_>, Vec<_>) = rare.into_iter().partition(is_chosen);
    values.extend(kept);
    Facet { key: facet.to_owned(), values, left_off: u32::try_from(left_off.len()).unwrap_or(u32::MAX) }
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
