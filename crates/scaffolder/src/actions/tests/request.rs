//! What `http:request` does, and what it refuses.

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use integrations::{Config, ReadingAllow};

use super::*;
use crate::action::Repeat;

/// A host that tells what it was asked, and the requests that it got.
async fn host() -> (String, Arc<Mutex<Vec<String>>>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let asked = Arc::clone(&seen);
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let told = json!({
            "method": method.as_str(), "uri": uri.to_string(), "body": String::from_utf8_lossy(&body),
            "headers": headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect::<Map<_, _>>(),
        });
        asked.lock().unwrap().push(format!("{method} {uri}"));
        answer(&uri, told)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (host, seen)
}

fn answer(uri: &Uri, told: Value) -> Response {
    let to = |target: &str| (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, target.to_owned())]).into_response();
    match uri.path() {
        "/api/text" => "plain".into_response(),
        "/api/broken" => ([(CONTENT_TYPE, "application/problem+json; charset=utf-8")], "{").into_response(),
        "/api/bad" => (StatusCode::CONFLICT, "the name\nis taken: hunter2hunter2").into_response(),
        "/api/busy" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "/api/endless" => {
            let part = || Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 4096]));
            axum::body::Body::from_stream(futures::stream::repeat_with(part)).into_response()
        }
        "/api/huge" => "x".repeat(integrations::MAX_ANSWER_BYTES + 1).into_response(),
        "/api/metadata" => to("http://169.254.169.254/latest/meta-data"),
        "/api/outside" => to("/other"),
        "/api/moved" => to("/api/told"),
        _ => ([(SET_COOKIE, "session=secret")], axum::Json(told)).into_response(),
    }
}

fn bench(allow: &[(&str, Option<&str>)]) -> Bench {
    let allow = allow.iter().map(|(host, path)| ReadingAllow {
        host: (*host).to_owned(),
        paths: path.map(|path| vec![path.to_owned()]),
    });
    Bench::reaching(&Config { requests: allow.collect(), ..Config::default() }, Limits::default())
}

async fn ask(bench: &Bench, input: Value) -> Map<String, Value> {
    match bench.run("http:request", input.clone()).await {
        Ok(Done::Output(output)) => output,
        other => panic!("{input}: {other:?}"),
    }
}

