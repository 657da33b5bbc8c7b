//! Names that a host of repositories has: for clients with a token of their own, and for the fields of forms.

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use integrations::{Config, GitlabConfig};
use model::EntityRef;
use platform::access::Caller;
use platform::database::Database;
use scaffolder::{Sent, Shown};
use serde_json::{Value, json};

use crate::portal::{Options, Portal};

const TEMPLATE: &str = "---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: repository }
spec:
  owner: ada
  type: service
  parameters:
    - properties:
        repoUrl: { type: string, ui:field: RepoUrlPicker }
        branch: { type: string, ui:field: RepoBranchPicker }
  steps: [{ action: test:echo, input: {} }]
";

type Asked = Arc<Mutex<Vec<String>>>;

/// A GitLab, and what it is asked by whom.
async fn gitlab() -> (String, Asked) {
    let asked = Asked::default();
    let told = Arc::clone(&asked);
    let answer = move |uri: Uri, headers: HeaderMap| {
        let token = headers["authorization"].to_str().expect("a text").to_owned();
        told.lock().expect("not poisoned").push(format!("{} {token}", uri.path()));
        let answer: Response = match uri.path() {
            "/api/v4/user" => Json(json!({ "id": 3, "username": "ada" })).into_response(),
            "/api/v4/groups" => {
                Json(json!([{ "id": 7, "full_path": "acme" }, { "id": 8, "full_path": "acme/shops" }]))
                    .into_response()
            }
            "/api/v4/groups/8/projects" | "/api/v4/groups/acme%2Fshops/projects" => {
                Json(json!([{ "id": 12, "path": "shop", "name": "The shop" }])).into_response()
            }
            "/api/v4/projects/acme%2Fshops%2Fshop/repository/branches" => {
                Json(json!([{ "name": "main" }, { "name": "feature/new" }])).into_response()
            }
            _ => (StatusCode::NOT_FOUND, Json(json!({ "message": "404 Not Found" }))).into_response(),
        };
        std::future::ready(answer)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (host, asked)
}

async fn portal(db: &Database, host: &str) -> Portal {
    let gitlab = GitlabConfig {
        api_base_url: None,
        base_url: Some(format!("http://{host}")),
        token: Some("glpat-portal".to_owned().into()),
        host: host.to_owned(),
    };
    let network = Config { gitlab: vec![gitlab], ..Config::default() };
    let options = Options { permissions: true, network, documents: TEMPLATE, ..Options::default() };
    Portal::with(db, options).await
}

testkit::on_both_engines! {
    async fn names_of_gitlab_are_completed_for_a_token(db: Database) {
        let (host, asked) = gitlab().await;
        let portal = portal(&db, &host).await;
        let complete = async |who: &str, resource: &str, token: &str, context: Value| {
            let mut context = context;
            context["host"] = json!(host);
            let path = format!("/api/scaffolder/v2/autocomplete/{resource}");
            portal.post(who, &path, &json!({ "token": token, "context": context })).await
        };
        let (status, answer) = complete("ada", "gitlab/groups", "mine", json!({})).await;
        let expected = json!({ "results": [
            { "id": "7", "title": "acme" }, { "id": "8", "title": "acme/shops" }, { "id": "3", "title": "ada" },
        ] });
        assert_eq!((status.as_u16(), answer), (200, expected));
        let (status, answer) = complete("ada", "gitlab/repositories", "mine", json!({ "id": "8" })).await;
        assert_eq!((status.as_u16(), answer), (200, json!({ "results": [{ "id": "12", "title": "The shop" }] })));
        let asked = std::mem::take(&mut *asked.lock().expect("not poisoned"));
        assert!(!asked.is_empty() && asked.iter().all(|line| line.ends_with(" Bearer mine")), "{asked:?}");
        for (who, resource, token, context, expected) in [
            ("ada", "gitlab/repositories", "mine", json!({}), (400, "repositories needs id in its context")),
            ("ada", "gitlab/branches", "mine", json!({}), (400, "There are groups and repositories")),
            ("ada", "gitlab/groups", "", json!({}), (400, "token is empty")),
            ("ada", "gitea/owners", "mine", json!({}), (400, "github and gitlab only")),
            ("ada", "github/owners", "mine", json!({}), (400, "is not in integrations.github")),
            ("nobody", "gitlab/groups", "mine", json!({}), (401, "")),
        ] {
            let (status, answer) = complete(who, resource, token, context).await;
            let message = answer["error"]["message"].as_str().unwrap_or_default();
            assert_eq!(status.as_u16(), expected.0, "{who} {resource}: {answer}");
            assert!(message.contains(expected.1), "{who} {resource}: {answer}");
        }
    }

    async fn fields_suggest_what_gitlab_has(db: Database) {
        let (host, asked) = gitlab().await;
        let portal = portal(&db, &host).await;
        let template = EntityRef::parse("template:default/repository").expect("a reference");
        let filled = json!({ "repoUrl": format!("{host}?owner=acme%2Fshops&repo=shop") }).to_string();
        let ada = Caller::User { entity_ref: "user:default/ada".to_owned(), groups: Vec::new() };
        let mut first = Vec::new();
        for _ in 0..2 {
            let sent = Sent::Opened(Some(filled.clone()));
            let wizard = portal.scaffolder.wizard(&ada, &template, sent).await.expect("a page");
            let Shown::Step(form) = wizard.shown else { panic!("a form") };
            let names = |field: &str| {
                let suggested = form.suggestions.get(field).unwrap_or_else(|| panic!("{field}: {:?}", form.suggestions));
                suggested.items.iter().map(|item| item.value.clone()).collect::<Vec<_>>()
            };
            assert_eq!(names("/repoUrl~host"), ["github.com", host.as_str(), "gitlab.com"]);
            assert_eq!(names("/repoUrl~owner"), ["acme", "acme/shops", "ada"]);
            assert_eq!(names("/repoUrl~repo"), ["shop"]);
            assert_eq!(names("/branch"), ["main", "feature/new"]);
            let asked = asked.lock().expect("not poisoned").clone();
            assert!(asked.iter().all(|line| line.ends_with(" Bearer glpat-portal")), "{asked:?}");
            if first.is_empty() {
                first = asked;
            } else {
                assert_eq!(first, asked, "what was asked a moment ago is kept");
            }
        }
    }
}
