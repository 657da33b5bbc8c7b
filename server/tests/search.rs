//! The search over HTTP: what Backstage's clients are answered, how soon a change is found, and what cannot be asked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Portal, eventually};

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

const FILE: &str = r"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments-worker
  title: Payments Worker
  description: Books *payments* that <b>were</b> made.
  tags: [go]
spec: { type: service, lifecycle: production, owner: team-pay }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: payments-api }
spec: { type: openapi, lifecycle: experimental, owner: team-pay, definition: x }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-pay, description: They pay. }
spec: { type: team, profile: { displayName: Payers }, children: [] }
";

async fn portal() -> (Portal, TempDir) {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "pay", FILE);
    let portal = Portal::start(PORTICO, [OsStr::new("--catalog"), folder.path().as_os_str()]).await;
    (portal, folder)
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(folder.join(name)).unwrap();
    std::fs::write(folder.join(name).join("catalog-info.yaml"), text).unwrap();
}

async fn titles(portal: &Portal, query: &str) -> Vec<String> {
    let (status, answer) = portal.get_json(&format!("/api/search/query?{query}")).await;
    assert_eq!(status, 200, "{answer}");
    let results = answer["results"].as_array().unwrap().iter();
    results.map(|result| result["document"]["title"].as_str().unwrap().to_owned()).collect()
}

/// The tags around what was found are drawn by chance.
fn with_plain_tags(mut answer: Value) -> Value {
    for result in answer["results"].as_array_mut().unwrap() {
        let Some(highlight) = result.get_mut("highlight") else { continue };
        let tag = highlight["preTag"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
        let text = highlight.to_string().replace(&tag, "tag");
        *highlight = serde_json::from_str(&text).unwrap();
    }
    answer
}

#[tokio::test]
async fn answers_as_backstage_does() {
    let (portal, _folder) = portal().await;
    let (status, answer) =
        portal.get_json("/api/search/query?term=payments%20wor&types[0]=software-catalog").await;
    assert_eq!(status, 200);
    insta::assert_json_snapshot!(with_plain_tags(answer), @r#"
    {
      "results": [
        {
          "type": "software-catalog",
          "document": {
            "title": "Payments Worker",
            "text": "Books *payments* that <b>were</b> made.",
            "componentType": "service",
            "type": "service",
            "namespace": "default",
            "kind": "Component",
            "lifecycle": "production",
            "owner": "team-pay",
            "location": "/catalog/default/component/payments-worker",
            "authorization": {
              "resourceRef": "component:default/payments-worker"
            }
          },
          "highlight": {
            "preTag": "<tag>",
            "postTag": "</tag>",
            "fields": {
              "title": "<tag>Payments</tag> <tag>Worker</tag>",
              "text": "Books *<tag>payments</tag>* that <b>were</b> made."
            }
          },
          "rank": 1
        }
      ],
      "numberOfResults": 1
    }
    "#);

    let (_, group) = portal.get_json("/api/search/query?term=payers&filters[kind]=Group").await;
    assert_eq!(group["results"][0]["document"]["text"], "Payers : They pay.");
    assert_eq!(group["results"][0]["document"]["location"], "/catalog/default/group/team-pay");
}

#[tokio::test]
async fn filters_and_pages() {
    let (portal, _folder) = portal().await;
    for (query, expected) in [
        ("term=payments", &["Payments Worker", "payments-api"][..]),
        ("term=paymets", &["Payments Worker", "payments-api"]),
        ("term=payments&filters[kind]=api", &["payments-api"]),
        ("term=payments&filters[kind][]=API&filters[kind][]=Component", &["Payments Worker", "payments-api"]),
        ("term=payments&filters[lifecycle][0]=production", &["Payments Worker"]),
        ("term=payments&filters[owner]=team-pay&filters[componentType]=service", &["Payments Worker"]),
        ("term=payments&filters[owner]=group:default/team-pay", &["Payments Worker", "payments-api"]),
        ("term=payments&filters[colour]=red", &[]),
        ("term=payments&types[0]=techdocs", &[]),
        ("term=payments&types[]=techdocs&types[]=software-catalog&pageLimit=1", &["Payments Worker"]),
        ("term=payments&pageLimit=1&pageCursor=MQ==", &["payments-api"]),
        ("term=payments&pageLimit=0", &[]),
        ("filters[kind]=component", &["Payments Worker"]),
    ] {
        assert_eq!(titles(&portal, query).await, expected, "{query}");
    }
    let (_, first) = portal.get_json("/api/search/query?term=payments&pageLimit=1").await;
    assert_eq!((&first["nextPageCursor"], first.get("previousPageCursor")), (&json!("MQ=="), None));
    assert_eq!(first["numberOfResults"], 2);
    let (_, second) = portal.get_json("/api/search/query?term=payments&pageLimit=1&pageCursor=MQ==").await;
    assert_eq!((second.get("nextPageCursor"), &second["previousPageCursor"]), (None, &json!("MA==")));
    assert_eq!(second["results"][0]["rank"], 2);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let (portal, _folder) = portal().await;
    let long = format!("term={}", "x".repeat(101));
    for query in [&*long, "pageLimit=101", "pageLimit=x", "pageCursor=nonsense", "term=a&pageCursor=LTE="] {
        let (status, answer) = portal.get_json(&format!("/api/search/query?{query}")).await;
        assert_eq!((status, &answer["error"]["name"]), (400, &json!("InputError")), "{query}: {answer}");
    }
    let longest = "a%20".repeat(50);
    for term in [
        "%00",
        "a%00b",
        "%22",
        "payments%20AND%20(",
        "name:payments",
        "%F0%9F%A6%80",
        "%E2%80%AE",
        "*",
        "%5B%5D",
        &longest,
    ] {
        let (status, answer) = portal.get_json(&format!("/api/search/query?term={term}")).await;
        assert_eq!(status, 200, "{term}: {answer}");
    }
    // A page tells what is wrong, and cuts what is too long.
    assert_eq!(portal.get("/search?query=a&pageCursor=nonsense").await.status(), 400);
    assert_eq!(portal.get(&format!("/search?query={}", "x".repeat(5_000))).await.status(), 200);
    assert_eq!(portal.get("/search?query=%00&filters[kind]=%00").await.status(), 200);
}

#[tokio::test]
async fn a_change_of_a_file_is_found() {
    let (portal, folder) = portal().await;
    let patience = Duration::from_secs(20);
    let component = |name: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec: {{ type: service, lifecycle: x, owner: team-pay }}\n"
        )
    };
    let found = async |term: &str, expected: &[&str]| {
        let query = format!("term={term}");
        eventually(&format!("{expected:?} for {term}"), patience, || async {
            (titles(&portal, &query).await == expected).then_some(())
        })
        .await;
    };
    write(folder.path(), "new", &component("zeppelin"));
    found("zeppelin", &["zeppelin"]).await;
    write(folder.path(), "new", &component("dirigible"));
    found("zeppelin", &[]).await;
    found("dirigible", &["dirigible"]).await;
    std::fs::remove_dir_all(folder.path().join("new")).unwrap();
    found("dirigible", &[]).await;
}

