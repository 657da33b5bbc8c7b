//! The pages: mounts the application's routes and server functions, and hands both the same context.

use access::Access;
use app::scaffolder::SentForm;
use app::{App, Site, Visitor};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use catalog::Catalog;
use home::Home;
use leptos::config::{Env, LeptosOptions};
use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list, render_app_async_with_context};
use model::{SIGN_IN, sign_in_address};
use notifications::Notifications;
use platform::access::Caller;
use platform::http::RequestId;
use scaffolder::Scaffolder;
use search::Search;

use super::security_headers::page_policy;
use super::sent_form;

/// Pages that have a form which is sent to the page itself.
pub(crate) const FORM_PAGES: [&str; 6] = [
    "/create/templates/{namespace}/{name}",
    "/create/edit",
    "/create/edit/{namespace}/{name}",
    "/create/schedules",
    "/create/tasks/{id}",
    "/notifications",
];

/// What pages and server functions find in their context, besides the request itself.
#[derive(Clone)]
pub(crate) struct PageContext {
    /// The service that they ask.
    pub(crate) catalog: Catalog,
    /// Knows who looks at a page.
    pub(crate) access: Access,
    /// The search over it.
    pub(crate) search: Search,
    /// And the one of what people keep.
    pub(crate) home: Home,
    /// The one of what people are told.
    pub(crate) notifications: Notifications,
    /// The one of templates and their runs.
    pub(crate) scaffolder: Scaffolder,
    /// What this installation calls itself.
    pub(crate) site: Site,
}

impl PageContext {
    /// Provides the services, the caller and the request's number, and sends the content security policy
    /// with the same nonce that the page's scripts carry. (A server function has no nonce and no page.)
    fn provide(&self) {
        provide_context(self.catalog.clone());
        provide_context(self.search.clone());
        provide_context(self.home.clone());
        provide_context(self.notifications.clone());
        provide_context(self.scaffolder.clone());
        provide_context(self.site.clone());
        provide_context(self.access.clone());
        if let Some(parts) = use_context::<Parts>() {
            let caller = parts.extensions.get::<Caller>().cloned().unwrap_or(Caller::Nobody);
            provide_context(Visitor::from(self.access.visitor(&caller)));
            provide_context(caller);
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
#[expect(
    clippy::disallowed_methods,
    reason = "`portico routes` lists FORM_PAGES, and so does the test of authorization"
)]
pub(crate) fn routes(context: PageContext) -> Router {
    let options = options();
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let access = context.access.clone();
    let mut forms = Router::new();
    for page in FORM_PAGES {
        let context = context.clone();
        forms = forms.route(page, post(move |request: Request| answer_form(context.clone(), request)));
    }
    let forms = forms.layer(DefaultBodyLimit::max(sent_form::MOST_BYTES));
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), move || context.provide(), shell)
        .with_state(options)
        .merge(forms)
        .layer(middleware::from_fn_with_state(access, to_sign_in))
}

/// Answers a form that was sent to its page with the page as it is then.
async fn answer_form(context: PageContext, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_nobody = parts.extensions.get::<Caller>().is_none_or(|caller| *caller == Caller::Nobody);
    // Who may see nothing is told so without a word being read.
    let read = if is_nobody {
        SentForm(Ok(Vec::new()))
    } else {
        sent_form::read(Request::from_parts(parts.clone(), body)).await
    };
    // The application knows pages that are asked for, and takes the form from the context.
    parts.method = Method::GET;
    let options = options();
    let provide = move || {
        context.provide();
        provide_context(read.clone());
    };
    render_app_async_with_context(provide, move || app::shell(options.clone()))(Request::from_parts(
        parts,
        Body::empty(),
    ))
    .await
}

/// Leads nobody from a page to the sign-in page and back, where people can sign in. Server functions answer for
/// themselves.
async fn to_sign_in(State(access): State<Access>, request: Request, next: Next) -> Response {
    let is_nobody = request.extensions().get::<Caller>().is_none_or(|caller| *caller == Caller::Nobody);
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !super::is_api(request.uri())
        && request.uri().path() != SIGN_IN;
    if !(is_nobody && is_page && access.has_provider()) {
        return next.run(request).await;
    }
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
    match HeaderValue::from_str(&sign_in_address(here)) {
        Ok(address) => {
            let headers = [(LOCATION, address), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => next.run(request).await,
    }
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
