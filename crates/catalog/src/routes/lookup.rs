//! Single entities by name and uid, many by reference, and where an entity came from.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use model::EntityRef;
use platform::access::Caller;
use platform::http::{ApiError, ApiPath};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{self, ObjectBody};
use super::json::json;
use super::params::{self, Params};
use crate::service::Catalog;

/// Most references in one request.
const MAX_REFS: usize = 10_000;

/// One entity by kind, namespace and name.
#[utoipa::path(
    get,
    path = "/entities/by-name/{kind}/{namespace}/{name}",
    operation_id = "GetEntityByName",
    tag = "Entity",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("asOf" = Option<String>, Query, description = "A past sequence number or time (RFC 3339)"),
    ),
    responses((status = 200, description = "The entity", body = Object), (status = 404, description = "There is no such entity"))
)]
pub(super) async fn get_entity_by_name(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath((kind, namespace, name)): ApiPath<(String, String, String)>,
    params: Params,
) -> Result<Response<Body>, ApiError> {
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    Ok(json(catalog.entity_by_ref(&caller, &entity_ref, params.as_of()?).await?))
}

/// One entity by its uid.
#[utoipa::path(
    get,
    path = "/entities/by-uid/{uid}",
    operation_id = "GetEntityByUid",
    tag = "Entity",
    params(("uid" = String, Path)),
    responses((status = 200, description = "The entity", body = Object), (status = 404, description = "There is no such entity"))
)]
pub(super) async fn get_entity_by_uid(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath(uid): ApiPath<String>,
) -> Result<Response<Body>, ApiError> {
    Ok(json(catalog.entity_by_uid(&caller, &uid).await?))
}

/// Removes an entity; one that a file still describes comes back.
#[utoipa::path(
    delete,
    path = "/entities/by-uid/{uid}",
    operation_id = "DeleteEntityByUid",
    tag = "Entity",
    params(("uid" = String, Path)),
    responses((status = 204, description = "Removed"), (status = 404, description = "There is no such entity"))
)]
pub(super) async fn delete_entity_by_uid(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath(uid): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    catalog.delete_entity(&caller, &uid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The locations that led to an entity, up to the registered one.
#[utoipa::path(
    get,
    path = "/entities/by-name/{kind}/{namespace}/{name}/ancestry",
    operation_id = "GetEntityAncestryByName",
    tag = "Entity",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "rootEntityRef and items", body = Object), (status = 404, description = "There is no such entity"))
)]
pub(super) async fn get_entity_ancestry(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath((kind, namespace, name)): ApiPath<(String, String, String)>,
) -> Result<Response<Body>, ApiError> {
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    Ok(json(catalog.ancestry(&caller, &entity_ref).await?))
}

/// The body of `POST /entities/by-refs`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefsBody {
    entity_refs: Vec<String>,
    #[serde(default, deserialize_with = "body::or_default")]
    fields: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    query: Option<serde_json::Value>,
}

/// Many entities by reference, in the order asked for; null stands for a missing one.
#[utoipa::path(
    post,
    path = "/entities/by-refs",
    operation_id = "GetEntitiesByRefs",
    tag = "Entity",
    request_body = RefsBody,
    params(("filter" = Option<Vec<String>>, Query, description = "Entities that do not match come back as null")),
    responses((status = 200, description = "items", body = Object), (status = 400, description = "The body is wrong"))
)]
pub(super) async fn get_entities_by_refs(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
    ObjectBody(body): ObjectBody<RefsBody>,
) -> Result<Response<Body>, ApiError> {
    if body.entity_refs.len() > MAX_REFS {
        return Err(platform::error::Error::input(format!(
            "entityRefs holds {} references, {MAX_REFS} are allowed in one request",
            body.entity_refs.len()
        ))
        .into());
    }
    let filter = match &body.query {
        Some(query) => Some(
            model::Filter::from_predicate(query)
                .map_err(|error| platform::error::Error::input(error.to_string()))?,
        ),
        None => params.filter()?,
    };
    let fields = params::fields(&body.fields)?;
    let as_of = params.as_of()?;
    Ok(json(
        catalog.entities_by_refs(&caller, &body.entity_refs, filter.as_ref(), fields.as_ref(), as_of).await?,
    ))
}
