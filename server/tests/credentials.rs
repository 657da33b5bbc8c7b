//! Credentials in requests: which count, which are somebody else's, and where nobody looks at them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use reqwest::Response;
use serde_json::Value;
use testkit::Portal;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

/// What needs no caller: the vitals, and the files of which pages are made.
const PUBLIC: [&str; 5] = ["/healthz", "/readyz", "/metrics", "/style/tokens.css", "/live.js"];

async fn portal() -> Portal {
    Portal::start(PORTICO, std::iter::empty::<&str>()).await
}

async fn get(portal: &Portal, path: &str, authorization: &str) -> Response {
    let request = portal.client().get(format!("{}{path}", portal.address()));
    request.header("authorization", authorization).send().await.unwrap()
}

fn kind(response: &Response) -> &str {
    response.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap())
}

#[tokio::test]
async fn a_token_that_nobody_knows_is_refused_in_the_form_of_the_address() {
    let portal = portal().await;
    for path in ["/api/catalog/entities", "/api/portico/ui/home", "/api/nowhere"] {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let response = get(&portal, path, &format!("{scheme} made-up")).await;
            assert_eq!(response.status(), 401, "{scheme} {path}");
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["error"]["name"], "AuthenticationError", "{path}: {body}");
        }
    }
    for path in ["/", "/catalog", "/problems", "/catalog/default/component/shop"] {
        let response = get(&portal, path, "Bearer made-up").await;
        assert_eq!(response.status(), 401, "{path}");
        assert!(kind(&response).starts_with("text/html"), "{path}: {}", kind(&response));
        assert!(response.text().await.unwrap().contains("Sign in to see this"), "{path}");
    }
}

/// A proxy that asks people for a password passes their answer on.
#[tokio::test]
async fn credentials_for_a_proxy_in_front_are_not_the_portals() {
    let portal = portal().await;
    for authorization in
        ["Basic YWRhOnNlY3JldA==", "Digest username=ada", "Negotiate abc", "Bearerless x", ""]
    {
        for path in PUBLIC.into_iter().chain(["/", "/catalog", "/api/catalog/entities"]) {
            let response = get(&portal, path, authorization).await;
            assert_eq!(response.status(), 200, "{path} with {authorization:?}");
        }
    }
}

#[tokio::test]
async fn vitals_and_files_look_at_no_credentials() {
    let portal = portal().await;
    for path in PUBLIC {
        let response = get(&portal, path, "Bearer made-up").await;
        assert_eq!(response.status(), 200, "{path}");
    }
}
