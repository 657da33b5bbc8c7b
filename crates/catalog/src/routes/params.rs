//! Query parameters that may be repeated, as Backstage's clients send them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{Fields, Filter};
use platform::error::Error;

use crate::service::AsOf;
use crate::view::Order;

/// The query string as pairs, in the order sent.
pub(super) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Params {
    /// Every value of a parameter.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The first value of a parameter.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a comma separated parameter.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.all(name)
            .into_iter()
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Error> {
        let Some(text) = self.one(name) else { return Ok(None) };
        text.parse()
            .map(Some)
            .map_err(|_| Error::input(format!("{name} must be a whole number of 0 or more, but is {text:?}")))
    }

    /// The `filter` parameters.
    pub(super) fn filter(&self) -> Result<Option<Filter>, Error> {
        Filter::from_params(&self.all("filter")).map_err(|error| Error::input(error.to_string()))
    }

    /// The `fields` parameter.
    pub(super) fn fields(&self) -> Result<Option<Fields>, Error> {
        fields(&self.list("fields"))
    }

    /// The `asOf` parameter: the catalog at a past moment.
    pub(super) fn as_of(&self) -> Result<Option<AsOf>, Error> {
        self.one("asOf").map(AsOf::parse).transpose()
    }
}

/// A selection of fields; nothing selected means everything.
pub(super) fn fields<S: AsRef<str>>(paths: &[S]) -> Result<Option<Fields>, Error> {
    if paths.is_empty() {
        return Ok(None);
    }
    Fields::parse(paths).map(Some).map_err(|error| Error::input(error.to_string()))
}

/// One order, given as field and direction.
pub(super) fn order(field: &str, direction: &str) -> Result<Order, Error> {
    let descending = match direction {
        "asc" => false,
        "desc" => true,
        other => return Err(Error::input(format!("the order must be asc or desc, but is {other:?}"))),
    };
    if field.is_empty() {
        return Err(Error::input("the order names no field"));
    }
    Ok(Order { key: field.to_lowercase(), descending })
}
