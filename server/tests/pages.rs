//! What pages and the server functions behind them answer, on catalogs made for one question each.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::Portal;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

/// A portal with one descriptor file, and the folder of that file.
async fn portal(descriptor: &str) -> (Portal, TempDir) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("catalog-info.yaml"), descriptor).unwrap();
    let portal = Portal::start(PORTICO, [std::ffi::OsStr::new("--catalog"), folder.path().as_os_str()]).await;
    (portal, folder)
}

fn template(name: &str, rest: &str) -> String {
    format!(
        "---\napiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: {name}\nspec:\n  \
         type: service\n  steps: [{{ id: log, action: 'debug:log' }}]\n{rest}"
    )
}

/// The catalog table for these owners and tags.
async fn list(portal: &Portal, owner: &[&str], tag: &[&str]) -> Value {
    let query = json!({
        "kind": [], "spec_type": [], "owner": owner, "lifecycle": [], "namespace": [], "tag": tag,
        "text": "", "sort": "name", "page": 1,
    });
    let asked = json!({"query": query, "whole": true});
    let (status, list) = portal.post_json("/api/portico/ui/list", &asked).await;
    assert_eq!(status, 200, "{list}");
    list
}

/// A page as a browser that is on another one asks for it.
async fn drawn(portal: &Portal, address: &str) -> String {
    let asked = json!({"address": address, "visit": false, "whole": true});
    let (status, page) = portal.post_json("/api/portico/ui/page", &asked).await;
    assert_eq!(status, 200, "{address}: {page}");
    page["html"].as_str().unwrap().to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["link"]["name"].as_str().unwrap()).collect()
}

/// The values of a filter with their counts, as the panel beside the table shows them.
fn facet(list: &Value, param: &str) -> Vec<(String, u32)> {
    let panel = list["drawn"]["panel"].as_str().unwrap();
    let field = format!("name=\"{param}\" value=\"");
    let choices = panel.split(&field).skip(1);
    let choice = |choice: &str| {
        let (value, rest) = choice.split_once('"').unwrap();
        let (_, count) = rest.split_once("class=\"facet__count\">").unwrap();
        (value.to_owned(), count.split('<').next().unwrap().parse().unwrap())
    };
    choices.map(choice).collect()
}

#[tokio::test]
async fn what_nobody_owns_is_a_filter() {
    let owned = template("owned", "  owner: team-a\n");
    let (portal, _folder) = portal(&(template("stray", "") + &template("lost", "") + &owned)).await;
    let all = list(&portal, &[], &[]).await;
    let mut owners = facet(&all, "owner");
    owners.sort();
    assert_eq!(owners, [("group:default/team-a".to_owned(), 1), ("none".to_owned(), 2)]);
    assert_eq!(names(&list(&portal, &["none"], &[]).await), ["lost", "stray"]);
    assert_eq!(
        names(&list(&portal, &["none", "group:default/team-a"], &[]).await),
        ["lost", "owned", "stray"]
    );
    assert!(page(&portal, "/").await.contains("2 entities have"));
}

#[tokio::test]
async fn a_filter_sends_its_frequent_values_and_those_that_are_chosen() {
    let mut descriptor = String::new();
    for number in 0..100 {
        let tagged = template(&format!("t{number:02}"), "")
            .replace("spec:", &format!("  tags: [common, rare-{number:02}]\nspec:"));
        write!(descriptor, "{tagged}").unwrap();
    }
    let (portal, _folder) = portal(&descriptor).await;
    let all = list(&portal, &[], &[]).await;
    let tags = facet(&all, "tag");
    assert_eq!(tags.len(), 60);
    assert!(tags.contains(&("common".to_owned(), 100)), "{tags:?}");
    let left_off = |list: &Value, count: u32| {
        let text = format!("And {count} rarer ones: search for them by name.");
        list["drawn"]["panel"].as_str().unwrap().contains(&text)
    };
    assert!(left_off(&all, 41), "{all}");

    let chosen = list(&portal, &[], &["rare-99"]).await;
    assert_eq!(names(&chosen), ["t99"]);
    assert!(facet(&chosen, "tag").contains(&("rare-99".to_owned(), 1)));
    assert!(left_off(&chosen, 40), "{chosen}");
}

