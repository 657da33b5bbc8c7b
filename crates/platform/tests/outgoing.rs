//! The client for addresses that came from users or files, against a server on this machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Redirect;
use axum::routing::any;
use bytes::Bytes;
use platform::http::outgoing::{Answer, Origin, Outgoing, OutgoingError, Request, TIME};
use url::Url;

async fn serve(router: Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&format!("http://{address}/")).unwrap()
}

async fn get(client: &Outgoing, url: &Url) -> Result<Answer, OutgoingError> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    send(client, Method::GET, url, headers).await
}

async fn send(
    client: &Outgoing,
    method: Method,
    url: &Url,
    headers: HeaderMap,
) -> Result<Answer, OutgoingError> {
    let body = if method == Method::GET { Bytes::new() } else { Bytes::from_static(b"sent") };
    let request =
        Request { method, url: url.clone(), headers, body, limit: 1_000, time: TIME, may_follow: &|_| true };
    client.send(request).await
}

#[tokio::test]
async fn what_is_not_named_and_not_public_is_refused() {
    let client = Outgoing::new(Vec::new()).unwrap();
    for address in [
        "http://127.0.0.1:9/",
        "https://127.0.0.1:9/",
        // The same in decimal, octal, hexadecimal, shortened, and in the clothes of IPv6.
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://0.0.0.0/",
        // A name that leads to this machine, as one that was bound anew would.
        "https://localhost/",
        "https://user:password@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com/",
    ] {
        let refusal = get(&client, &Url::parse(address).unwrap()).await;
        assert!(matches!(refusal, Err(OutgoingError::Refused(_))), "{address}: {refusal:?}");
    }
}

#[tokio::test]
async fn redirects_are_judged_and_take_no_credentials_along() {
    let seen: Arc<Mutex<Vec<bool>>> = Arc::default();
    let other = serve(Router::new().fallback(any({
        let seen = Arc::clone(&seen);
        move |headers: HeaderMap| async move {
            seen.lock().unwrap().push(headers.contains_key(AUTHORIZATION));
            "other"
        }
    })))
    .await;
    let to_other = other.to_string();
    let to = |target: &str| {
        let target = target.to_owned();
        any(move || async move { Redirect::temporary(&target) })
    };
    let first = serve(
        Router::new()
            .route("/other", to(&to_other))
            .route("/metadata", to("http://169.254.169.254/latest"))
            .route("/file", to("file:///etc/passwd"))
            .route("/loop", to("/loop")),
    )
    .await;
    let client = Outgoing::new(vec![Origin::of(&first).unwrap(), Origin::of(&other).unwrap()]).unwrap();
    assert_eq!(get(&client, &first.join("other").unwrap()).await.unwrap().body, "other");
    assert_eq!(*seen.lock().unwrap(), [false], "the token went to another host");
    for path in ["metadata", "file", "loop"] {
        let refusal = get(&client, &first.join(path).unwrap()).await;
        assert!(matches!(refusal, Err(OutgoingError::Refused(_))), "{path}: {refusal:?}");
    }
}

#[tokio::test]
async fn an_answer_has_a_size() {
    let huge = serve(Router::new().fallback(any(|| async { "x".repeat(1_001) }))).await;
    let client = Outgoing::new(vec![Origin::of(&huge).unwrap()]).unwrap();
    assert!(matches!(get(&client, &huge).await, Err(OutgoingError::TooLarge(1_000))));
}

#[tokio::test]
async fn what_is_sent_is_sent_again_only_where_the_same_is_meant() {
    let echo = |method: Method, body: String| async move { format!("{method} {body}") };
    let other = serve(Router::new().fallback(any(echo))).await.to_string();
    let to = |status: StatusCode, target: &str| {
        let target = target.to_owned();
        any(move || async move { (status, [("location", target)], "as it was") })
    };
    let first = serve(
        Router::new()
            .route("/end", any(echo))
            .route("/same", to(StatusCode::TEMPORARY_REDIRECT, "/end"))
            .route("/seen", to(StatusCode::SEE_OTHER, "/end"))
            .route("/other", to(StatusCode::PERMANENT_REDIRECT, &other)),
    )
    .await;
    let trusted = [first.clone(), Url::parse(&other).unwrap()].map(|url| Origin::of(&url).unwrap());
    let client = Outgoing::new(trusted.to_vec()).unwrap();
    let post = async |path: &str| {
        send(&client, Method::POST, &first.join(path).unwrap(), HeaderMap::new())
            .await
            .map(|answer| answer.body)
    };
    assert_eq!(post("end").await.unwrap(), "POST sent");
    assert_eq!(post("same").await.unwrap(), "POST sent");
    assert_eq!(post("seen").await.unwrap(), "as it was");
    assert!(matches!(post("other").await, Err(OutgoingError::Refused(_))));
}
