//! The pages: mounts the application's routes and server functions, and hands both the same context.

use app::{App, Site};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use catalog::Catalog;
use leptos::config::{Env, LeptosOptions};
use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list, render_app_async_with_context};
use platform::access::Caller;
use platform::http::RequestId;
use search::Search;

use super::security_headers::page_policy;

/// What pages and server functions find in their context, besides the request itself.
#[derive(Clone)]
pub(crate) struct PageContext {
    /// The service that they ask.
    pub(crate) catalog: Catalog,
    /// The search over it.
    pub(crate) search: Search,
    /// What this installation calls itself.
    pub(crate) site: Site,
}

impl PageContext {
    /// Provides the services, the caller and the request's number, and sends the content security policy
    /// with the same nonce that the page's scripts carry. (A server function has no nonce and no page.)
    fn provide(&self) {
        provide_context(self.catalog.clone());
        provide_context(self.search.clone());
        provide_context(self.site.clone());
        if let Some(parts) = use_context::<Parts>() {
            provide_context(parts.extensions.get::<Caller>().cloned().unwrap_or(Caller::Nobody));
            if let Some(id) = parts.extensions.get::<RequestId>() {
                provide_context(id.clone());
            }
        }
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The routes of all pages and server functions.
pub(crate) fn routes(context: PageContext) -> Router {
    let options = options();
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), move || context.provide(), shell)
        .with_state(options)
}

/// Renders the application for an address that none of its routes matches: its own page for that, with
/// status 404.
pub(crate) async fn not_found(context: PageContext, request: Request<Body>) -> Response {
    let options = options();
    let render =
        render_app_async_with_context(move || context.provide(), move || app::shell(options.clone()));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// The addresses of all pages, as templates.
pub(crate) fn paths() -> Vec<String> {
    generate_route_list(App).iter().map(|listing| listing.path().to_owned()).collect()
}

/// The bundle is called `frontend` and lies in `/pkg`; Trunk's configuration says the same.
fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("frontend").site_root("target/site").env(Env::PROD).build()
}