fn component(name: &str, metadata: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n{metadata}spec:\n  \
         type: service\n  lifecycle: production\n  owner: team-a\n{spec}"
    )
}

/// A page that exists, byte for byte.
async fn page(portal: &Portal, path: &str) -> String {
    let response = portal.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

/// The bytes between the tags of the title; the head of a page has one.
fn title<'h>(path: &str, html: &'h str) -> &'h str {
    let (head, _) = html.split_once("</head>").unwrap();
    assert_eq!(head.matches("</title>").count(), 1, "{path} has one title:\n{head}");
    head.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0
}

#[tokio::test]
async fn a_title_can_not_leave_its_place() {
    const TRAP: &str = "</title><meta http-equiv=refresh content='0;url=https://evil.example/'>";
    const ESCAPED: &str =
        "&lt;/title&gt;&lt;meta http-equiv=refresh content='0;url=https://evil.example/'&gt;";
    let trap = component("trap", &format!("  title: \"Q&A {TRAP}\"\n"), "");
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("catalog-info.yaml"), trap).unwrap();
    std::fs::write(folder.path().join("app-config.yaml"), format!("app:\n  title: \"{TRAP}\"\n")).unwrap();
    let portal = Portal::builder(PORTICO)
        .arg("--catalog")
        .arg(folder.path().join("catalog-info.yaml"))
        .arg("--config")
        .arg(folder.path().join("app-config.yaml"))
        .start()
        .await;
    for (path, of_page) in [
        ("/catalog/default/component/trap", format!("Q&amp;A {ESCAPED}")),
        ("/", "Home".to_owned()),
        ("/catalog?text=%3C/title%3E%3Cmeta%20http-equiv=refresh%3E", "Catalog".to_owned()),
        ("/problems?text=%3C/title%3E%3Cmeta%20http-equiv=refresh%3E", "Problems".to_owned()),
    ] {
        let html = page(&portal, path).await;
        assert_eq!(title(path, &html), format!("{of_page} · {ESCAPED}"));
        assert!(!html.contains("<meta http-equiv"), "{path} holds what a file wrote:\n{html}");
    }
    for path in
        ["/catalog/default/component/%3C%2Ftitle%3E%3Cmeta%20http-equiv=refresh%3E", "/%3C%2Ftitle%3E"]
    {
        let response = portal.get(path).await;
        assert_eq!(response.status(), 404, "{path}");
        let html = response.text().await.unwrap();
        assert!(
            title(path, &html).ends_with(ESCAPED) && !html.contains("<meta http-equiv"),
            "{path}:\n{html}"
        );
    }
}

#[tokio::test]
async fn a_value_of_another_type_hides_no_entity() {
    let (portal, _folder) = portal(&component("odd", "", "  profile: dev\n")).await;
    assert_eq!(names(&list(&portal, &[], &[]).await), ["odd"]);
    assert!(page(&portal, "/catalog/default/component/odd").await.contains("profile: dev"));
}

#[tokio::test]
async fn a_description_is_markdown_and_no_more() {
    let description = "  description: |\n    Sells *berths* with [help](https://example.com) and [harm](javascript:alert(1)).\n\n    \
                       # Title\n\n    </div><script>alert(1)</script><img src=x onerror=alert(1)>\n";
    let (portal, _folder) = portal(&component("sold", description, "")).await;
    let html = page(&portal, "/catalog/default/component/sold").await;
    for shown in [
        "<em>berths</em>",
        "<a href=\"https://example.com\" rel=\"nofollow noopener external\">help</a>",
        "<h3>Title</h3>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        assert!(html.contains(shown), "{shown} is missing:\n{html}");
    }
    for harm in ["href=\"javascript", "<script>alert", "<img src=x"] {
        assert!(!html.contains(harm), "{harm} is on the page:\n{html}");
    }
    let sent = drawn(&portal, "/catalog/default/component/sold").await;
    assert!(html.contains(&sent), "the browser is given another page than was sent: {sent}");
    let words = list(&portal, &[], &[]).await["items"][0]["description"].clone();
    assert!(words.as_str().unwrap().starts_with("Sells berths with help and harm. Title "), "{words}");
}

