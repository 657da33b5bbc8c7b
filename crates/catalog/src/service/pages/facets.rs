//! The values of the catalog table's filters, with counts.

use model::{EntityListQuery, Facet, FacetValue};
use platform::access::Caller;
use platform::error::Error;
use roaring::RoaringBitmap;

use super::selection::{Selection, TEXT_FIELDS};
use super::summary::link_to;
use crate::service::Catalog;
use crate::view::View;

/// Values of one filter that are sent, beside those that are chosen.
const VALUES: usize = 60;

impl Catalog {
    /// The values of one filter of the catalog table, by its parameter, that contain a text, or that are references to
    /// entities which the text finds. What is no filter has none to choose from.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn filter_values(
        &self,
        caller: &Caller,
        query: &EntityListQuery,
        param: &str,
        text: &str,
    ) -> Result<Facet, Error> {
        let reader = self.reader(caller)?;
        let field = EntityListQuery::FIELDS.iter().find(|(known, _)| *known == param);
        let Some((param, path)) = field else { return Ok(Facet::default()) };
        let then = reader.then(&query.at).await?;
        Ok(then.view(|view| {
            let mut values = values(view, param, path, &Selection::of(view, query).without(Some(param)));
            let text = text.trim().to_lowercase();
            if !text.is_empty() {
                let named = view.full_text(&text, &TEXT_FIELDS.map(str::to_owned), view.all());
                let is_named = |value: &str| view.id_of(value).is_some_and(|id| named.contains(id));
                let references = is_reference(path);
                values.retain(|FacetValue { value, .. }| {
                    value.to_lowercase().contains(&text) || references && is_named(value)
                });
            }
            most_frequent(view, path, values, &[])
        }))
    }
}

/// Values of each filter, counted with all other filters applied, so that a count says what a click would give.
pub(super) fn facets(view: &View, query: &EntityListQuery, selection: &Selection) -> Vec<Facet> {
    let facet = |(param, path): (&str, &str)| {
        let values = values(view, param, path, &selection.without(Some(param)));
        let excluded = query.not.iter().filter(|(of, _)| of == param).map(|(_, value)| value);
        let named: Vec<&String> = query.values(param).iter().chain(excluded).collect();
        most_frequent(view, path, values, &named)
    };
    EntityListQuery::FIELDS.into_iter().map(facet).collect()
}

fn values(view: &View, param: &str, path: &str, within: &RoaringBitmap) -> Vec<FacetValue> {
    let values = view.facets(within, &path.to_lowercase()).into_iter();
    let mut values: Vec<FacetValue> = values.map(|(value, count)| FacetValue { value, count }).collect();
    if param == "owner" {
        let count = view.evaluate(&EntityListQuery::without_owner()).intersection_len(within);
        values.extend((count > 0).then(|| FacetValue {
            value: EntityListQuery::NO_OWNER.to_owned(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }));
    }
    values
}

/// The values that are worth sending: a catalog may have thousands of owners and tags.
fn most_frequent(view: &View, path: &str, mut values: Vec<FacetValue>, named: &[&String]) -> Facet {
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    let rare = values.split_off(values.len().min(VALUES));
    let is_named = |value: &FacetValue| named.iter().any(|named| named.eq_ignore_ascii_case(&value.value));
    let (kept, left_off): (Vec<_>, Vec<_>) = rare.into_iter().partition(is_named);
    values.extend(kept);
    let mut titles = Vec::new();
    if is_reference(path) {
        let excluded = named.iter().map(|named| named.as_str());
        for value in values.iter().map(|value| value.value.as_str()).chain(excluded) {
            let link = link_to(view, value);
            if link.exists && link.title != link.name && !titles.iter().any(|(known, _)| known == value) {
                titles.push((value.to_owned(), link.title));
            }
        }
    }
    let left_off = u32::try_from(left_off.len()).unwrap_or(u32::MAX);
    Facet { key: path.to_owned(), values, left_off, titles }
}

/// Whether the values of a field are references of entities.
pub(super) fn is_reference(path: &str) -> bool {
    path.starts_with("relations.")
}
