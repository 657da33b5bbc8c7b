//! The catalog table in groups: entities that have a value in common, and those that have none.

use std::ops::Range;

use model::{EntityGroup, EntityListQuery, Filter};
use roaring::RoaringBitmap;

use super::facets::is_reference;
use super::list::lines;
use super::selection::in_order;
use super::summary::link_to;
use crate::service::problems::Problems;
use crate::view::View;

/// Lines of one group that are sent at first.
const FIRST_LINES: usize = 10;
/// Lines of all groups of a page that are sent at first; groups behind them begin folded.
const LINES: usize = 50;

/// All groups of a list, the largest first, those without a value at the end.
pub(super) struct Groups<'a> {
    path: String,
    within: &'a RoaringBitmap,
    groups: Vec<(String, u32)>,
}

/// The entities of `within` by the value that the query groups by. Who has several values is in several groups.
pub(super) fn groups<'a>(view: &View, query: &EntityListQuery, within: &'a RoaringBitmap) -> Groups<'a> {
    let field = EntityListQuery::FIELDS.iter().find(|(param, _)| *param == query.group);
    let path = field.map_or("", |(_, path)| path).to_lowercase();
    let mut groups = view.facets(within, &path);
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let without = within - view.evaluate(&Filter::key_exists(&path));
    if !without.is_empty() {
        groups.push((String::new(), u32::try_from(without.len()).unwrap_or(u32::MAX)));
    }
    Groups { path, within, groups }
}

impl Groups<'_> {
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups at these places, the first of them with some lines.
    pub(super) fn shown(
        self,
        view: &View,
        query: &EntityListQuery,
        places: Range<usize>,
        problems: &Problems,
    ) -> Vec<EntityGroup> {
        let mut room = LINES;
        let shown = self.groups.iter().skip(places.start).take(places.len());
        shown
            .map(|(value, count)| {
                let mut items = Vec::new();
                if room > 0 {
                    let ids = in_order(view, query, &(self.within & view.evaluate(&self.filter(value))));
                    items = lines(view, query, &ids, 0..FIRST_LINES.min(room), problems);
                    room -= items.len().min(room);
                }
                let title = if is_reference(&self.path) { link_to(view, value).title } else { value.clone() };
                EntityGroup { value: value.clone(), title, count: *count, items }
            })
            .collect()
    }

    /// What the entities of a group have in common.
    fn filter(&self, value: &str) -> Filter {
        if value.is_empty() {
            return Filter::Not(Box::new(Filter::key_exists(&self.path)));
        }
        Filter::key_in(&self.path, vec![value.to_lowercase()])
    }
}
