//! Pages of entities as clients walk through them: cursors, moments, bodies.

use std::collections::VecDeque;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest as _, FromRequestParts as _, OriginalUri, Request, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use platform::access::Caller;
use serde_json::{Value, json};

use super::body::ObjectBody;
use super::params::Params;
use super::{by_query, entities};
use crate::service::Catalog;

fn entity(name: &str, title: &str) -> Value {
    json!({"kind": "Component", "metadata": {"name": name, "title": title}, "spec": {}})
}

fn caller() -> Caller {
    Caller::Service { subject: "test".to_owned() }
}

async fn params(query: &str) -> Params {
    let (mut parts, ()) = Request::get(format!("/?{query}")).body(()).expect("a request").into_parts();
    let Ok(params) = Params::from_request_parts(&mut parts, &()).await;
    params
}

/// Status and JSON of an answer.
async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn get(catalog: &Catalog, query: &str) -> Value {
    let answer = by_query::get_entities_by_query(State(catalog.clone()), caller(), params(query).await).await;
    let (status, page) = read(answer.into_response()).await;
    assert_eq!(status, StatusCode::OK, "{query}: {page}");
    page
}

async fn post(catalog: &Catalog, query: &str, body: Value) -> Value {
    let request = Request::post("/").header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).expect("a request");
    let body = ObjectBody::from_request(request, &()).await.expect("a body");
    let (catalog, params) = (State(catalog.clone()), params(query).await);
    let answer = by_query::query_entities_by_predicate(catalog, caller(), params, body).await;
    let (status, page) = read(answer.into_response()).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page
}

fn titles(items: &Value) -> Vec<&str> {
    let items = items.as_array().expect("a list").iter();
    items.map(|item| item["metadata"]["title"].as_str().unwrap_or_default()).collect()
}

fn cursor<'p>(page: &'p Value, name: &str) -> &'p str {
    page["pageInfo"][name].as_str().expect(name)
}

/// Three entities as they were, and a second state of all of them with one more.
async fn changed() -> (Catalog, testkit::TestDatabase) {
    let before = ["a", "b", "c"].map(|name| entity(name, &format!("old {name}")));
    let (catalog, database) = Catalog::of(&before).await;
    catalog.append(&["a", "b", "bb", "c"].map(|name| entity(name, &format!("new {name}")))).await;
    (catalog, database)
}

#[tokio::test]
async fn every_page_is_of_the_moment_that_was_asked_for() {
    let (catalog, _database) = changed().await;
    let first = get(&catalog, "asOf=3&limit=1&orderField=metadata.name,asc").await;
    assert_eq!(titles(&first["items"]), ["old a"]);
    let second = get(&catalog, &format!("limit=1&cursor={}", cursor(&first, "nextCursor"))).await;
    assert_eq!(titles(&second["items"]), ["old b"]);
    let third = post(&catalog, "", json!({"limit": 1, "cursor": cursor(&second, "nextCursor")})).await;
    assert_eq!(titles(&third["items"]), ["old c"]);
    // As with filters, what is passed beside a cursor does not change what its pages are about.
    let back = format!("asOf=7&limit=1&cursor={}", cursor(&third, "prevCursor"));
    assert_eq!(titles(&get(&catalog, &back).await["items"]), ["old b"]);

    let now =
        post(&catalog, "", json!({"limit": 2, "orderBy": [{"field": "metadata.name", "order": "asc"}]}))
            .await;
    assert_eq!(titles(&now["items"]), ["new a", "new b"]);
    let now = get(&catalog, &format!("cursor={}", cursor(&now, "nextCursor"))).await;
    assert_eq!(titles(&now["items"]), ["new bb", "new c"]);
}

#[tokio::test]
async fn a_time_stays_the_same_moment_while_more_is_written() {
    let (catalog, _database) = changed().await;
    // Beyond what a timestamp can hold, and so everything that is known.
    let first = get(&catalog, "asOf=9999-12-31T23:59:59Z&limit=1&orderField=metadata.name,asc").await;
    assert_eq!((titles(&first["items"]), &first["totalItems"]), (vec!["new a"], &json!(4)));
    catalog.append(&["b", "d"].map(|name| entity(name, "newest"))).await;
    let second = get(&catalog, &format!("cursor={}", cursor(&first, "nextCursor"))).await;
    assert_eq!(
        (titles(&second["items"]), &second["totalItems"]),
        (vec!["new b", "new bb", "new c"], &json!(4))
    );
}

#[tokio::test]
async fn the_link_to_the_next_page_keeps_the_moment() {
    let (catalog, _database) = changed().await;
    let mut queries =
        VecDeque::from(["asOf=9999-12-31T00:00:00%2B00:00&limit=3&order=asc:metadata.name".to_owned()]);
    let mut seen = Vec::new();
    while let Some(query) = queries.pop_front() {
        let uri = format!("/api/catalog/entities?{query}").parse().expect("an address");
        let (state, params) = (State(catalog.clone()), params(&query).await);
        let answer = entities::get_entities(state, caller(), OriginalUri(uri), params).await.into_response();
        let link = answer.headers().get("link").and_then(|link| link.to_str().ok());
        let next = link.and_then(|link| link.strip_prefix("</entities?")?.split_once('>'));
        queries.extend(next.map(|(next, _)| next.to_owned()));
        let (_, items) = read(answer).await;
        seen.extend(titles(&items).into_iter().map(str::to_owned));
        catalog.append(&[entity("c", "newest"), entity("d", "newest")]).await;
    }
    assert_eq!(seen, ["new a", "new b", "new bb", "new c"]);
}

#[tokio::test]
async fn what_is_no_moment_is_refused() {
    for (text, is_moment) in [
        ("7", true),
        ("2026-05-12T08:00:00Z", true),
        ("9999-12-30T22:00:00Z", true),
        ("9999-12-31T23:59:59.999Z", true),
        ("9999-12-31T23:59:59-12:00", true),
        ("-009999-01-01T00:00:00Z", true),
        ("9999-12-31", false),
        ("9999-12-31T23:59:59", false),
        ("9999-13-31T23:59:59Z", false),
        ("yesterday", false),
        ("", false),
    ] {
        let params = params(&format!("asOf={text}")).await;
        assert_eq!(params.as_of().is_ok(), is_moment, "{text}");
    }
}

#[tokio::test]
async fn a_body_may_leave_everything_open() {
    let (catalog, _database) = changed().await;
    let nothing = json!({
        "cursor": null, "limit": null, "offset": null, "orderBy": null, "fullTextFilter": null, "fields": null,
        "totalItems": null, "query": null,
    });
    for body in [json!({}), nothing, json!({"limit": 4.0, "offset": 0.0})] {
        assert_eq!(post(&catalog, "", body.clone()).await["totalItems"], 4, "{body}");
    }
    assert_eq!(titles(&post(&catalog, "", json!({"limit": 1.0, "offset": 2e0})).await["items"]).len(), 1);
}
