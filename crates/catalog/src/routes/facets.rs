//! `GET` and `POST /entity-facets`: which values a field has, and how often.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use model::Filter;
use platform::access::Caller;
use platform::error::Error;
use platform::http::ApiError;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::body::ObjectBody;
use super::json::json;
use super::params::Params;
use crate::service::{AsOf, Catalog};

/// Most facets in one request.
const MAX_FACETS: usize = 50;

/// Values and counts of the given fields.
#[utoipa::path(
    get,
    path = "/entity-facets",
    operation_id = "GetEntityFacets",
    tag = "Entity",
    params(
        ("facet" = Vec<String>, Query, description = "A field, such as kind or spec.type"),
        ("filter" = Option<Vec<String>>, Query, description = "Only entities that match"),
        ("asOf" = Option<String>, Query, description = "A past sequence number or time (RFC 3339)"),
    ),
    responses((status = 200, description = "facets: for each of them its values with their counts", body = Object), (status = 400, description = "A parameter is wrong"))
)]
pub(super) async fn get_entity_facets(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
) -> Result<Response<Body>, ApiError> {
    let facets: Vec<String> = params.all("facet").into_iter().map(str::to_owned).collect();
    Ok(facets_of(&catalog, &caller, facets, params.filter()?, params.as_of()?).await?)
}

/// The body of `POST /entity-facets`.
#[derive(Deserialize, ToSchema)]
pub(super) struct FacetsBody {
    facets: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    query: Option<Value>,
}

/// Values and counts of the given fields, over entities that satisfy a predicate.
#[utoipa::path(
    post,
    path = "/entity-facets",
    operation_id = "QueryEntityFacetsByPredicate",
    tag = "Entity",
    request_body = FacetsBody,
    responses((status = 200, description = "facets: for each of them its values with their counts", body = Object), (status = 400, description = "The body is wrong"))
)]
pub(super) async fn query_entity_facets(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
    ObjectBody(body): ObjectBody<FacetsBody>,
) -> Result<Response<Body>, ApiError> {
    let filter = body
        .query
        .as_ref()
        .map(Filter::from_predicate)
        .transpose()
        .map_err(|error| Error::input(error.to_string()))?;
    Ok(facets_of(&catalog, &caller, body.facets, filter, params.as_of()?).await?)
}

async fn facets_of(
    catalog: &Catalog,
    caller: &Caller,
    facets: Vec<String>,
    filter: Option<Filter>,
    as_of: Option<AsOf>,
) -> Result<Response<Body>, Error> {
    if facets.is_empty() {
        return Err(Error::input("name at least one facet, such as facet=kind"));
    }
    if facets.len() > MAX_FACETS {
        return Err(Error::input(format!("{} facets are too many, {MAX_FACETS} are allowed", facets.len())));
    }
    Ok(json(catalog.facets(caller, filter, as_of, facets).await?))
}
