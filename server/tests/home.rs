//! What people keep, at the running program: over the REST doors, and by forms as a browser without scripts posts them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::Portal;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

async fn portal() -> (Portal, TempDir) {
    let folder = TempDir::new().unwrap();
    let descriptor = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: shop }\n\
                      spec: { type: service, lifecycle: production, owner: sales }\n";
    std::fs::write(folder.path().join("catalog-info.yaml"), descriptor).unwrap();
    let portal = Portal::start(PORTICO, [std::ffi::OsStr::new("--catalog"), folder.path().as_os_str()]).await;
    (portal, folder)
}

/// A browser: what it was given to keep, it sends again. It does not follow redirects.
struct Browser<'p> {
    portal: &'p Portal,
    client: Client,
    cookie: Option<String>,
}

impl<'p> Browser<'p> {
    fn new(portal: &'p Portal) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { portal, client, cookie: None }
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        more: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.portal.address()));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = more(request).send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        response
    }

    async fn json(&mut self, path: &str) -> Value {
        self.send(Method::GET, path, |request| request).await.json().await.unwrap()
    }

    /// Posts a form on a page; where the answer leads.
    async fn form(&mut self, page: &str, action: &str, body: &'static str) -> String {
        let referer = format!("{}{page}", self.portal.address());
        let post = |request: reqwest::RequestBuilder| {
            request
                .header("accept", "text/html")
                .header("referer", referer)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body)
        };
        let response = self.send(Method::POST, action, post).await;
        assert_eq!(response.status(), 302, "{action}");
        let location = response.headers()["location"].to_str().unwrap();
        location.replace(self.portal.address(), "")
    }
}

#[tokio::test]
async fn stars_over_rest() {
    let (portal, _folder) = portal().await;
    let (mut one, mut two) = (Browser::new(&portal), Browser::new(&portal));
    let path = "/api/portico/stars/Component/default/shop";
    assert_eq!(one.json("/api/portico/stars").await, json!({"entityRefs": []}));
    assert_eq!(one.cookie, None, "who reads gets no cookie");
    assert_eq!(one.send(Method::PUT, path, |request| request).await.status(), 204);
    assert_eq!(one.json("/api/portico/stars").await, json!({"entityRefs": ["component:default/shop"]}));
    assert_eq!(two.json("/api/portico/stars").await, json!({"entityRefs": []}));
    let missing = one.send(Method::PUT, "/api/portico/stars/component/default/none", |request| request).await;
    assert_eq!(missing.status(), 404);
    let from_elsewhere = |request: reqwest::RequestBuilder| request.header("origin", "https://evil.example");
    assert_eq!(one.send(Method::DELETE, path, from_elsewhere).await.status(), 403);
    assert_eq!(one.send(Method::DELETE, path, |request| request).await.status(), 204);
    assert_eq!(one.json("/api/portico/stars").await, json!({"entityRefs": []}));
}

#[tokio::test]
async fn views_over_rest() {
    let (portal, _folder) = portal().await;
    let (mut one, mut two) = (Browser::new(&portal), Browser::new(&portal));
    let body = json!({"title": "APIs", "address": "/catalog?page=2&kind=API"});
    let created = one.send(Method::POST, "/api/portico/views", |request| request.json(&body)).await;
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    let path = format!("/api/portico{}", created["href"].as_str().unwrap());
    let mut shown = created.clone();
    for random in ["id", "href"] {
        shown[random] = json!("…");
    }
    insta::assert_snapshot!(
        shown,
        @r#"{"id":"…","title":"APIs","address":"/catalog?kind=API","shared":false,"href":"…"}"#
    );
    assert_eq!(two.send(Method::GET, &path, |request| request).await.status(), 404);
    let share = json!({"shared": true});
    assert_eq!(two.send(Method::PUT, &path, |request| request.json(&share)).await.status(), 404);
    assert_eq!(one.send(Method::PUT, &path, |request| request.json(&share)).await.status(), 200);
    assert_eq!(two.json(&path).await["by"], "a guest");
    assert_eq!(two.send(Method::PUT, &path, |request| request.json(&share)).await.status(), 403);
    assert_eq!(two.send(Method::DELETE, &path, |request| request).await.status(), 403);
    let elsewhere = json!({"title": "x", "address": "https://evil.example/"});
    let refused = one.send(Method::POST, "/api/portico/views", |request| request.json(&elsewhere)).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(one.send(Method::DELETE, &path, |request| request).await.status(), 204);
    assert_eq!(two.json("/api/portico/views").await, json!([]));
}

