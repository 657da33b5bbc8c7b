//! Every address of the running program, called by somebody who may not. A new address that is missing in
//! [`EXPECTED`] fails the test, so that nobody forgets to decide who may use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;

use reqwest::{Method, Response};
use serde::Deserialize;
use tempfile::NamedTempFile;
use testkit::Portal;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

/// Who may use an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Anybody.
    Nothing,
    /// A permission to read.
    Read,
    /// A permission to change one's own things, which guests have as well.
    Own,
    /// A permission that is more than reading.
    More,
    /// A session; whoever has none is told to sign in.
    Session,
}
use Needs::{More, Nothing, Own, Read, Session};

/// A message to everybody.
const NOTIFICATION: &str = r#"{"recipients":{"type":"broadcast"},"payload":{"title":"Hello"}}"#;

/// Method, path as the program lists it, what it needs, and the rest of a request that would be understood:
/// for GET the query, else the JSON body.
const EXPECTED: &[(&str, &str, Needs, &str)] = &[
    ("GET", "/", Read, ""),
    ("GET", "/catalog", Read, ""),
    ("GET", "/catalog/compare", Read, "from=-7d"),
    ("GET", "/catalog/{namespace}/{kind}/{name}", Read, ""),
    ("GET", "/catalog/{namespace}/{kind}/{name}/dependents", Read, ""),
    ("GET", "/catalog/{namespace}/{kind}/{name}/history", Read, "from=1&to=2"),
    ("GET", "/catalog-graph", Read, ""),
    ("GET", "/create", Read, ""),
    ("GET", "/create/actions", Read, ""),
    ("GET", "/create/actions/{id}", Read, ""),
    ("GET", "/create/schedules", Read, ""),
    ("GET", "/create/tasks", Read, ""),
    ("GET", "/create/tasks/{id}", Read, ""),
    ("GET", "/create/edit", Read, ""),
    ("GET", "/create/edit/{namespace}/{name}", Read, ""),
    ("GET", "/create/templates/{namespace}/{name}", Read, ""),
    ("POST", "/create/schedules", More, "~schedule=x&~act=delete"),
    ("POST", "/create/tasks/{id}", More, "~act=cancel"),
    // To fill in a form changes nothing; what it offers to do asks for more.
    ("POST", "/create/edit", Read, "~go=update"),
    ("POST", "/create/edit/{namespace}/{name}", Read, "~go=update"),
    ("POST", "/create/templates/{namespace}/{name}", Read, "~go=next"),
    ("GET", "/notifications", Read, ""),
    ("POST", "/notifications", More, "act=read-all&until=1"),
    ("GET", "/problems", Read, ""),
    ("GET", "/design", Read, ""),
    ("POST", "/api/portico/ui/design", Read, "{}"),
    ("GET", "/locations", Read, ""),
    ("GET", "/catalog-import", More, ""),
    ("POST", "/api/portico/forms/register", More, "url=https://github.com/acme/shop"),
    ("POST", "/api/portico/forms/unregister", More, "id=00000000-0000-5000-8000-000000000000"),
    ("POST", "/api/portico/forms/refresh", More, "ref=component:default/shop"),
    ("POST", "/api/portico/forms/delete-entity", More, "uid=00000000-0000-5000-8000-000000000000"),
    ("GET", "/views", Read, ""),
    ("GET", "/views/{id}", Read, ""),
    // The way in: it says nothing of the catalog.
    ("GET", "/sign-in", Nothing, ""),
    ("GET", "/settings", Read, ""),
    ("GET", "/search", Read, "query=shop"),
    (
        "POST",
        "/api/portico/ui/graph",
        Read,
        r#"{"query":{"roots":["component:default/shop"],"max_depth":1,"kinds":[],"relations":[],"unidirectional":true,"merge_relations":true,"direction":"LR","curve":"MonotoneX","group":null,"expanded":[],"collapsed":[],"text":"","page":1},"whole":true}"#,
    ),
    (
        "POST",
        "/api/portico/ui/graph-node",
        Read,
        r#"{"entity_ref":"component:default/shop","query":{"roots":["component:default/shop"],"max_depth":1,"kinds":[],"relations":[],"unidirectional":true,"merge_relations":true,"direction":"LR","curve":"MonotoneX","group":null,"expanded":[],"collapsed":[],"text":"","page":1}}"#,
    ),
    (
        "POST",
        "/api/portico/ui/list",
        Read,
        r#"{"query":{"kind":[],"spec_type":[],"owner":[],"lifecycle":[],"namespace":[],"tag":[],"text":"","sort":"name","page":1},"whole":true}"#,
    ),
    ("POST", "/api/portico/ui/page", Read, r#"{"address":"/problems","visit":false,"whole":true}"#),
    ("POST", "/api/portico/ui/list-address", Nothing, r#"{"address":""}"#),
    ("POST", "/api/portico/ui/rows", Read, r#"{"query":{},"offset":0,"limit":10}"#),
    ("POST", "/api/portico/ui/filter-values", Read, r#"{"address":"","field":"kind","text":""}"#),
    ("POST", "/api/portico/ui/peek", Read, r#"{"entity_ref":"component:default/shop","at":""}"#),
    ("POST", "/api/portico/ui/palette", Read, r#"{"text":"shop"}"#),
    ("POST", "/api/portico/ui/set-star", Own, r#"{"entity":"component:default/shop","starred":true}"#),
    ("POST", "/api/portico/ui/star", Own, "star=component:default/shop"),
    ("POST", "/api/portico/ui/views", Read, "{}"),
    ("POST", "/api/portico/ui/view", Read, r#"{"id":"00000000-0000-5000-8000-000000000000"}"#),
    ("POST", "/api/portico/ui/save-view", Own, "title=All&address=/catalog&shared=false"),
    ("POST", "/api/portico/ui/change-view", Own, "id=00000000-0000-5000-8000-000000000000&title=x"),
    ("POST", "/api/portico/ui/delete-view", Own, "id=00000000-0000-5000-8000-000000000000"),
    ("GET", "/api/portico/stars", Read, ""),
    ("PUT", "/api/portico/stars/{kind}/{namespace}/{name}", Own, "{}"),
    ("DELETE", "/api/portico/stars/{kind}/{namespace}/{name}", Own, "{}"),
    ("GET", "/api/portico/views", Read, ""),
    ("POST", "/api/portico/views", Own, r#"{"title":"All","address":"/catalog"}"#),
    ("GET", "/api/portico/views/{id}", Read, ""),
    ("PUT", "/api/portico/views/{id}", Own, r#"{"title":"x"}"#),
    ("DELETE", "/api/portico/views/{id}", Own, "{}"),
    ("POST", "/api/portico/ui/status", Read, "{}"),
    // Keeps the colours in the browser's cookie; the server has nothing to protect.
    ("POST", "/api/portico/ui/theme", Nothing, "theme=dark"),
    ("GET", "/api/portico/catalog.csv", Read, ""),
    ("GET", "/api/portico/catalog.json", Read, ""),
    ("GET", "/api/auth/oidc/start", Nothing, "flow=redirect"),
    ("GET", "/api/auth/oidc/handler/frame", Nothing, "error=access_denied"),
    // Who has no session has none to end.
    ("POST", "/api/auth/oidc/logout", Nothing, ""),
    ("POST", "/api/auth/oidc/refresh", Session, ""),
    ("POST", "/api/portico/sessions/end", More, ""),
    ("GET", "/api/portico/graph.svg", Read, "rootEntityRefs=component:default/shop"),
    ("GET", "/api/catalog/entities", Read, ""),
    ("GET", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}", Read, ""),
    ("GET", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry", Read, ""),
    ("GET", "/api/catalog/entities/by-query", Read, ""),
    ("POST", "/api/catalog/entities/by-query", Read, "{}"),
    ("POST", "/api/catalog/entities/by-refs", Read, r#"{"entityRefs":["component:default/shop"]}"#),
    ("GET", "/api/catalog/entities/by-uid/{uid}", Read, ""),
    ("GET", "/api/catalog/entity-facets", Read, "facet=kind"),
    ("POST", "/api/catalog/entity-facets", Read, r#"{"facets":["kind"]}"#),
    ("DELETE", "/api/catalog/entities/by-uid/{uid}", More, "{}"),
    ("POST", "/api/catalog/locations", More, r#"{"type":"url","target":"https://github.com/acme/shop"}"#),
    ("DELETE", "/api/catalog/locations/{id}", More, "{}"),
    (
        "POST",
        "/api/catalog/analyze-location",
        More,
        r#"{"location":{"type":"url","target":"https://github.com/acme/shop"}}"#,
    ),
    ("GET", "/api/catalog/locations", Read, ""),
    ("GET", "/api/catalog/locations/by-entity/{kind}/{namespace}/{name}", Read, ""),
    ("POST", "/api/catalog/locations/by-query", Read, "{}"),
    ("GET", "/api/catalog/locations/{id}", Read, ""),
    ("POST", "/api/catalog/refresh", More, r#"{"entityRef":"component:default/shop"}"#),
    (
        "POST",
        "/api/catalog/validate-entity",
        More,
        r#"{"location":"url:https://example.com/catalog-info.yaml","entity":{}}"#,
    ),
    ("GET", "/api/portico/events", Read, ""),
    ("GET", "/api/portico/openapi.json", Nothing, ""),
    ("GET", "/api/portico/problems", Read, ""),
    ("GET", "/api/scaffolder/v2/actions", Read, ""),
    ("POST", "/api/scaffolder/v2/autocomplete/{provider}/{resource}", More, r#"{"token":"","context":{}}"#),
    (
        "POST",
        "/api/scaffolder/v2/dry-run",
        More,
        r#"{"template":{"kind":"Template"},"values":{},"directoryContents":[]}"#,
    ),
    ("GET", "/api/scaffolder/v2/tasks", Read, ""),
    ("POST", "/api/scaffolder/v2/tasks", More, r#"{"templateRef":"template:default/shop","values":{}}"#),
    ("GET", "/api/scaffolder/v2/tasks/{taskId}", Read, ""),
    ("POST", "/api/scaffolder/v2/tasks/{taskId}/cancel", More, ""),
    ("GET", "/api/scaffolder/v2/tasks/{taskId}/events", Read, ""),
    ("GET", "/api/scaffolder/v2/tasks/{taskId}/eventstream", Read, ""),
    ("POST", "/api/scaffolder/v2/tasks/{taskId}/retry", More, "{}"),
    ("GET", "/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema", Read, ""),
    ("GET", "/api/scaffolder/v2/templating-extensions", Read, ""),
    ("GET", "/api/portico/scaffolder/approvals", More, ""),
    ("POST", "/api/portico/scaffolder/completions", Read, r#"{"source":"","offset":0}"#),
    ("GET", "/api/portico/scaffolder/usage", Read, ""),
    ("GET", "/api/portico/scaffolder/schedules", Read, ""),
    (
        "POST",
        "/api/portico/scaffolder/schedules",
        More,
        r#"{"templateRef":"template:default/shop","cron":"@daily"}"#,
    ),
    ("GET", "/api/portico/scaffolder/schedules/{scheduleId}", Read, ""),
    ("PATCH", "/api/portico/scaffolder/schedules/{scheduleId}", More, "{}"),
    ("DELETE", "/api/portico/scaffolder/schedules/{scheduleId}", More, "{}"),
    ("GET", "/api/portico/scaffolder/tasks/{taskId}", Read, ""),
    ("GET", "/api/portico/scaffolder/tasks/{taskId}/log", Read, ""),
    ("POST", "/api/portico/scaffolder/tasks/{taskId}/rerun", More, "{}"),
    ("POST", "/api/portico/scaffolder/tasks/{taskId}/steps/{step}/answer", More, r#"{"answer":"again"}"#),
    ("POST", "/api/portico/scaffolder/tasks/{taskId}/steps/{step}/decision", More, r#"{"approved":true}"#),
    // Who has its address may send to it: the token is the permission, and a wrong one finds nothing.
    ("POST", "/api/portico/scaffolder/tasks/{taskId}/steps/{step}/webhook", Nothing, "{}"),
    ("GET", "/api/notifications", Read, ""),
    ("POST", "/api/notifications", More, NOTIFICATION),
    ("GET", "/api/notifications/notifications", Read, ""),
    ("POST", "/api/notifications/notifications", More, NOTIFICATION),
    ("GET", "/api/notifications/notifications/{id}", Read, ""),
    ("POST", "/api/notifications/notifications/update", More, r#"{"ids":[],"read":true}"#),
    ("GET", "/api/notifications/status", Read, ""),
    ("GET", "/api/notifications/topics", Read, ""),
    ("POST", "/api/notifications/update", More, r#"{"ids":[],"read":true}"#),
    ("GET", "/api/notifications/{id}", Read, ""),
    ("GET", "/api/search/query", Read, "term=shop"),
    ("GET", "/healthz", Nothing, ""),
    ("GET", "/metrics", Nothing, ""),
    ("GET", "/readyz", Nothing, ""),
];

#[derive(Deserialize)]
struct Route {
    method: String,
    path: String,
}

/// What the program itself says that it answers.
fn routes() -> BTreeSet<(String, String)> {
    let output = Command::new(PORTICO).args(["routes", "--json"]).env_clear().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let routes: Vec<Route> = serde_json::from_slice(&output.stdout).unwrap();
    routes.into_iter().map(|route| (route.method, route.path)).collect()
}

#[test]
fn every_address_has_been_decided_about() {
    let decided: BTreeSet<(String, String)> =
        EXPECTED.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    let answered = routes();
    let undecided: Vec<_> = answered.difference(&decided).collect();
    assert!(undecided.is_empty(), "add these to EXPECTED, with what they need: {undecided:#?}");
    let gone: Vec<_> = decided.difference(&answered).collect();
    assert!(gone.is_empty(), "the program no longer answers these; remove them from EXPECTED: {gone:#?}");
}

async fn portal(config: &str) -> (Portal, NamedTempFile) {
    let mut file = NamedTempFile::with_suffix(".yaml").unwrap();
    file.write_all(config.as_bytes()).unwrap();
    let portal = Portal::builder(PORTICO).arg("--config").arg(file.path()).start().await;
    (portal, file)
}

async fn call(portal: &Portal, method: &str, path: &str, rest: &str) -> Response {
    let path = path
        .replace("/templates/{namespace}/{kind}/", "/templates/default/template/")
        .replace("{step}/webhook", "wait/webhook?token=none")
        .replace("{step}", "wait")
        .replace("{provider}/{resource}", "github/owners")
        .replace("{scheduleId}", "00000000-0000-5000-8000-000000000000")
        .replace("{taskId}", "00000000-0000-5000-8000-000000000000")
        .replace("{kind}", "component")
        .replace("{namespace}", "default")
        .replace("{name}", "shop")
        .replace("{uid}", "00000000-0000-5000-8000-000000000000")
        .replace("{id}", "00000000-0000-5000-8000-000000000000");
    assert!(!path.contains('{'), "give {path} a value here");
    let method: Method = method.parse().unwrap();
    let request = portal.client().request(method.clone(), format!("{}{path}", portal.address()));
    let request = if method == Method::GET {
        request.query(&rest.split('&').filter_map(|pair| pair.split_once('=')).collect::<Vec<_>>())
    } else if rest.starts_with('{') {
        request.header("content-type", "application/json").body(rest.to_owned())
    } else {
        request.header("content-type", "application/x-www-form-urlencoded").body(rest.to_owned())
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let (portal, _config) = portal("auth: { providers: {} }\n").await;
    let mut wrong = Vec::new();
    for (method, path, needs, rest) in EXPECTED {
        let response = call(&portal, method, path, rest).await;
        let status = response.status().as_u16();
        if (status == 401) != (*needs != Nothing) || status >= 500 {
            wrong.push(format!("{method} {path}: {status}"));
        }
    }
    assert!(wrong.is_empty(), "nobody is let in, or kept out, by mistake: {wrong:#?}");
}

#[tokio::test]
async fn a_page_that_nobody_may_see_says_so() {
    let (portal, _config) = portal("auth: { providers: {} }\n").await;
    for (_, path, ..) in
        EXPECTED.iter().filter(|(method, path, ..)| *method == "GET" && !path.starts_with("/api"))
    {
        let response = call(&portal, "GET", path, "").await;
        if response.status() == 401 {
            let html = response.text().await.unwrap();
            assert!(
                html.starts_with("<!DOCTYPE html>") && html.contains("Sign in to see this"),
                "{path}:\n{html}"
            );
        }
    }
}

#[tokio::test]
async fn a_guest_reads_and_does_no_more() {
    let (portal, _config) = portal("permission: { enabled: true }\n").await;
    let mut wrong = Vec::new();
    for (method, path, needs, rest) in EXPECTED {
        let status = call(&portal, method, path, rest).await.status().as_u16();
        let is_wrong = (status == 403) != (*needs == More) || (status == 401) != (*needs == Session);
        if is_wrong || status == 400 || status >= 500 {
            wrong.push(format!("{method} {path}: {status}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "a guest is let in, or kept out, by mistake (400: the sample is wrong): {wrong:#?}"
    );
}

/// What the pages are made of is public: it says nothing about the catalog.
#[tokio::test]
async fn the_files_of_the_site_are_public() {
    let (portal, _config) = portal("auth: { providers: {} }\n").await;
    for path in ["/style/tokens.css", "/live.js", "/favicon.svg"] {
        assert_eq!(portal.get(path).await.status(), 200, "{path}");
    }
}
