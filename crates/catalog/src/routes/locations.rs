//! `/locations`: what was registered, by id and by the entity that came from it; registering, unregistering, and looking
//! at what an address would bring.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::EntityRef;
use platform::access::Caller;
use platform::error::Error;
use platform::http::{ApiError, ApiPath};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{self, ObjectBody};
use super::cursor::{self, OffsetCursor};
use super::params::Params;
use crate::service::Catalog;
use crate::store::Location;

/// Page size when the request names none, as Backstage 1.55 does.
const DEFAULT_LIMIT: usize = 1_000;

/// A registered location, as clients see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationBody {
    id: String,
    r#type: String,
    target: String,
    /// The Location entity that stands for it.
    entity_ref: String,
}

impl From<Location> for LocationBody {
    fn from(location: Location) -> Self {
        let location_ref = model::LocationRef { kind: location.kind, target: location.target };
        let entity_ref =
            EntityRef::new("location", "default", &model::generated_location_name(&location_ref));
        Self {
            id: location.id,
            r#type: location_ref.kind,
            target: location_ref.target,
            entity_ref: entity_ref.to_string(),
        }
    }
}

/// An item of the list: the location under `data`.
#[derive(Serialize, ToSchema)]
pub(super) struct LocationItem {
    data: LocationBody,
}

/// All registered locations.
#[utoipa::path(
    get,
    path = "/locations",
    operation_id = "GetLocations",
    tag = "Locations",
    responses((status = 200, description = "The locations", body = Vec<LocationItem>))
)]
pub(super) async fn get_locations(
    State(catalog): State<Catalog>,
    caller: Caller,
) -> Result<Json<Vec<LocationItem>>, ApiError> {
    let locations = catalog.locations(&caller).await?;
    Ok(Json(locations.into_iter().map(|location| LocationItem { data: location.into() }).collect()))
}

/// The body of `POST /locations/by-query`.
#[derive(Deserialize, Default, ToSchema)]
#[serde(default)]
pub(super) struct LocationsQuery {
    cursor: Option<String>,
    #[serde(deserialize_with = "body::count")]
    limit: Option<usize>,
    #[schema(value_type = Option<Object>)]
    query: Option<Value>,
}

/// One page of locations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationsPage {
    items: Vec<LocationBody>,
    total_items: usize,
    page_info: PageInfo,
}

/// Where the next page starts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Locations that satisfy a predicate over `id`, `type` and `target`.
#[utoipa::path(
    post,
    path = "/locations/by-query",
    operation_id = "GetLocationsByQuery",
    tag = "Locations",
    request_body = Option<LocationsQuery>,
    responses((status = 200, description = "A page", body = LocationsPage))
)]
pub(super) async fn query_locations(
    State(catalog): State<Catalog>,
    caller: Caller,
    ObjectBody(body): ObjectBody<LocationsQuery>,
) -> Result<Json<LocationsPage>, ApiError> {
    let cursor: Option<OffsetCursor> = body.cursor.as_deref().map(cursor::decode).transpose()?;
    let offset = cursor.map_or(0, |cursor| cursor.offset);
    let limit = body.limit.or(cursor.map(|cursor| cursor.limit)).unwrap_or(DEFAULT_LIMIT).min(DEFAULT_LIMIT);
    let mut locations = catalog.query_locations(&caller, body.query.as_ref()).await?;
    let total_items = locations.len();
    locations.drain(..offset.min(total_items));
    locations.truncate(limit);
    let end = offset.saturating_add(limit);
    let next_cursor = (limit > 0 && end < total_items)
        .then(|| cursor::encode(&OffsetCursor { limit, offset: end }))
        .transpose()?;
    Ok(Json(LocationsPage {
        items: locations.into_iter().map(LocationBody::from).collect(),
        total_items,
        page_info: PageInfo { next_cursor },
    }))
}

