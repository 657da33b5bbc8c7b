//! Secrets that a template prints wherever people read.

use axum::Router;
use axum::http::{StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use integrations::{Config, ReadingAllow};
use platform::database::Database;
use serde_json::json;

use crate::portal::{Around, template};

const SECRET: &str = "s3cr3t-pa55w0rd/+\"of the bank";
/// Parts of it that would tell enough.
const PARTS: [&str; 3] = ["s3cr3t", "pa55w0rd", "of the bank"];

testkit::on_both_engines! {
    async fn secrets_are_shown_nowhere(db: Database) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        // Tells what it was told, in base64 too, and as an error.
        let echo = |uri: Uri, body: String| {
            let status = if uri.path() == "/bad" { 400 } else { 200 };
            let encoded = STANDARD.encode(&body);
            let told = json!({ "said": body, "encoded": encoded, body: "a key" }).to_string();
            std::future::ready((StatusCode::from_u16(status).unwrap(), told))
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(echo)).await });
        let url = |path: &str| format!("http://{host}{path}");
        let log = |message: &str| json!({ "action": "debug:log", "input": { "message": message } });
        let steps = json!([
            log("plain ${{ secrets.token }}"),
            log("split\n${{ secrets.token[0] }}\n${{ secrets.token.slice(1, 9) }}\n${{ secrets.token.slice(9) }}"),
            log("${{ secrets.token | upper }} ${{ secrets.token | lower }} ${{ secrets.token | reverse }}"),
            log("${{ secrets.token | urlencode }} ${{ secrets.token | dump }} ${{ secrets | dump }}"),
            log("${{ secrets.token.split('').join('-') }}"),
            log("${{ secrets.token | replace('-', '_') }}"),
            { "action": "debug:log", "each": "${{ [secrets.token.slice(0, 9), secrets.token.slice(9)] }}", "input": { "message": "item ${{ each.value }}" } },
            { "action": "debug:log", "each": "${{ { half: secrets.token.slice(0, 9) } }}", "input": { "message": "item ${{ each.value }}" } },
            { "action": "debug:log", "each": "${{ secrets.token.split('') }}", "input": { "message": "letter ${{ each.value }}" } },
            { "action": "workspace:template:file", "if": false, "input": { "sourcePath": "x", "targetPath": "y" } },
            { "action": "fetch:template", "input": { "url": "./named", "values": { "token": "${{ secrets.token }}", "name": "${{ secrets.token | replace('/', '') | replace('\"', '') }}" } } },
            { "action": "debug:log", "input": { "listWorkspace": "with-contents" } },
            { "action": "fs:readdir", "id": "read", "input": { "paths": ["."] } },
            { "action": "http:request", "id": "ask", "input": { "method": "POST", "url": url("/"), "body": "${{ secrets.token }}", "headers": { "Idempotency-Key": "k" } } },
            log("${{ steps.ask.output.body }} ${{ steps.read.output | dump }}"),
            { "action": "http:request", "each": ["${{ secrets.token }}"], "input": { "method": "POST", "url": url("/bad"), "body": "${{ each.value }}", "headers": { "Idempotency-Key": "k" } } },
        ]);
        let output = json!({ "output": {
            "links": [{ "title": "${{ steps.ask.output.body }}", "url": "https://example.com/?q=${{ steps.ask.output.body | urlencode }}" }],
            "text": [{ "title": "x", "content": "${{ steps.ask.output.body }} ${{ secrets.token }} ${{ steps.read.output | dump }}" }],
        } });
        let mut good = steps.clone();
        good.as_array_mut().unwrap().pop();
        let named = json!([{ "action": "fs:delete", "input": { "files": ["../${{ secrets.token }}"] } }]);
        let missing = json!([{ "action": "fetch:plain:file", "input": { "url": "./${{ secrets.token }}", "targetPath": "x" } }]);
        let refused = json!([{ "action": "http:request", "input": { "url": "http://${{ secrets.token | urlencode }}.example.com" } }]);
        let broken = json!([{ "action": "debug:log", "input": { "message": "${{ secrets.token.nothing() }}" } }]);
        let all = [("fails", steps), ("completes", good), ("named", named), ("missing", missing), ("asked", refused), ("broken", broken)];
        let templates: Vec<_> = all.iter().map(|(name, steps)| {
            let more = if matches!(*name, "fails" | "completes") { output.clone() } else { json!({}) };
            template(name, steps.clone(), more)
        }).collect();
        let around = Around::new()
            .file("catalog/named/a.txt", b"in a file: ${{ values.token }}\n")
            .file("catalog/named/${{ values.name }}.txt", b"x");
        let network = Config { requests: vec![ReadingAllow { host: host.clone(), paths: None }], ..Config::default() };
        let portal = around.portal(&db, &network, &templates).await;
        for (name, _) in all {
            let ended = portal.run(name, json!({}), &[("token", SECRET)]).await;
            let expected = if name == "completes" { "completed" } else { "failed" };
            assert_eq!(ended.state, expected, "{name}: {ended:?}");
            let shown = ended.shown.to_lowercase();
            let encoded = STANDARD_NO_PAD.encode(SECRET);
            let backwards: String = SECRET.chars().rev().collect();
            let spread: String = SECRET.split("").collect::<Vec<_>>().join("-");
            for part in PARTS.into_iter().chain([&*encoded.to_lowercase(), &*backwards, spread.trim_matches('-')]) {
                let told = shown.find(part).map(|at| shown[..at].chars().rev().take(200).collect::<String>());
                let told = told.map(|told| told.chars().rev().collect::<String>());
                assert_eq!(told, None, "{name} tells {part} behind this");
            }
            assert!(!shown.contains("letter s") && !shown.contains("letter 3"), "{name} tells letters");
            portal.is_unharmed(name);
        }
    }
}
