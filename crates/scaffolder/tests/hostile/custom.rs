//! Actions of documents: a template can't lead what they show elsewhere, and a service can't make the portal tell it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header::LOCATION};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::{Config, ReadingAllow};
use platform::database::Database;
use serde_json::json;

use crate::portal::{Around, TOKEN, template};

/// Requests that came: path, and what of the headers is of interest.
type Asked = Arc<Mutex<Vec<String>>>;

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    host
}

/// A service that answers by the last part of the path.
fn answer(uri: &Uri, elsewhere: &str) -> Response {
    match uri.path().rsplit('/').next().unwrap_or_default() {
        "large" => "x".repeat(2 * 1024 * 1024).into_response(),
        "deep" => format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).into_response(),
        "broken" => (StatusCode::BAD_REQUEST, format!("{TOKEN} is bad, {}", STANDARD.encode(TOKEN))).into_response(),
        "away" => {
            let to = format!("http://{elsewhere}/stolen");
            (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response()
        }
        _ => axum::Json(json!({
            "id": "7/8?x=#", "said": TOKEN, TOKEN: "a key", "encoded": STANDARD.encode(format!("Bearer {TOKEN}")),
        }))
        .into_response(),
    }
}

fn document(host: &str) -> String {
    format!(
        "apiVersion: portico.dev/v1
kind: Action
metadata: {{ name: 'internal:order', description: Orders something. }}
spec:
  input:
    type: object
    properties: {{ what: {{ type: string }}, note: {{ type: string }} }}
  output: {{ type: object }}
  request:
    method: GET
    url: http://{host}/v1/${{{{ input.what }}}}
    headers:
      Authorization: Bearer ${{{{ secrets.token }}}}
      X-Note: ${{{{ input.note or 'none' }}}}
  poll:
    url: http://{host}/v1/orders/${{{{ answer.body.id }}}}/state
    headers: {{ Authorization: 'Bearer ${{{{ secrets.token }}}}' }}
    until: ${{{{ answer.status == 200 }}}}
  result: {{ all: '${{{{ answer.body }}}}' }}
"
    )
}

testkit::on_both_engines! {
    async fn what_actions_of_documents_show_stays_where_it_belongs(db: Database) {
        let (asked, stolen) = (Asked::default(), Asked::default());
        let count = Arc::clone(&stolen);
        let elsewhere = serve(Router::new().fallback(move |uri: Uri| {
            count.lock().unwrap().push(uri.to_string());
            std::future::ready("thanks")
        })).await;
        let (seen, other) = (Arc::clone(&asked), elsewhere.clone());
        let host = serve(Router::new().fallback(move |uri: Uri, headers: HeaderMap| {
            let note = headers.get("x-note").map(|note| String::from_utf8_lossy(note.as_bytes()).into_owned());
            let is_admin = headers.contains_key("x-admin");
            seen.lock().unwrap().push(format!("{uri} {} {is_admin}", note.unwrap_or_default()));
            std::future::ready(answer(&uri, &other))
        })).await;
        // Each of both hosts may be asked, but not with what belongs to the other one.
        let allow = [&host, &elsewhere].map(|host| ReadingAllow { host: host.clone(), paths: Some(vec!["/v1/".to_owned()]) });
        let network = Config { requests: allow.to_vec(), ..Config::default() };
        let order = |input| json!([
            { "id": "order", "action": "internal:order", "input": input },
            { "action": "debug:log", "input": { "message": "${{ steps.order.output | dump }} ${{ secrets | dump }}" } },
        ]);
        let shows = json!({ "output": { "text": [{ "title": "x", "content": "${{ steps.order.output | dump }}" }] } });
        let cases = [
            ("ordered", json!({ "what": "car" })),
            ("odd", json!({ "what": "a/b?y=#z" })),
            ("climbs", json!({ "what": "x/../../admin?y=#z" })),
            ("up", json!({ "what": ".." })),
            ("coded", json!({ "what": "%2e%2e" })),
            ("lines", json!({ "what": "car", "note": "a\r\nX-Admin: yes" })),
            ("large", json!({ "what": "large" })),
            ("deep", json!({ "what": "deep" })),
            ("broken", json!({ "what": "broken" })),
            ("away", json!({ "what": "away" })),
            ("secret", json!({ "what": "${{ secrets.token }}" })),
        ];
        let templates: Vec<_> = cases.iter().map(|(name, input)| template(name, order(input.clone()), shows.clone())).collect();
        let around = Around::new().file("actions/order.yaml", document(&host).as_bytes());
        let portal = around.portal(&db, &network, &templates).await;
        let mut told = Vec::new();
        for (name, _) in &cases {
            let ended = portal.run(name, json!({}), &[]).await;
            for secret in [TOKEN.to_owned(), STANDARD.encode(TOKEN), STANDARD.encode(format!("Bearer {TOKEN}"))] {
                let shown = format!("{} {} {}", ended.shown, ended.error, ended.output);
                assert!(!shown.contains(&secret), "{name}: {ended:?}");
            }
            portal.is_unharmed(name);
            told.push((*name, ended.state, ended.error));
        }
        for (name, state, says) in [
            ("ordered", "completed", ""),
            ("odd", "completed", ""),
            ("climbs", "failed", "leave its place"),
            ("up", "failed", "leave its place"),
            ("coded", "completed", ""),
            ("lines", "failed", "x-note"),
            ("large", "failed", "1048576"),
            // What is no JSON that can be read is a text, which has no id.
            ("deep", "completed", ""),
            ("broken", "failed", "****** is bad"),
            ("away", "failed", "redirect"),
        ] {
            let found = told.iter().find(|found| found.0 == name).unwrap();
            assert!(found.1 == state && found.2.contains(says), "{found:?}");
        }
        assert_eq!(*stolen.lock().unwrap(), Vec::<String>::new());
        let asked = asked.lock().unwrap();
        // The state of an order is asked for where it belongs, whatever its id is.
        let state = "/v1/orders/7%2F8%3Fx%3D%23/state  false";
        let expected = [
            "/v1/car none false", state, "/v1/a%2Fb%3Fy%3D%23z none false", state,
            "/v1/%252e%252e none false", state, "/v1/large none false", "/v1/deep none false", "/v1/orders//state  false", "/v1/broken none false",
            "/v1/away none false", "/v1/ none false", state,
        ];
        assert_eq!(asked[..], expected, "{told:?}");
    }
}
