//! What surrounds every request: numbers, headers, limits, origins, errors, files, health.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Portal;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

async fn portal() -> Portal {
    Portal::start(PORTICO, std::iter::empty::<&str>()).await
}

fn header<'r>(response: &'r reqwest::Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_request_id_is_kept_when_it_is_harmless() {
    let portal = portal().await;
    let url = format!("{}/healthz", portal.address());
    let kept = portal.client().get(&url).header("x-request-id", "abc-1.2_3").send().await.unwrap();
    assert_eq!(header(&kept, "x-request-id"), "abc-1.2_3");
    let replaced = portal.client().get(&url).header("x-request-id", "a b").send().await.unwrap();
    assert_eq!(header(&replaced, "x-request-id").len(), 36, "a UUID");
}

#[tokio::test]
async fn pages_and_their_header_carry_one_nonce() {
    let portal = portal().await;
    for path in ["/", "/catalog", "/problems", "/nowhere"] {
        let response = portal.get(path).await;
        let policy = header(&response, "content-security-policy").to_owned();
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
        assert!(nonce.len() >= 22, "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        let html = response.text().await.unwrap();
        let scripts: Vec<&str> = html.split("<script").skip(1).collect();
        assert!(!scripts.is_empty(), "{path} has scripts");
        for script in scripts {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        for inline in ["<style", " style=", " onclick="] {
            assert!(!html.contains(inline), "{path} has{inline}, which the policy forbids");
        }
    }
    let (first, second) = (portal.get("/").await, portal.get("/").await);
    assert_ne!(header(&first, "content-security-policy"), header(&second, "content-security-policy"));
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let portal = portal().await;
    for path in ["/", "/healthz", "/api/catalog/entities", "/api/nowhere", "/live.js"] {
        let response = portal.get(path).await;
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&response, "cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(header(&response, "content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!header(&response, "referrer-policy").is_empty(), "{path}");
        assert!(!header(&response, "permissions-policy").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_the_portals_is_not_answered() {
    let portal = portal().await;
    for path in ["/", "/api/catalog/entities", "/live.js"] {
        let url = format!("{}{path}", portal.address());
        for (host, status) in [("localhost", 200), ("[::1]:7007", 200), ("evil.example:7007", 403)] {
            let response = portal.client().get(&url).header("host", host).send().await.unwrap();
            assert_eq!(response.status(), status, "{path} at {host}");
        }
    }
}

#[tokio::test]
async fn errors_of_the_api_have_one_form() {
    let portal = portal().await;
    for path in ["/api", "/api/nowhere", "/api/catalog/nowhere", "/api/catalog/", "/api/portico/nowhere"] {
        let (status, body) = portal.get_json(path).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(body["error"]["name"], "NotFoundError", "{path}: {body}");
        assert_eq!(body["request"], json!({"method": "GET", "url": path}));
        assert_eq!(body["response"]["statusCode"], 404, "{path}: {body}");
    }
    let url = format!("{}/api/catalog/entities", portal.address());
    let response = portal.client().delete(&url).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(header(&response, "allow"), "GET,HEAD");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["response"]["statusCode"], 405, "{body}");
}

#[tokio::test]
async fn an_unknown_page_is_a_page() {
    let portal = portal().await;
    let response = portal.get("/nowhere/at/all").await;
    assert_eq!(response.status(), 404);
    assert!(header(&response, "content-type").starts_with("text/html"));
    assert!(response.text().await.unwrap().contains("href=\"/catalog\""), "it leads back");
}

#[tokio::test]
async fn a_page_has_one_address() {
    let portal = portal().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (asked, sent_to) in [
        ("/catalog/", Some("/catalog")),
        ("/problems//", Some("/problems")),
        ("/catalog/?kind=api&text=%2F", Some("/catalog?kind=api&text=%2F")),
        ("/catalog/default/component/bom/", Some("/catalog/default/component/bom")),
        ("/", None),
        ("/catalog", None),
        ("/api/catalog/entities/", None),
        ("//evil.example/", None),
        ("//", None),
    ] {
        for method in [reqwest::Method::GET, reqwest::Method::HEAD] {
            let url = format!("{}{asked}", portal.address());
            let response = client.request(method.clone(), url).send().await.unwrap();
            assert_eq!(
                response.status() == 308,
                sent_to.is_some(),
                "{method} {asked}: {}",
                response.status()
            );
            assert_eq!(header(&response, "location"), sent_to.unwrap_or_default(), "{method} {asked}");
        }
    }
    let posted = client.post(format!("{}/catalog/", portal.address())).send().await.unwrap();
    assert_eq!(posted.status(), 404, "only reading moves on");
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let portal = portal().await;
    let send = |headers: &[(&'static str, String)]| {
        let mut request = portal
            .client()
            .post(format!("{}/api/catalog/refresh", portal.address()))
            .json(&json!({"entityRef": "component:default/none"}));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send()
    };
    let own = portal.address().to_owned();
    // 404: the request got through to the catalog, which has no such component.
    for (headers, status) in [
        (vec![], 404),
        (vec![("origin", own.clone()), ("sec-fetch-site", "same-origin".to_owned())], 404),
        (vec![("origin", "https://evil.example".to_owned())], 403),
        (vec![("origin", "null".to_owned())], 403),
        (vec![("sec-fetch-site", "cross-site".to_owned())], 403),
    ] {
        assert_eq!(send(&headers).await.unwrap().status(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn configured_addresses_are_not_foreign() {
    let config = tempfile::NamedTempFile::with_suffix(".yaml").unwrap();
    std::fs::write(config.path(), "app: { baseUrl: 'https://portal.example.com/' }\n").unwrap();
    let portal = Portal::builder(PORTICO).arg("--config").arg(config.path()).start().await;
    let url = format!("{}/api/catalog/refresh", portal.address());
    let request = portal.client().post(&url).json(&json!({"entityRef": "component:default/none"}));
    let response = request.header("origin", "https://portal.example.com").send().await.unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let portal = portal().await;
    let url = format!("{}/api/catalog/validate-entity", portal.address());
    let request = || portal.client().post(&url).header("content-type", "application/json");
    let announced = request().body(vec![b' '; 1_000_001]).send().await.unwrap();
    assert_eq!(announced.status(), 413);
    let body: Value = announced.json().await.unwrap();
    assert_eq!(body["error"]["name"], "PayloadTooLargeError", "{body}");
    let accepted = request().body(vec![b' '; 1_000_000]).send().await.unwrap();
    assert_eq!(accepted.status(), 400, "it was read, and is no JSON");
}

#[tokio::test]
async fn files_are_asked_for_again_and_sent_once() {
    let portal = portal().await;
    let first = portal.get("/style/tokens.css").await;
    assert_eq!(first.status(), 200);
    assert!(header(&first, "content-type").starts_with("text/css"));
    assert_eq!(header(&first, "cache-control"), "no-cache");
    let tag = header(&first, "etag").to_owned();
    let again = portal.client().get(first.url().clone()).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert!(again.bytes().await.unwrap().is_empty());
    let head = portal.client().head(first.url().clone()).send().await.unwrap();
    assert_eq!((head.status().as_u16(), header(&head, "etag")), (200, tag.as_str()));
    let whole = portal.get("/style/index.css").await.text().await.unwrap();
    let tokens = first.text().await.unwrap();
    assert!(whole.contains(&tokens) && !whole.contains("@import"), "all styles come as one file");
    for outside in ["/style/../Cargo.toml", "/style/%2e%2e/Cargo.toml", "/.gitignore", "/style/"] {
        assert_ne!(portal.get(outside).await.status(), 200, "{outside}");
    }
}

#[tokio::test]
async fn text_is_compressed_and_streams_are_not() {
    let portal = portal().await;
    for (accepted, sent) in [("br", "br"), ("gzip", "gzip"), ("gzip, br", "br"), ("identity", "")] {
        let url = format!("{}/api/portico/openapi.json", portal.address());
        let response = portal.client().get(url).header("accept-encoding", accepted).send().await.unwrap();
        assert_eq!(header(&response, "content-encoding"), sent, "{accepted}");
    }
    let url = format!("{}/api/portico/events", portal.address());
    let mut events = portal.client().get(url).header("accept-encoding", "br, gzip").send().await.unwrap();
    assert_eq!(header(&events, "content-type"), "text/event-stream");
    assert_eq!(header(&events, "content-encoding"), "");
    let hello = events.chunk().await.unwrap().expect("the stream greets");
    assert!(hello.starts_with(b"retry:") || hello.starts_with(b":"), "{hello:?}");
}

#[tokio::test]
async fn health_and_measurements() {
    let portal = portal().await;
    assert_eq!(portal.get("/healthz").await.text().await.unwrap(), "ok\n");
    assert_eq!(portal.get("/readyz").await.text().await.unwrap(), "ok\n");
    portal.get("/api/catalog/entities/by-name/component/default/none").await;
    portal.get("/wp-login.php").await;
    let text = portal.get("/metrics").await.text().await.unwrap();
    for line in [
        "catalog_entities 0",
        "route=\"/api/catalog/entities/by-name/{kind}/{namespace}/{name}\",status=\"404\"",
        "route=\"other\",status=\"404\"",
        "process_resident_memory_bytes ",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("wp-login"), "guessed addresses must not become series");
}

#[tokio::test]
async fn the_end_is_orderly() {
    let mut portal = portal().await;
    let url = format!("{}/api/portico/events", portal.address());
    let mut events = portal.client().get(url).send().await.unwrap();
    events.chunk().await.unwrap().expect("the stream greets");
    assert!(portal.terminate().await, "an open event stream must not hold the process: {}", portal.output());
    let rest = async { while events.chunk().await.expect("an end, not a broken connection").is_some() {} };
    tokio::time::timeout(Duration::from_secs(5), rest).await.expect("the stream has ended");
}

#[tokio::test]
async fn the_api_answers_with_a_slash_at_the_end_as_without() {
    let portal = portal().await;
    for path in ["/api/catalog/entities", "/api/notifications", "/api/catalog/entities/by-query?limit=1"] {
        let (before, query) =
            path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
        let expected = portal.get(path).await;
        let expected = (expected.status(), expected.json::<Value>().await.unwrap());
        for slashes in ["/", "//"] {
            let found = portal.get(&format!("{before}{slashes}{query}")).await;
            assert_eq!(found.status(), expected.0, "{path}");
            assert_eq!(found.json::<Value>().await.unwrap(), expected.1, "{path}");
        }
    }
    let url = format!("{}/api/notifications/", portal.address());
    let posted = portal.client().post(&url).json(&json!({})).send().await.unwrap();
    assert_eq!(posted.status(), 400, "it is the route that is asked");
    let wrong = portal.client().delete(&url).send().await.unwrap();
    assert_eq!(
        (wrong.status(), header(&wrong, "allow")),
        (reqwest::StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST")
    );
}