#[tokio::test]
async fn versions_are_compared_line_by_line() {
    let (portal, folder) = portal(&component("a", "  title: Before\n", "")).await;
    let file = folder.path().join("catalog-info.yaml");
    std::fs::write(&file, component("a", "  title: After\n", "")).unwrap();
    let refresh = json!({"entityRef": "component:default/a"});
    let url = format!("{}/api/catalog/refresh", portal.address());
    assert_eq!(portal.client().post(url).json(&refresh).send().await.unwrap().status(), 200);
    let html = page(&portal, "/catalog/default/component/a").await;
    let (_, query) = html.split_once("/catalog/default/component/a/history?").unwrap();
    let query = query.split_once('"').unwrap().0.replace("&amp;", "&");
    let html = page(&portal, &format!("/catalog/default/component/a/history?{query}")).await;
    for line in ["  title: Before", "  title: After"] {
        assert!(html.contains(&format!("<code>{line}<")), "{line} is missing:\n{html}");
    }
    for (path, reason) in [
        ("/catalog/default/component/a/history?to=99", "The log holds no version 99 of component:default/a."),
        ("/catalog/default/component/b/history", "No entity named"),
    ] {
        let response = portal.get(path).await;
        assert_eq!(response.status(), 404, "{path}");
        let html = response.text().await.unwrap();
        assert!(html.contains(reason), "{path} does not say {reason:?}:\n{html}");
    }
}

#[tokio::test]
async fn an_entity_says_what_led_to_it() {
    let folder = TempDir::new().unwrap();
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: services }\nspec: { target: ./a.yaml }\n";
    std::fs::write(folder.path().join("all.yaml"), location).unwrap();
    std::fs::write(folder.path().join("a.yaml"), component("a", "", "")).unwrap();
    let root = folder.path().join("all.yaml");
    let portal = Portal::start(PORTICO, [std::ffi::OsStr::new("--catalog"), root.as_os_str()]).await;
    let page = page(&portal, "/catalog/default/component/a").await;
    let (_, led) = page.split_once("id=\"origin\"").unwrap();
    let (_, api) = portal.get_json("/api/catalog/entities/by-name/component/default/a/ancestry").await;
    let of_api: Vec<&Value> = api["items"]
        .as_array()
        .unwrap()
        .iter()
        .skip(1)
        .rev()
        .map(|item| &item["entity"]["metadata"]["name"])
        .collect();
    assert_eq!((of_api.len(), of_api[1]), (2, &json!("services")));
    let mut rest = led;
    for name in of_api {
        let href = format!("href=\"/catalog/default/location/{}\"", name.as_str().unwrap());
        (_, rest) = rest
            .split_once(&href)
            .unwrap_or_else(|| panic!("{href} is missing, or stands elsewhere:\n{led}"));
    }
    assert!(led.contains("Registered location"), "{led}");
}

#[tokio::test]
async fn large_entities_make_no_large_pages() {
    let long = "lörem ipsum ".repeat(10_000);
    let lines = "    - one line of the definition\n".repeat(15_000);
    let (portal, _folder) = portal(&component(
        "large",
        &format!("  title: \"{long}\"\n  description: \"{long}\"\n"),
        &format!("  definition:\n{lines}"),
    ))
    .await;
    for (path, most) in [("/", 30_000), ("/catalog", 30_000), ("/catalog/default/component/large", 400_000)] {
        let html = page(&portal, path).await;
        assert!(html.contains("lörem ipsum"), "{path} does not show it");
        assert!(html.len() < most, "{path} has {} bytes", html.len());
    }
    let html = page(&portal, "/catalog/default/component/large").await;
    let whole = "/api/catalog/entities/by-name/component/default/large";
    assert!(html.contains(&format!("href=\"{whole}\"")), "no way to what is left off:\n{html}");
    let (status, entity) = portal.get_json(whole).await;
    assert_eq!((status, entity["metadata"]["description"].as_str()), (200, Some(&*long)));
}

