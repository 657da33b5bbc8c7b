//! The query of the address, nested as Backstage's clients write it: `types[0]=a`, `filters[kind]=b`,
//! `filters[lifecycle][]=c`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{Filter, SearchQuery};
use platform::error::Error;
use platform::http::ApiError;

use super::cursor;
use crate::service::MAX_TERM;

/// Most results on a page, and how many there are unless told.
const MAX_LIMIT: usize = 100;
const LIMIT: usize = 25;
/// Most values of all filters.
const MAX_FILTERS: usize = 100;

/// What the endpoint is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Params {
    pub(super) term: String,
    /// Whether documents of the catalog are asked for.
    pub(super) catalog: bool,
    pub(super) filter: Filter,
    /// Page, from 0.
    pub(super) page: usize,
    pub(super) limit: usize,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default())?)
    }
}

impl Params {
    fn parse(query: &str) -> Result<Self, Error> {
        let (mut term, mut limit, mut page) = (String::new(), LIMIT, 0);
        let (mut types, mut filters) = (Vec::new(), Vec::<(String, Vec<String>)>::new());
        for (number, (key, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            if number >= MAX_FILTERS {
                return Err(Error::input(format!("More than {MAX_FILTERS} parameters are too many.")));
            }
            let mut path = key.split('[').map(|part| part.strip_suffix(']').unwrap_or(part));
            match (path.next().unwrap_or_default(), path.next()) {
                ("term", None) => term = value.into_owned(),
                ("pageCursor", None) => page = cursor::decode(&value)?,
                ("pageLimit", None) => limit = page_limit(&value)?,
                ("types", _) => types.push(value.into_owned()),
                ("filters", Some(field)) => match filters.iter_mut().find(|(known, _)| known == field) {
                    Some((_, values)) => values.push(value.to_lowercase()),
                    None => filters.push((field.to_owned(), vec![value.to_lowercase()])),
                },
                _ => {}
            }
        }
        let length = term.chars().count();
        if length > MAX_TERM {
            return Err(Error::input(format!(
                "Invalid query string: The term length \"{length}\" is greater than \"{MAX_TERM}\"; at \"term\""
            )));
        }
        Ok(Self {
            term,
            catalog: types.is_empty() || types.iter().any(|name| name == SearchQuery::CATALOG),
            filter: Filter::All(
                filters.into_iter().map(|(field, values)| condition(&field, values)).collect(),
            ),
            page,
            limit,
        })
    }
}

fn page_limit(text: &str) -> Result<usize, Error> {
    let limit: usize = text.parse().map_err(|_| {
        Error::input(format!(
            "Invalid query string: The page limit {text:?} is not a number; at \"pageLimit\""
        ))
    })?;
    if limit > MAX_LIMIT {
        return Err(Error::input(format!(
            "Invalid query string: The page limit \"{limit}\" is greater than \"{MAX_LIMIT}\"; at \"pageLimit\""
        )));
    }
    Ok(limit)
}

/// A filter on a field of the documents, as a condition on entities. No document has another field, so such a filter
/// leaves nothing.
fn condition(field: &str, values: Vec<String>) -> Filter {
    match field {
        "kind" => Filter::key_in("kind", values),
        "namespace" => Filter::key_in("metadata.namespace", values),
        "type" | "componentType" => Filter::key_in("spec.type", values),
        "lifecycle" => Filter::key_in("spec.lifecycle", values),
        // As the file says it, or as the canonical reference.
        "owner" => Filter::Any(vec![
            Filter::key_in("spec.owner", values.clone()),
            Filter::key_in("relations.ownedby", values),
        ]),
        _ => Filter::Any(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use model::Filter;

    use super::Params;

    #[test]
    fn nested_parameters() {
        let query = "term=pay%20%C3%A4&types[0]=software-catalog&filters[kind]=Component&filters[lifecycle][]=a&filters[lifecycle][1]=b&pageLimit=7&pageCursor=Mg%3D%3D";
        let params = Params::parse(query).unwrap();
        assert_eq!((params.term.as_str(), params.catalog, params.page, params.limit), ("pay ä", true, 2, 7));
        let Filter::All(conditions) = params.filter else { panic!("{:?}", params.filter) };
        assert_eq!(conditions.len(), 2);
        assert_eq!(conditions[1], Filter::key_in("spec.lifecycle", vec!["a".into(), "b".into()]));
    }

    #[test]
    fn other_types_and_fields_leave_nothing() {
        assert!(!Params::parse("types[0]=techdocs").unwrap().catalog);
        let params = Params::parse("filters[colour]=red").unwrap();
        assert_eq!(params.filter, Filter::All(vec![Filter::Any(vec![])]));
    }

    #[test]
    fn too_much_is_refused() {
        let long = format!("term={}", "x".repeat(101));
        let many = "filters[kind]=a&".repeat(101);
        for query in [&*long, &many, "pageLimit=101", "pageLimit=-1", "pageLimit=x", "pageCursor=x"] {
            assert!(Params::parse(query).is_err(), "{query}");
        }
        assert!(Params::parse(&format!("term={}", "ä".repeat(100))).is_ok(), "counted in characters");
    }
}
