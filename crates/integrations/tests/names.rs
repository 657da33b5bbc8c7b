//! The names that people choose from, where a peer has too few of them to show anything: a server answers with what GitHub
//! documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acme;

use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Json, Router};
use integrations::GithubApi;
use serde_json::{Value, json};

type Asked = Arc<Mutex<Vec<String>>>;

/// A host that answers in one way, and what it was asked.
async fn api(answer: fn(&Uri) -> (StatusCode, Value)) -> (GithubApi, Asked) {
    let asked: Asked = Arc::default();
    let told = Arc::clone(&asked);
    let answering = move |uri: Uri| async move {
        let uri: Uri = uri.to_string().strip_prefix("/api/v3").unwrap().parse().unwrap();
        told.lock().unwrap().push(uri.to_string());
        let (status, body) = answer(&uri);
        let answer: Response = (status, Json(body)).into_response();
        answer
    };
    let (integrations, page) = acme::host(Router::new().fallback(any(answering))).await;
    let host = page.strip_prefix("http://").unwrap().strip_suffix("/acme/shop").unwrap().to_owned();
    (integrations.github(&host, None).unwrap(), asked)
}

/// A page of a list that is as long as the address says.
fn page(uri: &Uri, of: usize, field: &str) -> Value {
    let query = uri.query().unwrap();
    let number = |name: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        value.unwrap().parse::<usize>().unwrap()
    };
    let (size, page) = (number("per_page"), number("page"));
    let names = (0..of).skip((page - 1) * size).take(size);
    names.map(|name| json!({ field: format!("n{name}") })).collect()
}

#[tokio::test]
async fn lists_are_read_to_their_end_or_until_there_are_too_many() {
    let (api, asked) = api(|uri| (StatusCode::OK, page(uri, 142, "full_name"))).await;
    let names = api.repositories().await.unwrap();
    assert_eq!((names.len(), names[141].as_str()), (142, "n141"));
    assert_eq!(
        *asked.lock().unwrap(),
        ["/user/repos?sort=pushed&per_page=100&page=1", "/user/repos?sort=pushed&per_page=100&page=2"]
    );

    let (api, asked) = self::api(|uri| (StatusCode::OK, page(uri, 10_000, "name"))).await;
    assert_eq!(api.branches("acme", "shop").await.unwrap().len(), 300);
    assert_eq!(asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn an_owner_is_an_organization_or_a_person() {
    let (api, asked) = api(|uri| match uri.path() {
        "/orgs/ada/repos" | "/orgs/grace/repos" => (StatusCode::NOT_FOUND, json!({ "message": "Not Found" })),
        "/user" => (StatusCode::OK, json!({ "login": "Grace" })),
        _ => (StatusCode::OK, json!([{ "name": "shop" }])),
    })
    .await;
    for (owner, expected) in [
        ("acme", vec!["/orgs/acme/repos"]),
        ("ada", vec!["/orgs/ada/repos", "/user", "/users/ada/repos"]),
        // The token sees more of its own.
        ("grace", vec!["/orgs/grace/repos", "/user", "/user/repos"]),
    ] {
        asked.lock().unwrap().clear();
        assert_eq!(api.repositories_of(owner).await.unwrap(), ["shop"], "{owner}");
        let asked = asked.lock().unwrap();
        let paths: Vec<_> = asked.iter().map(|path| path.split('?').next().unwrap()).collect();
        assert_eq!(paths, expected);
    }
}

#[tokio::test]
async fn owners_are_those_of_a_person_and_an_app_is_none() {
    let (api, _) = api(|uri| match uri.path() {
        "/user" => (StatusCode::OK, json!({ "login": "ada" })),
        _ => (StatusCode::OK, json!([{ "login": "acme" }, { "login": "moonrail" }])),
    })
    .await;
    assert_eq!(api.owners().await.unwrap(), ["ada", "acme", "moonrail"]);
    let (api, asked) = self::api(|_| {
        (StatusCode::FORBIDDEN, json!({ "message": "Resource not accessible by integration" }))
    })
    .await;
    assert!(api.owners().await.unwrap().is_empty());
    assert_eq!(asked.lock().unwrap().len(), 1);
    assert!(api.repositories().await.is_err(), "that is told");
}

#[tokio::test]
async fn what_is_no_name_is_not_asked_about() {
    let (api, asked) = api(|_| (StatusCode::OK, json!([{ "name": "x" }]))).await;
    for owner in ["", "..", "../user", "acme/shop", "acme?x", "a b", "ümlaut", "%2e%2e"] {
        assert!(api.repositories_of(owner).await.unwrap().is_empty(), "{owner:?}");
        assert!(api.branches(owner, "shop").await.unwrap().is_empty(), "{owner:?}");
        assert!(api.branches("acme", owner).await.unwrap().is_empty(), "{owner:?}");
    }
    assert_eq!(*asked.lock().unwrap(), [""; 0]);
}