#[tokio::test]
async fn what_is_worst_comes_first() {
    let doubtful = component("a-doubtful", "", "  dependsOn: [resource:nowhere]\n");
    let broken = component("z-broken", "  tags: [BAD]\n", "");
    let (portal, _folder) = portal(&(doubtful + &broken)).await;
    let (_, problems) = portal.get_json("/api/portico/problems").await;
    let listed = problems["problems"].as_array().unwrap().iter();
    let order: Vec<&str> = listed.map(|problem| problem["severity"].as_str().unwrap()).collect();
    assert!(order.is_sorted() && order.contains(&"error"), "{order:?}");
    let home = page(&portal, "/").await;
    let shown = home.split("<article class=\"problem\">").skip(1);
    let shown: Vec<&str> =
        shown.map(|problem| if problem.contains("#error") { "error" } else { "warning" }).collect();
    assert_eq!(shown, order);
}

#[tokio::test]
async fn a_query_needs_no_body_and_takes_no_list() {
    let (portal, _folder) = portal(&component("a", "", "")).await;
    for path in ["/api/catalog/entities/by-query", "/api/catalog/locations/by-query"] {
        let url = format!("{}{path}", portal.address());
        assert_eq!(portal.client().post(&url).send().await.unwrap().status(), 200, "{path} without a body");
        let (status, _) = portal.post_json(path, &json!({"limit": 1.0, "cursor": null, "query": null})).await;
        assert_eq!(status, 200, "{path}");
        let (status, error) = portal.post_json(path, &json!([])).await;
        assert_eq!(status, 400, "{path} with a list");
        assert!(error["error"]["message"].as_str().unwrap().contains("expected an object"), "{error}");
    }
}

#[tokio::test]
async fn the_table_comes_as_a_file() {
    let mut descriptor =
        template("quoted", "  owner: team-a\n").replace("spec:", "  description: 'a, \"b\"'\nspec:");
    for number in 0..1_500 {
        descriptor += &template(&format!("t{number:04}"), "");
    }
    let (portal, _folder) = portal(&descriptor).await;

    let response = portal.get("/api/portico/catalog.csv?kind=Template&sort=-name").await;
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"catalog.csv\"");
    let text = response.text().await.unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1_502, "a heading and every entity of every page");
    assert!(lines[0].starts_with("entityRef,kind,"), "{}", lines[0]);
    assert!(lines[1].starts_with("template:default/t1499,Template,default,t1499,"), "{}", lines[1]);
    assert!(lines[1_501].contains(r#","a, ""b""",service,,group:default/team-a,"#), "{}", lines[1_501]);

    let (status, list) = portal.get_json("/api/portico/catalog.json?owner=group:default/team-a").await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 1));
    assert_eq!(list[0]["entityRef"], "template:default/quoted");
    let (_, nothing) = portal.get_json("/api/portico/catalog.json?text=nowhere-to-be-found").await;
    assert_eq!(nothing, json!([]));
}

#[tokio::test]
async fn a_subcomponent_shows_its_system_and_a_filter_keeps_the_total() {
    let component = |name: &str, rest: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec:\n  type: service\n  \
             lifecycle: production\n  owner: team-a\n{rest}"
        )
    };
    let parts = component("part", "  system: shop\n  subcomponentOf: whole\n") + &component("whole", "");
    let (portal, _folder) = portal(&(parts + &template("other", ""))).await;
    let (_, rows) = portal.get_json("/api/portico/catalog.json?kind=Component").await;
    assert_eq!(rows[0]["system"], "system:default/shop");
    assert!(page(&portal, "/catalog?kind=Component").await.contains("2 of 3 entities"));
}
