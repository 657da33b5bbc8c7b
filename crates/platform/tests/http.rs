//! The error body of Backstage, and refusals that help.

#![expect(clippy::expect_used, reason = "what a test relies on may fail it")]

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, OriginalUri, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};
use platform::http::{ApiBytes, ApiError, ApiJson, ApiPath, ApiQuery, RequestId, complete_error};
use platform::{Caller, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[derive(Deserialize)]
struct Page {
    limit: u32,
}

async fn fail() -> Result<(), ApiError> {
    Err(Error::internal(std::io::Error::other("password=hunter2 was refused")).into())
}

async fn find() -> Result<(), ApiError> {
    Err(Error::not_found("No entity named x.").into())
}

async fn take(ApiJson(page): ApiJson<Page>) -> String {
    page.limit.to_string()
}

async fn bytes(ApiBytes(bytes): ApiBytes) -> String {
    bytes.len().to_string()
}

async fn query(ApiQuery(page): ApiQuery<Page>) -> String {
    page.limit.to_string()
}

async fn named(ApiPath((name, page)): ApiPath<(String, u32)>) -> String {
    format!("{name} {page}")
}

async fn misnamed(ApiPath((_, _)): ApiPath<(String, String)>) {}

async fn who(caller: Caller, RequestId(id): RequestId) -> String {
    format!("{} {id}", caller.subject())
}

/// What the edge of the server does.
async fn complete(OriginalUri(uri): OriginalUri, method: Method, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    complete_error(next.run(request).await, &id.0, &method, &uri)
}

fn router() -> Router {
    let routes: [(&str, MethodRouter); 8] = [
        ("/fail", get(fail)),
        ("/find", get(find)),
        ("/take", post(take)),
        ("/bytes", post(bytes)),
        ("/query", get(query)),
        ("/named/{name}/{page}", get(named)),
        ("/misnamed/{name}", get(misnamed)),
        ("/who", get(who)),
    ];
    #[expect(clippy::disallowed_methods, reason = "these addresses are this test's own")]
    let api = routes.into_iter().fold(Router::new(), |router, (path, method)| router.route(path, method));
    let api = api.layer(DefaultBodyLimit::max(64)).layer(middleware::from_fn(complete));
    Router::new().nest("/api/catalog", api)
}

async fn send(request: Request) -> (StatusCode, String) {
    let response = router().oneshot(request).await.expect("a router never fails");
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a short body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

fn of(path: &str) -> Request {
    Request::get(format!("/api/catalog{path}")).body(Body::empty()).expect("a request")
}

fn with_body(kind: &str, body: &str) -> Request {
    let request = Request::post("/api/catalog/take").header("content-type", kind);
    request.body(Body::from(body.to_owned())).expect("a request")
}

#[tokio::test]
async fn an_error_names_the_request_from_the_base_of_the_api() {
    let (status, text) = send(of("/find?x=1&y=%20")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        body,
        json!({
            "error": { "name": "NotFoundError", "message": "No entity named x." },
            "request": { "method": "GET", "url": "/find?x=1&y=%20" },
            "response": { "statusCode": 404 },
        })
    );
}

#[tokio::test]
async fn a_fault_keeps_its_cause_to_itself() {
    let (status, text) = send(of("/fail")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text.contains("InternalServerError") && !text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn refusals_say_what_is_allowed() {
    assert_eq!(send(with_body("application/json; charset=utf-8", "{\"limit\": 1}")).await.1, "1");
    assert_eq!(send(of("/query?limit=2")).await.1, "2");
    assert_eq!(send(of("/named/a%2Fb%20%C3%BC/3")).await.1, "a/b ü 3");
    let mut refusals = String::new();
    for request in [
        with_body("text/plain", "{\"limit\": 1}"),
        with_body("application/json", "{\"limit\": \"many\"}"),
        with_body("application/json", "{\"limit\": "),
        with_body("application/json", &" ".repeat(100)),
        of("/query"),
        of("/query?limit=many"),
        of("/named/%ff/3"),
        of("/named/a/many"),
        of("/misnamed/a"),
    ] {
        let (status, text) = send(request).await;
        let body: Value = serde_json::from_str(&text).expect("JSON");
        refusals += &format!("{} {}: {}\n", status.as_u16(), body["error"]["name"], body["error"]["message"]);
    }
    insta::assert_snapshot!(refusals, @r#"
    400 "InputError": "The request body has to be JSON, with the header content-type: application/json."
    400 "InputError": "The request body is not as expected: invalid type: string \"many\", expected u32 at line 1 column 16."
    400 "InputError": "The request body is not as expected: EOF while parsing a value at line 1 column 10."
    413 "PayloadTooLargeError": "The request body is larger than the portal accepts; send less at a time."
    400 "InputError": "The query of the address is not as expected: missing field `limit`."
    400 "InputError": "The query of the address is not as expected: limit: invalid digit found in string."
    400 "InputError": "The path of the address is not as expected: Invalid UTF-8 in `name`."
    400 "InputError": "The path of the address is not as expected: Cannot parse value at index 1 with value `many` to a `u32`."
    500 "InternalServerError": "Something failed inside Portico; the log has the cause under the request id."
    "#);
}

#[tokio::test]
async fn a_body_is_taken_as_it_is() {
    let post = |body: Vec<u8>| Request::post("/api/catalog/bytes").body(Body::from(body)).expect("a request");
    assert_eq!(send(post(Vec::new())).await.1, "0");
    assert_eq!(send(post(vec![0xff; 64])).await.1, "64");
    let (status, text) = send(post(vec![0; 65])).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text.contains("PayloadTooLargeError"), "{text}");
}

#[tokio::test]
async fn a_request_that_nobody_looked_at_is_nobodys() {
    assert_eq!(send(of("/who")).await.1, "nobody ");
    let mut request = of("/who");
    request.extensions_mut().insert(Caller::Guest);
    request.extensions_mut().insert(RequestId("r1".to_owned()));
    assert_eq!(send(request).await.1, "guest r1");
}
