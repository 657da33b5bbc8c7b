//! From a filter to the entities that satisfy it.

use std::borrow::Cow;

use model::Filter;
use roaring::RoaringBitmap;

use super::View;
use super::field::{Field, Holders};
use super::posting::Posting;
use super::relations::RelationType;

/// A set that is borrowed where the index has it as it is.
type Set<'a> = Cow<'a, RoaringBitmap>;

impl View {
    /// The entities that satisfy the filter.
    #[must_use]
    pub fn evaluate(&self, filter: &Filter) -> RoaringBitmap {
        self.set(filter).into_owned()
    }

    fn set(&self, filter: &Filter) -> Set<'_> {
        match filter {
            Filter::All(filters) => self.set_of_all(filters),
            Filter::Any(filters) => union(filters.iter().map(|filter| self.set(filter))),
            Filter::Not(filter) => Cow::Owned(&self.live - &*self.set(filter)),
            Filter::Exists(key) => self.field(key).map_or_else(nothing, |field| field.present().into()),
            Filter::In { key, values } => {
                let Some(field) = self.field(key) else { return nothing() };
                union(values.iter().filter_map(|value| field.holding(value)).map(Set::from))
            }
            Filter::HasPrefix { key, prefix } => {
                let Some(field) = self.field(key) else { return nothing() };
                let matching = field.numbers().filter(|number| field.lower(*number).starts_with(prefix));
                union(matching.map(|number| field.holders(number).into()))
            }
            Filter::Relation { types, targets } => self.related(types, targets),
        }
    }

    /// The intersection, smallest set first, so that what follows has less to do. Negations only take away.
    fn set_of_all(&self, filters: &[Filter]) -> Set<'_> {
        let mut required = Vec::new();
        let mut excluded = Vec::new();
        for filter in filters {
            match filter {
                Filter::Not(filter) => excluded.push(self.set(filter)),
                filter => required.push(self.set(filter)),
            }
        }
        required.sort_by_cached_key(|set| set.len());
        let mut required = required.into_iter();
        let mut result = required.next().unwrap_or(Cow::Borrowed(&self.live));
        for set in required {
            match &mut result {
                Cow::Owned(owned) => *owned &= &*set,
                Cow::Borrowed(borrowed) => result = Cow::Owned(*borrowed & &*set),
            }
        }
        for set in excluded {
            *result.to_mut() -= &*set;
        }
        result
    }

    /// The entities with a relation of one of the types to one of the targets; an empty list stands for any.
    fn related(&self, types: &[String], targets: &[String]) -> Set<'_> {
        let types: Vec<RelationType> = match types {
            [] => self.relations.types().collect(),
            types => types.iter().filter_map(|name| self.relations.find(name)).collect(),
        };
        let fields = types.into_iter().map(|relation| Field::Relation(self, relation));
        match targets {
            [] => union(fields.map(|field| field.present().into())),
            targets => union(
                fields
                    .flat_map(|field| targets.iter().filter_map(move |target| field.holding(target)))
                    .map(Set::from),
            ),
        }
    }
}

impl<'a> From<Holders<'a>> for Set<'a> {
    fn from(holders: Holders<'a>) -> Self {
        match holders {
            Holders::Posting(Posting::Many(many)) => Cow::Borrowed(many),
            Holders::Posting(few) => Cow::Owned(few.iter().collect()),
            Holders::Bitmap(bitmap) => Cow::Owned(bitmap),
        }
    }
}

fn nothing<'a>() -> Set<'a> {
    Cow::Owned(RoaringBitmap::new())
}

/// The union; a single set is not copied.
fn union<'a>(mut sets: impl Iterator<Item = Set<'a>>) -> Set<'a> {
    let Some(mut result) = sets.next() else { return nothing() };
    for set in sets {
        *result.to_mut() |= &*set;
    }
    result
}