#[tokio::test]
async fn forms_lead_back_or_say_what_failed() {
    let (portal, _folder) = portal().await;
    let (mut one, mut two) = (Browser::new(&portal), Browser::new(&portal));
    let page = "/catalog/default/component/shop";
    assert_eq!(
        one.form(page, "/api/portico/ui/star", "star=component:default/shop").await,
        format!("{page}?")
    );
    assert_eq!(one.json("/api/portico/stars").await, json!({"entityRefs": ["component:default/shop"]}));
    assert_eq!(
        one.form(page, "/api/portico/ui/star", "star=component:default/none").await,
        "/views?failed=NotFoundError"
    );
    assert_eq!(
        one.form(page, "/api/portico/ui/star", "unstar=component:default/shop").await,
        format!("{page}?")
    );
    assert_eq!(one.json("/api/portico/stars").await, json!({"entityRefs": []}));

    let save = "/api/portico/ui/save-view";
    let back =
        one.form("/catalog?kind=API", save, "title=APIs&address=/catalog?kind%3DAPI&shared=true").await;
    assert_eq!(back, "/catalog?kind=API");
    assert_eq!(
        one.form("/catalog", save, "title=&address=/catalog&shared=false").await,
        "/views?failed=InputError"
    );
    let views = two.json("/api/portico/views").await;
    let href = views[0]["href"].as_str().unwrap().to_owned();
    let led = two.send(Method::GET, &href, |request| request.header("accept", "text/html")).await;
    assert_eq!(
        (led.status().as_u16(), led.headers()["location"].to_str().unwrap()),
        (302, "/catalog?kind=API")
    );
    let gone = two.send(Method::GET, "/views/none", |request| request.header("accept", "text/html")).await;
    assert_eq!(gone.status(), 404);
    assert!(gone.text().await.unwrap().contains("No such view"));
}

/// The names of what the home page shows as visited.
async fn visited(browser: &mut Browser<'_>) -> Vec<String> {
    let home = browser.send(Method::GET, "/", |request| request).await.text().await.unwrap();
    let Some((_, card)) = home.split_once("id=\"visited\"") else { return Vec::new() };
    let (card, _) = card.split_once("</ul>").unwrap();
    let names = card.split("href=\"/catalog/default/component/").skip(1);
    names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_opens_a_page_has_visited_it() {
    let (portal, _folder) = portal().await;
    let mut browser = Browser::new(&portal);
    let page = "/catalog/default/component/shop";
    browser.send(Method::GET, page, |request| request).await;
    assert_eq!(
        (visited(&mut browser).await, &browser.cookie),
        (Vec::new(), &None),
        "guests are not followed"
    );
    browser.form("/catalog", "/api/portico/ui/save-view", "title=x&address=/catalog&shared=false").await;
    browser.send(Method::GET, page, |request| request.header("sec-purpose", "prefetch")).await;
    let update = json!({"address": page, "visit": false, "whole": true});
    browser.send(Method::POST, "/api/portico/ui/page", |request| request.json(&update)).await;
    browser.send(Method::GET, "/catalog/default/component/none", |request| request).await;
    assert!(visited(&mut browser).await.is_empty());
    browser.send(Method::GET, page, |request| request).await;
    assert_eq!(visited(&mut browser).await, ["shop"]);
}
