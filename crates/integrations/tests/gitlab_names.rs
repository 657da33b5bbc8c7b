//! The names that people choose from, where a peer has too few of them to show anything: a server answers with what GitLab
//! documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, Uri};
use axum::{Json, Router};
use integrations::{Config, GitlabApi, GitlabConfig, Integrations, Named};
use platform::Secret;
use serde_json::{Value, json};

type Asked = Arc<Mutex<Vec<String>>>;

/// A host that answers in one way, and what it was asked.
async fn api(answer: fn(&Uri) -> (StatusCode, Value)) -> (GitlabApi, Asked) {
    let asked = Asked::default();
    let told = Arc::clone(&asked);
    let answering = move |uri: Uri| async move {
        let uri: Uri = uri.to_string().strip_prefix("/api/v4").unwrap().parse().unwrap();
        told.lock().unwrap().push(uri.to_string());
        let (status, body) = answer(&uri);
        (status, Json(body))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answering)).await });
    let gitlab = GitlabConfig {
        api_base_url: None,
        base_url: Some(format!("http://{host}")),
        token: Some(Secret::new("glpat-1".to_owned())),
        host: host.clone(),
    };
    let config = Config { gitlab: vec![gitlab], ..Config::default() };
    (Integrations::new(&config).unwrap().gitlab(&host, None).unwrap(), asked)
}

fn named(id: &str, path: &str, title: &str) -> Named {
    Named { id: id.to_owned(), path: path.to_owned(), title: title.to_owned() }
}

fn groups() -> Value {
    json!([
        { "id": 7, "name": "Acme", "full_path": "acme" },
        { "id": 8, "name": "Shops", "full_path": "acme/shops" },
    ])
}

#[tokio::test]
async fn groups_are_told_by_their_whole_paths_and_the_person_behind_them() {
    let (api, _) = api(|uri| match uri.path() {
        "/user" => (StatusCode::OK, json!({ "id": 3, "username": "ada" })),
        _ => (StatusCode::OK, groups()),
    })
    .await;
    let both = [named("7", "acme", "acme"), named("8", "acme/shops", "acme/shops")];
    assert_eq!(api.groups().await.unwrap(), [both.as_slice(), &[named("3", "ada", "ada")]].concat());
    // A token may be one of nobody.
    let (api, _) = self::api(|uri| match uri.path() {
        "/user" => (StatusCode::FORBIDDEN, json!({ "error": "insufficient_scope" })),
        _ => (StatusCode::OK, groups()),
    })
    .await;
    assert_eq!(api.groups().await.unwrap(), both);
    let (api, _) = self::api(|_| (StatusCode::UNAUTHORIZED, json!({ "message": "401 Unauthorized" }))).await;
    assert!(api.groups().await.is_err());
}

#[tokio::test]
async fn lists_are_read_until_there_are_too_many() {
    let (api, asked) = api(|uri| {
        let page: usize = uri.query().unwrap().split("&page=").nth(1).unwrap().parse().unwrap();
        let names = (page * 100..page * 100 + 100).map(|name| json!({ "name": format!("b{name}") }));
        (StatusCode::OK, names.collect())
    })
    .await;
    let branches = api.branches("acme/shops", "shop").await.unwrap();
    assert_eq!((branches.len(), &branches[299]), (300, &named("b399", "b399", "b399")));
    let path = "/projects/acme%2Fshops%2Fshop/repository/branches?per_page=100&page=";
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3].map(|page| format!("{path}{page}")));
}

#[tokio::test]
async fn an_owner_is_a_group_or_a_person() {
    let (api, asked) = api(|uri| match uri.path() {
        "/groups/ada/projects" => (StatusCode::NOT_FOUND, json!({ "message": "404 Group Not Found" })),
        "/user" => (StatusCode::OK, json!({ "id": 3, "username": "ada" })),
        _ => (StatusCode::OK, json!([{ "id": 12, "path": "shop", "name": " The shop " }])),
    })
    .await;
    let asked_for = || {
        let asked = std::mem::take(&mut *asked.lock().unwrap());
        asked.iter().map(|path| path.split('?').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let shop = [named("12", "shop", "The shop")];
    for (owner, expected) in [
        ("acme/shops", vec!["/groups/acme%2Fshops/projects"]),
        ("ada", vec!["/groups/ada/projects", "/users/ada/projects"]),
    ] {
        assert_eq!(api.projects_of(owner).await.unwrap(), shop, "{owner}");
        assert_eq!(asked_for(), expected);
    }
    for (id, expected) in [("3", "/users/3/projects"), ("7", "/groups/7/projects")] {
        assert_eq!(api.projects_of_id(id).await.unwrap(), shop, "{id}");
        assert_eq!(asked_for(), ["/user", expected]);
    }
}

#[tokio::test]
async fn what_is_no_name_is_not_asked_about() {
    let (api, asked) = api(|_| (StatusCode::OK, json!([{ "id": 1, "name": "x", "path": "x" }]))).await;
    for owner in ["", "..", "../user", "acme/", "acme//shop", "acme?x", "a b", "ümlaut", "%2e%2e"] {
        assert!(api.projects_of(owner).await.unwrap().is_empty(), "{owner:?}");
        assert!(api.projects_of_id(owner).await.unwrap().is_empty(), "{owner:?}");
        assert!(api.branches(owner, "shop").await.unwrap().is_empty(), "{owner:?}");
        assert!(api.branches("acme", owner).await.unwrap().is_empty(), "{owner:?}");
    }
    assert_eq!(*asked.lock().unwrap(), [""; 0]);
}
