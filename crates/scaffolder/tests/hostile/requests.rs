//! Requests to the portal's own machine and to the metadata of its cloud.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, Uri, header::LOCATION};
use axum::response::IntoResponse as _;
use integrations::{Config, ReadingAllow};
use platform::database::Database;
use serde_json::{Value, json};

use crate::portal::{Around, Ended, template};

/// A service on this machine that nobody is to reach: its port, and how often it was asked.
async fn hidden() -> (u16, Arc<AtomicUsize>) {
    let asked = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&asked);
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready("credentials of the machine")
    };
    (serve(Router::new().fallback(answer)).await, asked)
}

async fn serve(router: Router) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// How an address of this machine, or of the metadata, can be spelled.
fn spelled(port: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "127.8.9.10",
        "0.0.0.0",
        "0",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "１２７.０.０.１",
        "①②⑦.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "x.localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "github.com@127.0.0.1",
        "github.com:x@127.0.0.1",
        "169.254.169.254",
        "2852039166",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        "10.0.0.1",
        "192.168.0.1",
        "100.100.100.200",
    ];
    let on_port = hosts.iter().map(|host| format!("http://{host}:{port}/latest/meta-data"));
    let other = [
        format!("https://127.0.0.1:{port}/"),
        format!("HTTP://127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\"),
        format!("http://127.0.0.1:{port}\t/"),
        format!("https://github.com/../../@127.0.0.1:{port}/x"),
        format!("ftp://127.0.0.1:{port}/"),
        format!("gopher://127.0.0.1:{port}/_x"),
        format!("file://127.0.0.1:{port}/etc/passwd"),
    ];
    on_port.chain(other).collect()
}

/// Each action that is given an address.
fn steps(address: &str) -> Vec<(&'static str, Value)> {
    let host = address.split("://").nth(1).unwrap_or(address).split('/').next().unwrap_or_default();
    vec![
        ("http:request", json!({ "url": address })),
        (
            "http:request",
            json!({ "url": address, "method": "POST", "body": "x", "headers": { "Idempotency-Key": "k" } }),
        ),
        ("fetch:plain", json!({ "url": address })),
        ("fetch:plain:file", json!({ "url": address, "targetPath": "x" })),
        ("fetch:template", json!({ "url": address })),
        ("fetch:template:file", json!({ "url": address, "targetPath": "x" })),
        ("git:publish", json!({ "remoteUrl": address })),
        ("publish:github", json!({ "repoUrl": format!("{host}?owner=acme&repo=shop") })),
    ]
}

fn is_safe(name: &str, address: &str, ended: &Ended) {
    assert_eq!(ended.state, "failed", "{name} {address}: {ended:?}");
    assert!(!ended.error.is_empty() && !ended.shown.contains("credentials"), "{name} {address}: {ended:?}");
}

testkit::on_both_engines! {
    async fn no_step_asks_the_machine_of_the_portal(db: Database) {
        let (port, asked) = hidden().await;
        // Wildcards name hosts too, but none of a private network.
        let allow = ["*.localhost", "*.google.internal"]
            .map(|host| ReadingAllow { host: host.to_owned(), paths: None });
        let network = Config { allow: allow.to_vec(), requests: allow.to_vec(), ..Config::default() };
        let (mut templates, mut runs) = (Vec::new(), Vec::new());
        for (number, address) in spelled(port).into_iter().enumerate() {
            for (way, (action, input)) in steps(&address).into_iter().enumerate() {
                let name = format!("ask-{number}-{way}");
                let write = json!({ "action": "catalog:write", "input": { "entity": { "kind": "X" } } });
                templates.push(template(&name, json!([write, { "action": action, "input": input }]), json!({})));
                runs.push((name, address.clone()));
            }
        }
        let portal = Around::new().portal(&db, &network, &templates).await;
        for (name, address) in runs {
            is_safe(&name, &address, &portal.run(&name, json!({}), &[]).await);
        }
        portal.is_unharmed("requests");
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    async fn no_redirect_leads_to_the_machine_of_the_portal(db: Database) {
        let (port, asked) = hidden().await;
        let targets = spelled(port);
        let redirected = targets.clone();
        let redirect = move |uri: Uri| {
            let number: usize = uri.path().trim_start_matches('/').parse().unwrap_or_default();
            let to: String = redirected[number].chars().filter(char::is_ascii_graphic).collect();
            std::future::ready((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response())
        };
        let front = format!("127.0.0.1:{}", serve(Router::new().fallback(redirect)).await);
        let allow = vec![ReadingAllow { host: front.clone(), paths: None }];
        let network = Config { allow: allow.clone(), requests: allow, ..Config::default() };
        let (mut templates, mut runs) = (Vec::new(), Vec::new());
        for (number, target) in targets.iter().enumerate() {
            let url = format!("http://{front}/{number}");
            for (way, (action, input)) in [
                ("http:request", json!({ "url": url })),
                ("http:request", json!({ "url": url, "method": "PUT", "body": "x", "headers": { "Idempotency-Key": "k" } })),
                ("fetch:plain:file", json!({ "url": url, "targetPath": "x" })),
            ].into_iter().enumerate() {
                let name = format!("redirect-{number}-{way}");
                templates.push(template(&name, json!([{ "action": action, "input": input }]), json!({})));
                runs.push((name, target));
            }
        }
        let portal = Around::new().portal(&db, &network, &templates).await;
        for (name, target) in runs {
            is_safe(&name, target, &portal.run(&name, json!({}), &[]).await);
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }
}
