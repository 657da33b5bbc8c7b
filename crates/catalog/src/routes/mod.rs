//! The REST doors of the catalog: `/api/catalog` as Backstage 1.55 serves it, and `/api/portico` for what is ours.
//!
//! A handler takes the caller, parses, calls one service function and maps the result. It decides nothing else.

mod body;
mod by_query;
mod cursor;
mod entities;
mod events;
mod export;
mod facets;
mod forms;
mod graph;
mod json;
mod locations;
mod lookup;
mod maintenance;
mod params;
mod problems;
#[cfg(test)]
mod tests;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::Catalog;

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(catalog: Catalog) -> OpenApiRouter {
    OpenApiRouter::new().nest("/api/catalog", backstage()).nest("/api/portico", portico()).with_state(catalog)
}

fn backstage() -> OpenApiRouter<Catalog> {
    OpenApiRouter::new()
        .routes(routes!(entities::get_entities))
        .routes(routes!(by_query::get_entities_by_query, by_query::query_entities_by_predicate))
        .routes(routes!(lookup::get_entities_by_refs))
        .routes(routes!(lookup::get_entity_by_uid, lookup::delete_entity_by_uid))
        .routes(routes!(lookup::get_entity_by_name))
        .routes(routes!(lookup::get_entity_ancestry))
        .routes(routes!(facets::get_entity_facets, facets::query_entity_facets))
        .routes(routes!(locations::get_locations, locations::create_location))
        .routes(routes!(locations::query_locations))
        .routes(routes!(locations::get_location, locations::delete_location))
        .routes(routes!(locations::get_location_by_entity))
        .routes(routes!(locations::analyze_location))
        .routes(routes!(maintenance::refresh_entity))
        .routes(routes!(maintenance::validate_entity))
}

fn portico() -> OpenApiRouter<Catalog> {
    OpenApiRouter::new()
        .routes(routes!(problems::get_problems))
        .routes(routes!(events::get_events))
        .routes(routes!(export::export_csv))
        .routes(routes!(export::export_json))
        .routes(routes!(forms::register))
        .routes(routes!(forms::unregister))
        .routes(routes!(forms::refresh))
        .routes(routes!(forms::delete_entity))
        .routes(routes!(graph::export_graph))
}
