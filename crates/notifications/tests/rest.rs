//! The REST doors as programs and the pages of people use them: a server, and requests of several callers.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use axum::extract::{OriginalUri, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use catalog::Catalog;
use notifications::{Notifications, Settings};
use platform::access::{Caller, Policy, PolicyConfig};
use platform::feed::Feed;
use platform::http::complete_error;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{TestDatabase, eventually};
use tokio::net::TcpListener;

const CATALOG: &str = "
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [], members: [ada, bob] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { memberOf: [] }
";

struct Portal {
    address: String,
    client: reqwest::Client,
    _database: TestDatabase,
    _folder: TempDir,
}

impl Portal {
    async fn start() -> Self {
        let (database, folder) = (TestDatabase::sqlite().await, TempDir::new().unwrap());
        std::fs::write(folder.path().join("catalog-info.yaml"), CATALOG).unwrap();
        let connection = database.connection();
        let tables = catalog::migrations().into_iter().chain(notifications::migrations());
        connection.migrate(tables.collect()).await.unwrap();
        let settings = catalog::Settings {
            config: catalog::Config::default(),
            paths: vec![folder.path().to_owned()],
            base: folder.path().to_owned(),
            interval: None,
            network: integrations::Config::default(),
            checks: catalog::reading::Checks::default(),
        };
        let policy = Policy::new(PolicyConfig { permission_enabled: true });
        let feed = Feed::new(&connection);
        let catalog = Catalog::open(&settings, connection.clone(), feed.clone(), policy).await.unwrap();
        let (log, followed) = (connection.clone(), feed.clone());
        tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
        let first_pass = || async { catalog.is_ready().then_some(()) };
        eventually("the first pass", Duration::from_secs(20), first_pass).await;
        let notifications = Notifications::open(Settings::default(), connection, feed, catalog, policy);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (router, _) = notifications::routes(notifications).split_for_parts();
        let router = router.layer(middleware::from_fn(identify));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, client, _database: database, _folder: folder }
    }

    /// Sends a request as somebody; status and JSON.
    async fn send(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let address = format!("{}/api/notifications{path}", self.address);
        let mut request = self.client.request(method, address).header("x-test-caller", who);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.send(who, Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Value {
        let (status, body) = self.send(who, Method::POST, path, Some(body)).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn titles(&self, who: &str, path: &str) -> String {
        let body = self.get(who, path).await;
        let found = body["notifications"].as_array().expect(path);
        let titles: Vec<_> = found.iter().map(|one| one["payload"]["title"].as_str().unwrap()).collect();
        titles.join(" ")
    }
}

/// The edge of a portal: who a request is from, which a header says here, and errors.
async fn identify(
    OriginalUri(uri): OriginalUri,
    method: Method,
    mut request: Request,
    next: Next,
) -> Response {
    let who = request.headers().get("x-test-caller").and_then(|who| who.to_str().ok()).unwrap_or_default();
    let caller = match who {
        "" => Caller::Nobody,
        "guest" => Caller::Guest,
        "program" => Caller::Service { subject: "external:ci".to_owned() },
        name => Caller::User { entity_ref: format!("user:default/{name}"), groups: vec![] },
    };
    request.extensions_mut().insert(caller);
    complete_error(next.run(request).await, "a request", &method, &uri)
}

fn message(recipients: &Value, title: &str) -> Value {
    json!({ "recipients": recipients, "payload": { "title": title } })
}

#[tokio::test]
async fn a_program_tells_a_group_and_each_member_reads_their_own() {
    let portal = Portal::start().await;
    let sent = portal
        .post(
            "program",
            "/notifications",
            json!({
                "recipients": { "type": "entity", "entityRef": ["group:default/shop"], "excludeEntityRef": "user:default/eve" },
                "payload": {
                    "title": "Certificates expire",
                    "description": "In a <week>.",
                    "link": "/catalog/default/group/shop",
                    "severity": "high",
                    "topic": "security",
                    "scope": "certificates",
                    "icon": "lock",
                    "metadata": { "days": 7 },
                },
            }),
        )
        .await;
    let users: Vec<_> = sent.as_array().unwrap().iter().map(|one| one["user"].as_str().unwrap()).collect();
    assert_eq!(users, ["user:default/ada", "user:default/bob"]);

    let mine = portal.get("ada", "/notifications").await;
    assert_eq!(mine["totalCount"], 1);
    let one = &mine["notifications"][0];
    let id = one["id"].as_str().unwrap();
    assert_eq!(
        (&one["user"], &one["origin"], &one["read"], &one["saved"], &one["updated"]),
        (&json!("user:default/ada"), &json!("external:ci"), &Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(
        one["payload"],
        json!({
            "title": "Certificates expire", "description": "In a <week>.", "link": "/catalog/default/group/shop",
            "severity": "high", "topic": "security", "scope": "certificates", "icon": "lock", "metadata": { "days": 7 },
        })
    );
    for path in [format!("/notifications/{id}"), format!("/{id}")] {
        assert_eq!(&portal.get("ada", &path).await, one, "{path}");
        for who in ["bob", "guest", "program"] {
            let (status, body) = portal.send(who, Method::GET, &path, None).await;
            assert_eq!((status, &body["error"]["name"]), (404, &json!("NotFoundError")), "{who} {path}");
        }
    }
    assert_eq!(portal.get("ada", "/topics").await, json!({ "topics": ["security"] }));
    assert_eq!(portal.get("ada", "/topics?read=true").await, json!({ "topics": [] }));

    let read = json!({ "ids": [id], "read": true, "saved": true });
    assert_eq!(portal.post("bob", "/notifications/update", read.clone()).await, json!([]));
    assert_eq!(portal.get("ada", "/status").await, json!({ "unread": 1, "read": 0 }));
    let marked = portal.post("ada", "/notifications/update", read).await;
    assert!(marked[0]["read"].is_string() && marked[0]["saved"].is_string(), "{marked}");
    assert_eq!(portal.get("ada", "/status").await, json!({ "unread": 0, "read": 1 }));
    assert_eq!(portal.get("bob", "/status").await, json!({ "unread": 1, "read": 0 }));
    let unread = portal.post("ada", "/update", json!({ "ids": [id], "read": false })).await;
    assert!(unread[0]["read"].is_null() && unread[0]["saved"].is_string(), "{unread}");
}

#[tokio::test]
async fn a_broadcast_is_everybodys_and_read_by_each() {
    let portal = Portal::start().await;
    let sent = portal.post("program", "", message(&json!({ "type": "broadcast" }), "maintenance")).await;
    assert_eq!((sent.as_array().unwrap().len(), &sent[0]["user"]), (1, &Value::Null));
    for who in ["ada", "bob", "stranger"] {
        assert_eq!(portal.titles(who, "/notifications").await, "maintenance", "{who}");
    }
    portal.post("ada", "/notifications/update", json!({ "ids": [sent[0]["id"]], "read": true })).await;
    assert_eq!(portal.titles("ada", "/notifications?read=false").await, "");
    assert_eq!(portal.titles("bob", "/notifications?read=false").await, "maintenance");
    assert_eq!(portal.titles("guest", "/notifications").await, "", "who is no person has none");
    assert_eq!(portal.get("guest", "/status").await, json!({ "unread": 0, "read": 0 }));
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_cut() {
    let portal = Portal::start().await;
    let to_ada = json!({ "type": "entity", "entityRef": "user:default/ada" });
    for (title, severity) in [("b", "low"), ("a", "critical"), ("c", "normal")] {
        let body = json!({ "recipients": to_ada, "payload": { "title": title, "severity": severity } });
        portal.post("program", "/notifications", body).await;
    }
    for (query, expected) in [
        ("?orderField=title,asc", "a b c"),
        ("?orderField=severity,desc&orderField=title,asc", "a c b"),
        ("?orderField=title,asc&offset=1&limit=1", "b"),
        ("?minimumSeverity=normal&orderField=title,asc", "a c"),
        ("?search=B", "b"),
        ("?createdAfter=2999-01-01T00:00:00Z", ""),
        ("?saved=true", ""),
    ] {
        assert_eq!(portal.titles("ada", &format!("/notifications{query}")).await, expected, "{query}");
    }
    assert_eq!(portal.titles("ada", "?orderField=title,asc&limit=2").await, "a b", "the older address");
    assert_eq!(portal.get("ada", "/notifications?limit=1").await["totalCount"], 3);
    let (status, body) = portal.send("ada", Method::GET, "/notifications?read=maybe", None).await;
    assert_eq!((status, &body["error"]["name"]), (400, &json!("InputError")));
}

#[tokio::test]
async fn only_programs_send() {
    let portal = Portal::start().await;
    let hello = || message(&json!({ "type": "broadcast" }), "hello");
    for (who, expected) in [("", 401), ("guest", 403), ("ada", 403)] {
        for path in ["", "/notifications"] {
            let (status, body) = portal.send(who, Method::POST, path, Some(hello())).await;
            assert_eq!(status, expected, "{who:?} {path:?}: {body}");
        }
    }
    for (wrong, says) in [
        (json!({ "recipients": { "type": "everybody" }, "payload": { "title": "x" } }), "everybody"),
        (json!({ "recipients": { "type": "entity" }, "payload": { "title": "x" } }), "entityRef"),
        (json!({ "recipients": { "type": "broadcast" }, "payload": {} }), "title"),
        (
            json!({ "recipients": { "type": "broadcast" }, "payload": { "title": "x", "link": "javascript:x" } }),
            "link",
        ),
        (
            json!({ "recipients": { "type": "broadcast" }, "payload": { "title": "x", "severity": "urgent" } }),
            "urgent",
        ),
    ] {
        let (status, body) = portal.send("program", Method::POST, "/notifications", Some(wrong)).await;
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(says), "{status} {body}");
    }
    assert_eq!(portal.titles("ada", "/notifications").await, "");
}
