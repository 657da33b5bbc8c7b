//! The REST door of the search: `/api/search` as Backstage serves it.

pub(crate) mod cursor;
mod params;
mod query;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::Search;

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(search: Search) -> OpenApiRouter {
    let backstage = OpenApiRouter::new().routes(routes!(query::query));
    OpenApiRouter::new().nest("/api/search", backstage).with_state(search)
}
