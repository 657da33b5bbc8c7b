//! What the filters of the catalog table mean: each is a [`Filter`], as those of the REST API are.

use super::EntityListQuery;
use crate::Filter;

/// A filter of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Parameter of the field whose alternatives this is: a count of other values of the field is made without it.
    pub alternatives_of: Option<&'static str>,
    /// What it asks of an entity.
    pub filter: Filter,
}

impl EntityListQuery {
    /// The filters, all of which an entity has to satisfy. Text and references are not among them.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (param, path) in Self::FIELDS {
            let values = self.values(param);
            if param == "tag" && self.all_tags {
                let each = values.iter().map(|value| value_of(param, path, [value]));
                conditions.extend(each.map(|filter| Condition { alternatives_of: None, filter }));
            } else if !values.is_empty() {
                let filter = value_of(param, path, values);
                conditions.push(Condition { alternatives_of: Some(param), filter });
            }
            let mut excluded =
                self.not.iter().filter(|(of, _)| of == param).map(|(_, value)| value).peekable();
            if excluded.peek().is_some() {
                let filter = Filter::Not(Box::new(value_of(param, path, excluded)));
                conditions.push(Condition { alternatives_of: None, filter });
            }
        }
        let exists = |path: &String| Filter::key_exists(&path.to_lowercase());
        let lacks = |path: &String| Filter::Not(Box::new(exists(path)));
        let fields = self.has.iter().map(exists).chain(self.lacks.iter().map(lacks));
        conditions.extend(fields.map(|filter| Condition { alternatives_of: None, filter }));
        conditions
    }

    /// Entities that should have an owner and have none.
    #[must_use]
    pub fn without_owner() -> Filter {
        const OWNED_KINDS: [&str; 6] = ["component", "api", "resource", "system", "domain", "template"];
        Filter::All(vec![
            Filter::key_in("kind", OWNED_KINDS.map(str::to_owned).into()),
            Filter::Not(Box::new(Filter::key_exists("relations.ownedby"))),
        ])
    }
}

/// The field has one of the values.
fn value_of<'a>(param: &str, path: &str, values: impl IntoIterator<Item = &'a String>) -> Filter {
    let mut values: Vec<String> = values.into_iter().map(|value| value.to_lowercase()).collect();
    let mut any = Vec::new();
    if param == "owner" {
        let named = values.len();
        values.retain(|value| value != EntityListQuery::NO_OWNER);
        if values.len() < named {
            any.push(EntityListQuery::without_owner());
        }
    }
    any.push(Filter::key_in(&path.to_lowercase(), values));
    if any.len() == 1 { any.remove(0) } else { Filter::Any(any) }
}
