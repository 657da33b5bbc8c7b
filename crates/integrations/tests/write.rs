//! Writing to GitHub, where a peer without limits and errors shows nothing: a server answers with what GitHub documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acme;

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Json, Router};
use integrations::{GithubRepository, Integrations, Reading, TreeContent, TreeFile};
use platform::Secret;
use serde_json::{Value, json};

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// A host that answers everything in one way, and what it was asked.
async fn host(
    answer: impl Fn(&Method, &str) -> Response + Clone + Send + Sync + 'static,
) -> (Integrations, String, Asked) {
    let asked: Asked = Arc::default();
    let told = Arc::clone(&asked);
    let answering = move |method: Method, uri: Uri, headers: HeaderMap, body: String| async move {
        let body = serde_json::from_str(&body).unwrap_or_default();
        let token = headers["authorization"].to_str().unwrap();
        told.lock().unwrap().push((format!("{method} {uri} {token}"), body));
        answer(&method, uri.path())
    };
    let (integrations, page) = acme::host(Router::new().fallback(any(answering))).await;
    let host = page.strip_prefix("http://").unwrap().strip_suffix("/acme/shop").unwrap().to_owned();
    (integrations, format!("{host}?owner=acme&repo=shop"), asked)
}

fn repository(integrations: &Integrations, repo_url: &str) -> GithubRepository {
    integrations.github_repository(repo_url, None).unwrap()
}

#[tokio::test]
async fn what_a_refusal_says() {
    let problem = json!({ "message": "Validation Failed", "errors": [{ "message": "name already exists\non this account." }, "and more"] });
    for (status, headers, expected, later) in [
        (
            422,
            None,
            "answered 422 to POST /repos/acme/shop/x: Validation Failed; name already exists on this account.; and more",
            false,
        ),
        (401, None, "does not accept the token of integrations.github: Validation Failed", false),
        (403, None, "does not let the token of integrations.github do POST /repos/acme/shop/x", false),
        (500, None, "answered 500", true),
        (403, Some("retry-after"), "rate limit", true),
        (429, None, "rate limit", true),
    ] {
        let problem = problem.clone();
        let answer = move |_: &Method, _: &str| {
            let mut response = (StatusCode::from_u16(status).unwrap(), Json(problem.clone())).into_response();
            response
                .headers_mut()
                .extend(headers.map(|name| (name.parse::<HeaderName>().unwrap(), "60".parse().unwrap())));
            response
        };
        let (integrations, repo_url, asked) = host(answer).await;
        let error = repository(&integrations, &repo_url).send(Method::POST, "/x", None).await.unwrap_err();
        assert!(error.message.contains(expected), "{error}");
        assert_eq!((error.status, error.later), (Some(status), later), "{error}");
        assert_eq!(error.again_at.is_some(), expected == "rate limit", "{error}");
        // A limit holds for the next request with the same token, and for no other.
        repository(&integrations, &repo_url).send(Method::POST, "/x", None).await.unwrap_err();
        let mine = integrations.github_repository(&repo_url, Some(&Secret::new("mine".to_owned()))).unwrap();
        mine.send(Method::POST, "/x", None).await.unwrap_err();
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), if expected == "rate limit" { 2 } else { 3 }, "{status}");
        assert!(asked.last().unwrap().0.ends_with("Bearer mine"));
    }
}

#[tokio::test]
async fn large_content_is_sent_in_parts_and_binary_content_by_itself() {
    let sha = |byte: char| byte.to_string().repeat(40);
    let answer = move |_: &Method, path: &str| {
        let sha = if path.ends_with("/blobs") { sha('b') } else { sha('c') };
        (StatusCode::CREATED, Json(json!({ "sha": sha }))).into_response()
    };
    let (integrations, repo_url, asked) = host(answer).await;
    let file = |path: &str, bytes: Vec<u8>| TreeFile {
        path: path.to_owned(),
        content: TreeContent::File { bytes: bytes.into(), executable: false },
    };
    let mut files: Vec<_> =
        (0..5).map(|number| file(&format!("text-{number}"), vec![b'x'; 900 * 1024])).collect();
    files.push(file("long", vec![b'x'; 1024 * 1024 + 1]));
    files.push(file("control", b"a\x1bb".to_vec()));
    files.push(file("latin", b"\xe4".to_vec()));
    files.extend((0..1_500).map(|number| file(&format!("many/{number}"), Vec::new())));
    let tree =
        repository(&integrations, &repo_url).tree(Some("base"), &files, &["gone".to_owned()]).await.unwrap();
    assert_eq!(tree, "c".repeat(40));
    let asked = asked.lock().unwrap();
    let of = |what: &str| {
        asked.iter().filter(|(line, _)| line.contains(what)).map(|(_, body)| body).collect::<Vec<_>>()
    };
    assert_eq!(of("/git/blobs").len(), 3);
    let trees = of("/git/trees");
    let entries: Vec<_> = trees.iter().flat_map(|tree| tree["tree"].as_array().unwrap()).collect();
    assert_eq!(entries.len(), files.len() + 1);
    assert_eq!(entries[0]["sha"], Value::Null);
    assert_eq!((&trees[0]["base_tree"], &trees[1]["base_tree"]), (&json!("base"), &json!("c".repeat(40))));
    assert!(trees.iter().all(|tree| tree.to_string().len() < 2_300_000 && tree["tree"].as_array().unwrap().len() <= 1_000));
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let answer = |_: &Method, _: &str| {
        (StatusCode::TEMPORARY_REDIRECT, [("location", "http://127.0.0.1:9/steal")]).into_response()
    };
    let (integrations, repo_url, _) = host(answer).await;
    let error =
        repository(&integrations, &repo_url).send(Method::POST, "/x", Some(&json!({}))).await.unwrap_err();
    assert!(error.message.contains("redirects to 127.0.0.1"), "{error}");
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let answering = |headers: HeaderMap| async move {
        if headers.get("if-none-match").is_some_and(|known| known == "\"one\"") {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        ([("etag", "\"one\"")], Json(json!({ "state": "open" }))).into_response()
    };
    let (integrations, page) = acme::host(Router::new().fallback(any(answering))).await;
    let host = page.strip_prefix("http://").unwrap().strip_suffix("/acme/shop").unwrap();
    let repository = repository(&integrations, &format!("{host}?owner=acme&repo=shop"));
    let new =
        || Ok(Reading::New { value: json!({ "state": "open" }), validator: Some("\"one\"".to_owned()) });
    assert_eq!(repository.read_below("/pulls/1", None).await, new());
    assert_eq!(repository.read_below("/pulls/1", Some("\"one\"")).await, Ok(Reading::Unchanged));
    assert_eq!(repository.read_below("/pulls/1", Some("\"two\"")).await, new());
}
