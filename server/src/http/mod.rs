//! The server's HTTP side: the router of the whole product, and what surrounds every request.
//! Addresses and their handlers belong to the capabilities; this module puts them side by side.

mod assets;
mod connections;
mod document;
mod edge;
mod encoding;
mod health;
mod host;
mod measurement;
mod origin;
mod pages;
mod request_id;
mod security_headers;
mod sent_form;
mod trailing_slash;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, middleware};
use platform::error::Error;
use platform::http::error_response;
use serde_json::json;
use tower::ServiceExt as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use self::connections::{Limits, serve};
pub(crate) use self::document::text as document_text;
pub(crate) use self::edge::{Edge, TIME_LIMIT};
pub(crate) use self::health::Vitals;
pub(crate) use self::host::AllowedHosts;
pub(crate) use self::measurement::Durations;
pub(crate) use self::origin::AllowedOrigins;
pub(crate) use self::pages::{FORM_PAGES, PageContext, paths as page_paths};

/// Puts the API of all capabilities, the pages, the site's files and the edge together.
pub(crate) fn router(
    api: OpenApiRouter,
    vitals: Vitals,
    context: PageContext,
    edge: Edge,
) -> anyhow::Result<Router> {
    let (api, document) = compose(api, vitals);
    let text = document_text(&document)?;
    let pages = pages::routes(context.clone());
    let api: Router = api.with_state(text.into());
    let without_slash = api.clone().fallback(nothing).method_not_allowed_fallback(method_not_allowed);
    let fallback = move |request: Request| unmatched(context.clone(), without_slash.clone(), request);
    Ok(Router::new()
        .merge(api)
        .merge(pages)
        .fallback(fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(encoding::compression())
        .layer(middleware::from_fn_with_state(Arc::new(edge), edge::pass)))
}

/// The API as one router and one document.
pub(crate) fn compose(api: OpenApiRouter, vitals: Vitals) -> (Router<Bytes>, OpenApi) {
    document::router()
        .merge(health::routes(vitals).with_state(()))
        .merge(api.with_state(()))
        .split_for_parts()
}

/// What no route matches: a file of the site, an address with a slash too many, an unknown one of the API, or a page that is
/// not there.
async fn unmatched(context: PageContext, api: Router, mut request: Request) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if is_api(&uri) {
        let Some(shorter) = trailing_slash::trimmed(&uri) else { return nothing(request).await };
        *request.uri_mut() = shorter;
        request.extensions_mut().insert(Asked(uri));
        return api.oneshot(request).await.into_response();
    }
    if let Some(file) = assets::answer(&method, &uri, request.headers()).await {
        return file;
    }
    if let Some(moved) = trailing_slash::redirect(&method, &uri) {
        return moved;
    }
    pages::not_found(context, request).await
}

/// The address of a request as it came, where it is answered by a shorter one.
#[derive(Clone)]
struct Asked(Uri);

/// An address of the API that is not there.
async fn nothing(request: Request) -> Response {
    let uri = request.extensions().get::<Asked>().map_or_else(|| request.uri(), |Asked(uri)| uri);
    let error = Error::not_found(format!("There is nothing at {} {}.", request.method(), uri.path()));
    error_response(&error, request.method(), uri)
}

/// Axum adds the `Allow` header that names the methods which an address knows.
async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let body = json!({
        "error": {
            "name": "MethodNotAllowedError",
            "message": format!("{} does not know the method {method}.", uri.path()),
        },
        "request": { "method": method.as_str(), "url": uri.path() },
        "response": { "statusCode": status.as_u16() },
    });
    (status, Json(body)).into_response()
}

fn is_api(uri: &Uri) -> bool {
    uri.path() == "/api" || uri.path().starts_with("/api/")
}
