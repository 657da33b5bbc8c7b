//! GitHub's rules that a peer without entity tags and limits does not show: a server answers with what GitHub documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]

mod acme;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use integrations::{Integrations, ReadError, Reading};

async fn host(router: Router) -> (Integrations, String) {
    let (integrations, repository) = acme::host(router).await;
    (integrations, format!("{repository}/blob/main/catalog-info.yaml"))
}

async fn read(
    integrations: &Integrations,
    address: &str,
    validator: Option<&str>,
) -> Result<Reading<bytes::Bytes>, ReadError> {
    let (host, url) = integrations.host_of(address).unwrap();
    host.read(&url, validator).await
}

#[tokio::test]
async fn an_unchanged_file_costs_a_request_without_content() {
    let answer = |headers: HeaderMap| async move {
        assert_eq!(headers["authorization"], "Bearer t0ken");
        match headers.get("if-none-match").map(|tag| tag.to_str().unwrap()) {
            Some("\"one\"") => StatusCode::NOT_MODIFIED.into_response(),
            _ => ([("etag", "\"one\"")], "kind: Component").into_response(),
        }
    };
    let router = Router::new().route("/api/v3/repos/acme/shop/contents/catalog-info.yaml", get(answer));
    let (integrations, address) = host(router).await;
    let Reading::New { value, validator } = read(&integrations, &address, None).await.unwrap() else {
        panic!("new")
    };
    assert_eq!((value.as_ref(), validator.as_deref()), (b"kind: Component".as_slice(), Some("\"one\"")));
    assert_eq!(read(&integrations, &address, validator.as_deref()).await, Ok(Reading::Unchanged));
}

#[tokio::test]
async fn a_limit_is_respected_without_asking_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let limited = move || async move {
        counted.fetch_add(1, Ordering::Relaxed);
        (StatusCode::FORBIDDEN, [("retry-after", "120")], "secondary rate limit")
    };
    let (integrations, address) = host(Router::new().fallback(get(limited))).await;
    for _ in 0..3 {
        let Err(ReadError::Later { at: Some(at), why }) = read(&integrations, &address, None).await else {
            panic!("a refusal with a time");
        };
        assert!(why.contains("rate limit"), "{why}");
        let pause = at.duration_since(SystemTime::now()).unwrap();
        assert!((Duration::from_secs(100)..=Duration::from_secs(121)).contains(&pause), "{pause:?}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1, "the host was asked although it wants to be left alone");
}

#[tokio::test]
async fn what_a_status_means() {
    for (status, is_missing) in
        [(404, true), (410, true), (401, false), (403, false), (500, false), (503, false)]
    {
        let status = StatusCode::from_u16(status).unwrap();
        let (integrations, address) = host(Router::new().fallback(get(move || async move { status }))).await;
        let error = read(&integrations, &address, None).await.unwrap_err();
        assert_eq!(matches!(error, ReadError::Missing(_)), is_missing, "{status}: {error}");
        assert!(is_missing || matches!(error, ReadError::Later { .. }), "{status}: {error}");
    }
}

#[tokio::test]
async fn targets_beside_a_file_and_from_the_root_of_its_repository() {
    let (integrations, address) = host(Router::new()).await;
    let root = address.strip_suffix("catalog-info.yaml").unwrap();
    let base = format!("{root}a/b/catalog-info.yaml");
    for (target, expected) in [
        ("./c.yaml", format!("{root}a/b/c.yaml")),
        ("../c.yaml", format!("{root}a/c.yaml")),
        ("/c.yaml", format!("{root}c.yaml")),
        ("/x/../../../../../c.yaml", address.split_once("/acme").unwrap().0.to_owned() + "/c.yaml"),
    ] {
        assert_eq!(integrations.resolve(target, &base).unwrap(), expected, "{target}");
    }
    assert!(integrations.same_repository(&base, &format!("{root}z.yaml")));
    assert!(!integrations.same_repository(&base, &base.replace("/shop/", "/vault/")));
    assert!(!integrations.same_repository(&base, "https://github.com/acme/shop/blob/main/z.yaml"));
    assert!(
        integrations.host_of("https://example.com/catalog-info.yaml").is_err(),
        "nothing names this host"
    );
}