#[tokio::test]
async fn a_host_is_asked() {
    let (host, _) = host().await;
    let bench = bench(&[(&host, Some("/api/"))]);
    bench.journal.mask().add("hunter2hunter2");
    let given = ask(&bench, json!({
        "method": "PUT", "url": format!("http://{host}/api/things?a=1"), "params": { "b": "x y&z", "token": "hunter2hunter2" },
        "headers": { "X-Token": "hunter2hunter2" }, "body": { "name": "shop", "tags": [1, null] },
    }))
    .await;
    assert_eq!(given["code"], 200);
    assert_eq!(given["headers"]["content-type"], "application/json");
    assert_eq!(given["headers"]["set-cookie"], Value::Null);
    let told = &given["body"];
    assert_eq!(
        (&told["method"], &told["uri"]),
        (&json!("PUT"), &json!("/api/things?a=1&b=x+y%26z&token=hunter2hunter2"))
    );
    assert_eq!(told["body"], r#"{"name":"shop","tags":[1,null]}"#);
    let headers = &told["headers"];
    assert_eq!(
        (&headers["content-type"], &headers["x-token"]),
        (&json!("application/json"), &json!("hunter2hunter2"))
    );
    assert_eq!(bench.log().lines().next(), Some("PUT http://127.0.0.1/api/things"));
    // What was sent is answered from what was kept, so another run asks.
    let bench = Bench { journal: Memory::new("run-2"), ..bench };
    let given =
        ask(&bench, json!({ "url": format!("http://{host}/api/moved"), "logRequestPath": false })).await;
    assert_eq!(given["body"]["uri"], "/api/told");
    assert!(bench.log().contains("GET http://127.0.0.1\n"), "{}", bench.log());
    let post = |body: &str| json!({ "method": "POST", "url": format!("http://{host}/api/x"), "body": body, "headers": { "content-type": "text/csv", "Idempotency-Key": "mine" } });
    let told = &ask(&bench, post("a,b")).await["body"];
    assert_eq!((&told["body"], &told["headers"]["content-type"]), (&json!("a,b"), &json!("text/csv")));
    assert_eq!(told["headers"]["idempotency-key"], "mine");
    for (path, expected) in [("text", json!("plain")), ("broken", json!("{"))] {
        assert_eq!(
            ask(&bench_of(&host), json!({ "url": format!("http://{host}/api/{path}") })).await["body"],
            expected
        );
    }
}

fn bench_of(host: &str) -> Bench {
    bench(&[(host, Some("/api/"))])
}

#[tokio::test]
async fn a_bad_answer_fails_the_step_unless_it_may_be_bad() {
    let (host, _) = host().await;
    let bench = bench_of(&host);
    let url = |path: &str| format!("http://{host}/api/{path}");
    bench.journal.mask().add("hunter2hunter2");
    let told = bench.run("http:request", json!({ "url": url("bad") })).await.unwrap_err();
    assert!(told.contains("answered 409 Conflict to GET: the name is taken: ******. With"), "{told}");
    assert_eq!(ask(&bench, json!({ "url": url("bad"), "continueOnBadResponse": true })).await["code"], 409);
    for path in ["huge", "endless"] {
        let told = bench.run("http:request", json!({ "url": url(path) })).await.unwrap_err();
        assert!(told.contains("more than 1048576 bytes"), "{path}: {told}");
    }
    for (input, expected) in [
        (json!({ "timeout": 700_000 }), "at most 600000 milliseconds"),
        (json!({ "headers": { "a b": "x" } }), "\"a b\" is no name of a header"),
        (json!({ "headers": { "x": "hunter2\nhunter2" } }), "The value of the header x holds"),
        (json!({ "headers": { "x": "a\r\nhost: hunter2" } }), "The value of the header x holds"),
        (json!({ "headers": { "x\r\ny": "a" } }), "is no name of a header"),
        (json!({ "headers": { "Host": "other" } }), "The header host is not one"),
        (json!({ "headers": { "Transfer-Encoding": "chunked" } }), "The header transfer-encoding is not one"),
        (json!({ "method": "POST", "body": "x".repeat(5 << 20) }), "The body has more than"),
    ] {
        let mut whole = json!({ "url": url("x") });
        whole.as_object_mut().unwrap().extend(input.as_object().cloned().unwrap());
        let told = bench.run("http:request", whole).await.unwrap_err();
        assert!(told.contains(expected) && !told.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn only_what_is_allowed_is_asked() {
    let (host, seen) = host().await;
    let port = host.split_once(':').unwrap().1;
    let bench = bench(&[("*.example.test", None), ("*", None)]);
    let nothing_allowed = Bench::new();
    for url in [format!("http://{host}/api/x"), "https://example.com/".to_owned()] {
        let told = nothing_allowed.run("http:request", json!({ "url": url })).await.unwrap_err();
        assert!(told.contains("is not in portico.scaffolder.httpRequest.allow"), "{told}");
    }
    for (url, expected) in [
        (format!("http://{host}/other"), "over https only"),
        (format!("http://{host}/api/../other"), "over https only"),
        (format!("http://{host}/api/%2e%2e/other"), "over https only"),
        (format!("https://127.0.0.1:{port}1/"), "no address"),
        (format!("https://localhost:{port}/api/x"), "not a public one"),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "not a public one"),
        ("https://[::ffff:169.254.169.254]/".to_owned(), "not a public one"),
        ("https://2130706433/".to_owned(), "not a public one"),
        ("https://0177.0.0.1/".to_owned(), "not a public one"),
        ("https://0x7f.1/".to_owned(), "not a public one"),
        ("https://[::1]/".to_owned(), "not a public one"),
        ("https://[64:ff9b::a9fe:a9fe]/".to_owned(), "not a public one"),
        ("https://10.0.0.1/".to_owned(), "not a public one"),
        ("https://user:pass@example.com/".to_owned(), "user name or password"),
        ("file:///etc/passwd".to_owned(), "only http and https"),
        (format!("http://{host}/api/metadata"), "over https only"),
        (format!("http://{host}/api/outside"), "over https only"),
    ] {
        let told = bench.run("http:request", json!({ "url": url })).await.unwrap_err();
        assert!(told.contains(expected), "{url}: {told}");
    }
    let narrow = bench_of(&host);
    for (url, expected) in [
        (format!("http://{host}/other"), "the path /other of 127.0.0.1 is not in"),
        (format!("http://{host}/api/..%2fother"), "the path /api/..%2fother of 127.0.0.1 is not in"),
        (format!("http://{host}/api/%2e%2e%5cother"), "of 127.0.0.1 is not in"),
        (
            format!("http://{host}/api/metadata"),
            "redirects to 169.254.169.254, which this request may not follow",
        ),
        (format!("http://{host}/api/outside"), "redirects to 127.0.0.1, which this request may not follow"),
    ] {
        let told = narrow.run("http:request", json!({ "url": url })).await.unwrap_err();
        assert!(told.contains(expected), "{url}: {told}");
    }
    assert!(seen.lock().unwrap().iter().all(|asked| asked.contains("/api/")), "{seen:?}");
}

#[tokio::test]
async fn what_may_not_be_sent_twice_is_not() {
    let (host, seen) = host().await;
    let bench = bench_of(&host);
    let Found::Runs(registered) = bench.registry.find("http:request") else { panic!("an action") };
    for (input, expected) in [
        (json!({}), Repeat::Safe),
        (json!({ "method": "HEAD" }), Repeat::Safe),
        (json!({ "method": "PUT" }), Repeat::Ask),
        (json!({ "method": "POST" }), Repeat::Ask),
        (json!({ "method": "DELETE", "headers": { "x": "y" } }), Repeat::Ask),
        (json!({ "method": "PATCH", "headers": { "IDEMPOTENCY-key": "mine" } }), Repeat::Safe),
    ] {
        assert_eq!(registered.action.repeat(input.as_object().unwrap()), expected, "{input}");
    }
    let post = json!({ "method": "POST", "url": format!("http://{host}/api/x") });
    let given = ask(&bench, post.clone()).await;
    assert_eq!(ask(&bench, post).await, given);
    assert_eq!(*seen.lock().unwrap(), ["POST /api/x"]);
    // A failure is no answer: the next attempt asks again.
    let other = Bench { journal: Memory::new("run-2"), ..bench };
    let busy = json!({ "method": "POST", "url": format!("http://{host}/api/busy") });
    for _ in 0..2 {
        other.run("http:request", busy.clone()).await.unwrap_err();
    }
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_run_asks_before_it_sends_again_what_the_host_would_not_know() {
    let (host, seen) = host().await;
    let bench = bench_of(&host);
    let template = |headers: Value| {
        let input = json!({ "method": "POST", "url": format!("http://{host}/api/x"), "headers": headers });
        let entity = json!({
            "apiVersion": crate::template::API_VERSION, "kind": "Template", "metadata": { "name": "x" },
            "spec": { "steps": [{ "id": "step", "action": "http:request", "input": input }] },
        });
        crate::template::Template::to_run(&entity, &bench.registry, crate::expression::Failures::Errors)
            .unwrap()
    };
    let execute = async |headers: Value, journal: &Memory| {
        let template = template(headers);
        let run = crate::execution::Run {
            template: &template,
            registry: &bench.registry,
            parameters: Map::new(),
            secrets: crate::execution::Secrets::new(),
            environment: crate::execution::Environment::default(),
            initiator: Initiator::default(),
            base: Base::File(bench.beside().join("template.yaml")),
            workspace: bench.workspace.clone(),
            dry_run: false,
            options: crate::execution::Options::default(),
        };
        crate::execution::execute(&run, journal).await.unwrap()
    };
    let asks = crate::execution::Outcome::Asking { step: "step".to_owned() };
    let done = crate::execution::Outcome::Completed(Map::new());
    // Each was begun, and its process ended before it wrote that the step had.
    let interrupted = async || {
        let journal = Memory::new("run-1");
        journal.begin("step").await.unwrap();
        journal
    };
    assert_eq!(execute(json!({}), &interrupted().await).await, asks);
    assert_eq!(seen.lock().unwrap().len(), 0);
    assert_eq!(execute(json!({ "Idempotency-Key": "a" }), &interrupted().await).await, done);
    assert_eq!(seen.lock().unwrap().len(), 1);
    let answered = interrupted().await;
    answered.keep("step", crate::action::ANSWERED, json!({ "code": 200, "headers": {} })).await.unwrap();
    assert_eq!(execute(json!({}), &answered).await, done, "the answer came before");
    assert_eq!(seen.lock().unwrap().len(), 1);
}