/// One location by its id.
#[utoipa::path(
    get,
    path = "/locations/{id}",
    operation_id = "GetLocation",
    tag = "Locations",
    params(("id" = String, Path)),
    responses((status = 200, description = "The location", body = LocationBody), (status = 404, description = "There is no such location"))
)]
pub(super) async fn get_location(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<LocationBody>, ApiError> {
    Ok(Json(catalog.location(&caller, &id).await?.into()))
}

/// The registered location that an entity came from.
#[utoipa::path(
    get,
    path = "/locations/by-entity/{kind}/{namespace}/{name}",
    operation_id = "getLocationByEntity",
    tag = "Locations",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "The location", body = LocationBody), (status = 404, description = "No registered location led to it"))
)]
pub(super) async fn get_location_by_entity(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath((kind, namespace, name)): ApiPath<(String, String, String)>,
) -> Result<Json<LocationBody>, ApiError> {
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    Ok(Json(catalog.location_of_entity(&caller, &entity_ref).await?.into()))
}

/// The body of `POST /locations`.
#[derive(Deserialize, ToSchema)]
pub(super) struct LocationInput {
    r#type: String,
    target: String,
}

/// A location that was registered, or would be.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedBody {
    location: LocationBody,
    #[schema(value_type = Vec<Object>)]
    entities: Vec<Value>,
    /// In a dry run, whether it is registered already.
    #[serde(skip_serializing_if = "Option::is_none")]
    exists: Option<bool>,
}

/// Registers a location of type `url`. A dry run shows what it would bring.
#[utoipa::path(
    post,
    path = "/locations",
    operation_id = "CreateLocation",
    tag = "Locations",
    params(
        ("dryRun" = Option<String>, Query, description = "`true`: nothing is registered, and the answer has the entities"),
        ("onConflict" = Option<String>, Query, description = "`reject` (409, the default) or `refresh`"),
    ),
    request_body = LocationInput,
    responses(
        (status = 201, description = "Created", body = CreatedBody),
        (status = 400, description = "The address cannot be read"),
        (status = 409, description = "It is registered already"),
    )
)]
pub(super) async fn create_location(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
    ObjectBody(body): ObjectBody<LocationInput>,
) -> Result<(StatusCode, Json<CreatedBody>), ApiError> {
    let refreshes = match params.one("onConflict") {
        None | Some("reject") => false,
        Some("refresh") => true,
        Some(other) => {
            return Err(Error::input(format!("onConflict is reject or refresh, and not {other:?}.")).into());
        }
    };
    let location = model::LocationRef { kind: body.r#type, target: body.target.trim().to_owned() };
    let created = if matches!(params.one("dryRun"), Some("true" | "1" | "")) {
        catalog.try_location(&caller, location).await?
    } else {
        catalog.create_location(&caller, location, refreshes).await?
    };
    let body =
        CreatedBody { location: created.location.into(), entities: created.entities, exists: created.exists };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Unregisters a location.
#[utoipa::path(
    delete,
    path = "/locations/{id}",
    operation_id = "DeleteLocation",
    tag = "Locations",
    params(("id" = String, Path)),
    responses((status = 204, description = "Unregistered"), (status = 404, description = "There is no such location"))
)]
pub(super) async fn delete_location(
    State(catalog): State<Catalog>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    catalog.delete_location(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `POST /analyze-location`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnalyzeInput {
    location: LocationInput,
    /// Name of descriptor files, `catalog-info.yaml` by default. Older clients write `catalogFilename`.
    #[serde(alias = "catalogFilename")]
    catalog_file_name: Option<String>,
}

/// What is in a repository.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnalysisBody {
    #[schema(value_type = Vec<Object>)]
    existing_entity_files: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    generate_entities: Vec<Value>,
}

/// Finds the descriptors of a repository, or proposes one.
#[utoipa::path(
    post,
    path = "/analyze-location",
    operation_id = "AnalyzeLocation",
    tag = "Locations",
    request_body = AnalyzeInput,
    responses((status = 200, description = "What was found", body = AnalysisBody), (status = 400, description = "The address cannot be read"))
)]
pub(super) async fn analyze_location(
    State(catalog): State<Catalog>,
    caller: Caller,
    ObjectBody(body): ObjectBody<AnalyzeInput>,
) -> Result<Json<AnalysisBody>, ApiError> {
    let location = model::LocationRef { kind: body.location.r#type, target: body.location.target };
    let found = catalog.analyze_location(&caller, &location, body.catalog_file_name.as_deref()).await?;
    Ok(Json(AnalysisBody { existing_entity_files: found.existing, generate_entities: found.generate }))
}
