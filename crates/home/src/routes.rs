//! The REST doors below `/api/portico`: stars and saved views.
//!
//! A handler takes the visitor, parses, calls one service function and maps the result. A guest gets a cookie with the
//! answer to the first change.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use model::{EntityRef, SavedView};
use platform::http::{ApiError, ApiJson, ApiPath};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::{Home, ViewChange};
use crate::visitor::Visitor;

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(home: Home) -> OpenApiRouter {
    let routes = OpenApiRouter::new()
        .routes(routes!(get_stars))
        .routes(routes!(put_star, delete_star))
        .routes(routes!(get_views, post_view))
        .routes(routes!(get_view, put_view, delete_view));
    OpenApiRouter::new().nest("/api/portico", routes).with_state(home)
}

/// The caller's stars.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Stars {
    /// Entity references, the newest star first.
    entity_refs: Vec<String>,
}

/// What the caller has starred.
#[utoipa::path(get, path = "/stars", operation_id = "GetStars", tag = "Home", responses((status = 200, body = Stars)))]
async fn get_stars(State(home): State<Home>, visitor: Visitor) -> Result<Json<Stars>, ApiError> {
    Ok(Json(Stars { entity_refs: home.stars(&visitor).await? }))
}

/// Stars an entity.
#[utoipa::path(
    put,
    path = "/stars/{kind}/{namespace}/{name}",
    operation_id = "PutStar",
    tag = "Home",
    params(
        ("kind" = String, Path, description = "Kind of the entity"),
        ("namespace" = String, Path, description = "Namespace of the entity"),
        ("name" = String, Path, description = "Name of the entity"),
    ),
    responses(
        (status = 204, description = "Starred"),
        (status = 404, description = "There is no such entity"),
        (status = 409, description = "There are too many stars already"),
    )
)]
async fn put_star(
    State(home): State<Home>,
    visitor: Visitor,
    ApiPath(parts): ApiPath<(String, String, String)>,
) -> Result<Response, ApiError> {
    set_star(home, visitor, parts, true).await
}

/// Takes the star of an entity away.
#[utoipa::path(
    delete,
    path = "/stars/{kind}/{namespace}/{name}",
    operation_id = "DeleteStar",
    tag = "Home",
    params(
        ("kind" = String, Path, description = "Kind of the entity"),
        ("namespace" = String, Path, description = "Namespace of the entity"),
        ("name" = String, Path, description = "Name of the entity"),
    ),
    responses((status = 204, description = "Not starred"))
)]
async fn delete_star(
    State(home): State<Home>,
    visitor: Visitor,
    ApiPath(parts): ApiPath<(String, String, String)>,
) -> Result<Response, ApiError> {
    set_star(home, visitor, parts, false).await
}

async fn set_star(
    home: Home,
    mut visitor: Visitor,
    (kind, namespace, name): (String, String, String),
    starred: bool,
) -> Result<Response, ApiError> {
    let entity_ref = EntityRef::new(&kind, &namespace, &name);
    home.set_star(&mut visitor, &entity_ref, starred).await?;
    Ok(with_cookie(&home, &visitor, StatusCode::NO_CONTENT.into_response()))
}

/// A saved view.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ViewBody {
    /// Stays for as long as there is the view.
    id: String,
    /// At most 80 characters.
    title: String,
    /// The page with its parameters.
    address: String,
    /// Whether everybody who may read sees it.
    shared: bool,
    /// The address that leads to the page, whatever the view is called.
    href: String,
    /// Who keeps it; missing where that is the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl From<SavedView> for ViewBody {
    fn from(view: SavedView) -> Self {
        let href = view.href();
        let SavedView { id, title, address, shared, by } = view;
        Self { id, title, address, shared, href, by }
    }
}

/// A view that is to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// 1 to 80 characters.
    title: String,
    /// An address of the catalog, the graph or the problems, such as `/catalog?kind=API`.
    address: String,
    /// Whether everybody who may read sees it.
    #[serde(default)]
    shared: bool,
}

/// What becomes different in a view.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedView {
    /// 1 to 80 characters.
    title: Option<String>,
    /// Whether everybody who may read sees it.
    shared: Option<bool>,
}

/// The caller's views, then those that others share.
#[utoipa::path(get, path = "/views", operation_id = "GetViews", tag = "Home", responses((status = 200, body = Vec<ViewBody>)))]
async fn get_views(State(home): State<Home>, visitor: Visitor) -> Result<Json<Vec<ViewBody>>, ApiError> {
    Ok(Json(home.views(&visitor).await?.views.into_iter().map(ViewBody::from).collect()))
}

/// Saves a page under a title.
#[utoipa::path(
    post,
    path = "/views",
    operation_id = "PostView",
    tag = "Home",
    request_body = NewView,
    responses(
        (status = 201, body = ViewBody),
        (status = 400, description = "The title or the address can't be saved"),
        (status = 409, description = "There are too many views already"),
    )
)]
async fn post_view(
    State(home): State<Home>,
    mut visitor: Visitor,
    ApiJson(body): ApiJson<NewView>,
) -> Result<Response, ApiError> {
    let view = home.save_view(&mut visitor, &body.title, &body.address, body.shared).await?;
    let response = (StatusCode::CREATED, Json(ViewBody::from(view))).into_response();
    Ok(with_cookie(&home, &visitor, response))
}

/// One view.
#[utoipa::path(
    get,
    path = "/views/{id}",
    operation_id = "GetView",
    tag = "Home",
    params(("id" = String, Path, description = "Id of the view")),
    responses((status = 200, body = ViewBody), (status = 404, description = "There is no such view"))
)]
async fn get_view(
    State(home): State<Home>,
    visitor: Visitor,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<ViewBody>, ApiError> {
    Ok(Json(home.view(&visitor, &id).await?.into()))
}

/// Renames one's own view, or changes who sees it.
#[utoipa::path(
    put,
    path = "/views/{id}",
    operation_id = "PutView",
    tag = "Home",
    params(("id" = String, Path, description = "Id of the view")),
    request_body = ChangedView,
    responses(
        (status = 200, body = ViewBody),
        (status = 403, description = "It is somebody else's"),
        (status = 404, description = "There is no such view"),
    )
)]
async fn put_view(
    State(home): State<Home>,
    visitor: Visitor,
    ApiPath(id): ApiPath<String>,
    ApiJson(ChangedView { title, shared }): ApiJson<ChangedView>,
) -> Result<Json<ViewBody>, ApiError> {
    Ok(Json(home.change_view(&visitor, &id, ViewChange { title, shared }).await?.into()))
}

/// Deletes one's own view.
#[utoipa::path(
    delete,
    path = "/views/{id}",
    operation_id = "DeleteView",
    tag = "Home",
    params(("id" = String, Path, description = "Id of the view")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "It is somebody else's"),
        (status = 404, description = "There is no such view"),
    )
)]
async fn delete_view(
    State(home): State<Home>,
    visitor: Visitor,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    home.delete_view(&visitor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The answer, with the number that the visitor's browser got.
fn with_cookie(home: &Home, visitor: &Visitor, mut response: Response) -> Response {
    if let Some(cookie) = home.cookie(visitor).and_then(|cookie| cookie.parse().ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
