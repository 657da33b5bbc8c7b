//! The REST doors of sign-in: `/api/auth/oidc` with the addresses of Backstage, and the forms of the settings page.
//!
//! People come here by links and forms, so what fails leads to a page that says why.

use axum::Json;
use axum::extract::{Form, State};
use axum::http::header::{ACCEPT, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use platform::access::Caller;
use platform::error::Error;
use platform::http::{ApiError, ApiQuery, ErrorBody};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::{Access, Reply, Step};
use crate::target;

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(access: Access) -> OpenApiRouter {
    let sign_in = OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(frame))
        .routes(routes!(refresh))
        .routes(routes!(logout));
    let portico = OpenApiRouter::new().routes(routes!(end_sessions));
    OpenApiRouter::new().nest("/api/auth/oidc", sign_in).nest("/api/portico", portico).with_state(access)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Start {
    env: Option<String>,
    scope: String,
    flow: Option<String>,
    redirect_url: Option<String>,
}

/// Begins a sign-in: leads to the provider.
#[utoipa::path(
    get,
    path = "/start",
    operation_id = "StartSignIn",
    tag = "Sign-in",
    params(
        ("env" = Option<String>, Query, description = "The environment of the configuration; another one than this portal's is refused"),
        ("scope" = Option<String>, Query, description = "Scopes to ask for besides those of the configuration"),
        ("origin" = Option<String>, Query, description = "Ignored: the portal has one origin"),
        ("flow" = Option<String>, Query, description = "redirect; there are no pop-up windows"),
        ("redirectUrl" = Option<String>, Query, description = "A page of this portal to lead to afterwards; anything else counts as the home page"),
    ),
    responses(
        (status = 303, description = "To the provider, or to the sign-in page if that can't be reached"),
        (status = 400, description = "Another environment or flow", body = ErrorBody),
    )
)]
async fn start(State(access): State<Access>, ApiQuery(query): ApiQuery<Start>) -> Result<Response, ApiError> {
    let environment = &access.inner.settings.environment;
    if query.env.as_ref().is_some_and(|env| !env.is_empty() && env != environment) {
        return Err(
            Error::input(format!("env has to be {environment}, which auth.environment names.")).into()
        );
    }
    if query.flow.as_deref().is_some_and(|flow| !matches!(flow, "" | "redirect")) {
        return Err(Error::input("flow has to be redirect: sign-in uses no pop-up windows.").into());
    }
    let target = query.redirect_url.as_deref();
    let step = access.begin(&query.scope, target::local_or_home(target)).await;
    Ok(lead(step.unwrap_or_else(|failure| access.failed(&failure, target))))
}

/// Where the provider sends people back: ends the sign-in and leads to the page that they wanted.
#[utoipa::path(
    get,
    path = "/handler/frame",
    operation_id = "FinishSignIn",
    tag = "Sign-in",
    params(
        ("code" = Option<String>, Query, description = "The code of the provider"),
        ("state" = Option<String>, Query, description = "The state of a sign-in that this browser began"),
        ("iss" = Option<String>, Query, description = "Who replies (RFC 9207)"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
        ("error_description" = Option<String>, Query, description = "The same in words"),
    ),
    responses((status = 303, description = "To the page, or to the sign-in page if the sign-in failed"))
)]
async fn frame(
    State(access): State<Access>,
    headers: HeaderMap,
    ApiQuery(reply): ApiQuery<Reply>,
) -> Response {
    let step = access.finish(&headers, &reply).await;
    lead(step.unwrap_or_else(|failure| access.failed(&failure, None)))
}

/// Who the session's person is, in Backstage's shape. There is no `token`, because Portico issues none, and
/// `providerInfo` is empty, because it keeps none of the provider's.
#[utoipa::path(
    post,
    path = "/refresh",
    operation_id = "RefreshSignIn",
    tag = "Sign-in",
    responses(
        (status = 200, description = "The person", body = Object),
        (status = 401, description = "There is no session", body = ErrorBody),
    )
)]
async fn refresh(
    State(access): State<Access>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(access.identity(&caller, &headers).await?))
}

/// Ends the session of the request.
#[utoipa::path(
    post,
    path = "/logout",
    operation_id = "SignOut",
    tag = "Sign-in",
    responses(
        (status = 204, description = "Signed out"),
        (status = 303, description = "The same for a browser: to the sign-in page, which offers to sign out of the provider as well"),
    )
)]
async fn logout(State(access): State<Access>, headers: HeaderMap) -> Result<Response, ApiError> {
    let step = access.sign_out(&headers).await?;
    if wants_page(&headers) {
        return Ok(lead(step));
    }
    Ok(with_cookies(StatusCode::NO_CONTENT.into_response(), step.cookies))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EndSessions {
    /// One session; without it all others.
    session: Option<String>,
}

/// Ends a session of the caller's, or all but the one of this request.
#[utoipa::path(
    post,
    path = "/sessions/end",
    operation_id = "EndSessions",
    tag = "Sign-in",
    request_body(content_type = "application/x-www-form-urlencoded", content = Object, description = "session: the id of one; without it all others end"),
    responses(
        (status = 303, description = "To the settings page"),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 403, description = "The caller has no sessions", body = ErrorBody),
        (status = 404, description = "There is no such session", body = ErrorBody),
    )
)]
async fn end_sessions(
    State(access): State<Access>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<EndSessions>,
) -> Result<Response, ApiError> {
    access.end_sessions(&caller, &headers, form.session.as_deref()).await?;
    Ok(lead(Step { location: "/settings#sessions".to_owned(), cookies: Vec::new() }))
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|kinds| kinds.to_str().is_ok_and(|kinds| kinds.contains("text/html")))
}

fn lead(step: Step) -> Response {
    let Ok(location) = HeaderValue::from_str(&step.location) else {
        // Only an address with signs that no header may have, which neither a page nor a provider has.
        return StatusCode::BAD_GATEWAY.into_response();
    };
    with_cookies((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(), step.cookies)
}

fn with_cookies(mut response: Response, cookies: Vec<HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