#[tokio::test]
async fn a_new_start_finds_the_same() {
    let (portal, folder) = portal().await;
    // Filled from the log, and not from the files.
    let data = portal.folder().join("portico-data");
    let before = titles(&portal, "term=pay").await;
    let mut portal = portal;
    assert!(portal.terminate().await);
    let config = TempDir::new().unwrap();
    let file = config.path().join("app-config.yaml");
    let text = format!(
        "backend: {{ database: {{ client: better-sqlite3, connection: {{ directory: {} }} }} }}\n",
        data.display()
    );
    std::fs::write(&file, text).unwrap();
    let arguments =
        [OsStr::new("--config"), file.as_os_str(), OsStr::new("--catalog"), folder.path().as_os_str()];
    let again = Portal::start(PORTICO, arguments).await;
    assert!(before.len() >= 3, "{before:?}");
    assert_eq!(titles(&again, "term=pay").await, before);
}

#[tokio::test]
async fn the_page_shows_what_was_found() {
    let (portal, _folder) = portal().await;
    let page = portal.get("/search?query=payments&filters%5Bkind%5D=Component").await.text().await.unwrap();
    assert!(page.contains("<mark>Payments<") && !page.contains("payments-api"), "{page}");
    // What a file says is text.
    assert!(!page.contains("<b>were"), "{page}");
    let (_, palette) = portal.post_json("/api/portico/ui/palette", &json!({"text": "paym wor"})).await;
    assert_eq!(palette, json!([]), "a word before the last is whole");
    let (_, palette) = portal.post_json("/api/portico/ui/palette", &json!({"text": "payments wor"})).await;
    assert_eq!(palette[0]["facts"], "Component · service · production");
    assert_eq!(palette[0]["title"], json!([["Payments", true], [" ", false], ["Worker", true]]));
}
